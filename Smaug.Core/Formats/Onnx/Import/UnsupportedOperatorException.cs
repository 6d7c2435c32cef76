namespace Smaug.Core.Formats.Onnx.Import;

/// <summary>One operator cannot be represented. The importer collects these and raises one error for all.</summary>
internal sealed class UnsupportedOperatorException(string reason) : Exception(reason);

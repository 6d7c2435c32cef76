namespace Smaug.Accelerators.Systolic;

/// <summary>Storage of the filters of a sparse layer, in words.</summary>
/// <param name="Format">Storage format.</param>
/// <param name="OriginalWords">K·N: words of the dense filters.</param>
/// <param name="NewWords">Words of the compressed filters with their metadata.</param>
/// <param name="MetadataWords">Words of metadata.</param>
public sealed record SparseStorage(SparseFormat Format, long OriginalWords, double NewWords, double MetadataWords);

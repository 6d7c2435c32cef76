using Google.Protobuf;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Tensors;
using DataLayout = Smaug.Core.Tensors.DataLayout;
using DataType = Smaug.Core.Tensors.DataType;

namespace Smaug.Core.Formats;

/// <summary>One tensor with its values in a file, as SMAUG writes a network's result (<c>output.pb</c>).</summary>
public static class TensorFile
{
    /// <summary>Writes a tensor.</summary>
    public static void Write(Tensor tensor, string path) => AtomicFile.Write(path, stream => Write(tensor, stream));

    /// <summary>Writes a tensor to a stream.</summary>
    public static void Write(Tensor tensor, Stream stream)
    {
        TensorProto proto = GraphProtoWriter.ToProto(tensor.Spec);
        proto.Data = TensorDataCodec.Encode(tensor);
        proto.WriteTo(stream);
    }

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InputFormatException">The file is not there, or does not hold a tensor.</exception>
    /// <exception cref="ModelException">The values do not fit the shape.</exception>
    public static Tensor Read(string path)
    {
        if (!File.Exists(path)) throw new InputFormatException(path, 0, 0, "tensor file not found");
        TensorProto proto;
        try
        {
            using FileStream stream = File.OpenRead(path);
            proto = TensorProto.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InputFormatException(path, 0, 0, $"not a tensor file, or damaged ({exception.Message.TrimEnd('.')})", exception);
        }

        if (proto.Shape is null || proto.Data is null || !Enum.IsDefined((DataType)(int)proto.DataType) || proto.DataType == 0)
        {
            throw new InputFormatException(path, 0, 0, "not a tensor file: shape, data_type or data is missing");
        }

        var shape = new TensorShape([.. proto.Shape.Dims], (DataLayout)(int)proto.Shape.Layout, proto.Shape.Alignment);
        return TensorDataCodec.Decode(proto.Data, new TensorSpec(proto.Name, (DataType)(int)proto.DataType, shape), path);
    }
}

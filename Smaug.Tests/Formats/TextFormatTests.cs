using Smaug.Core;
using Smaug.Core.Formats.Protos;
using Smaug.Core.Formats.Text;

namespace Smaug.Tests.Formats;

internal sealed class TextFormatTests
{
    private static T Read<T>(string text) where T : Google.Protobuf.IMessage, new()
    {
        var message = new T();
        TextFormatReader.Read(text, "f", message);
        return message;
    }

    [TestCase("name: \"a\" dims { }", 1, 11, "has no field 'dims'")]
    [TestCase("name: 5", 1, 7, "'name' is a string; found '5'")]
    [TestCase("name: \"a\"\nname: \"b\"", 2, 1, "given twice")]
    [TestCase("nodes {\n  op: Convolution4d\n}", 2, 7, "one of UnknownOp, Convolution3d")]
    [TestCase("nodes {\n  name: \"x\"\n", 3, 1, "opened in line 1")]
    [TestCase("nodes {\n  name: \"x\n}", 2, 9, "string without closing")]
    [TestCase("nodes {\n  name: \"\\q\"\n}", 2, 10, "unknown escape")]
    [TestCase("nodes 5", 1, 7, "expected '{' behind 'nodes'")]
    [TestCase("name \"a\"", 1, 6, "expected ':' behind 'name'")]
    [TestCase("nodes { src_tensors_indices: 99999999999 }", 1, 30, "an integer from -2^31")]
    [TestCase("nodes { src_tensors_indices: [1 2] }", 1, 33, "expected ',' or ']'")]
    [TestCase("name: \"a\" §", 1, 11, "character U+00A7 has no meaning here")]
    [TestCase("}", 1, 1, "expected the name of a field of GraphProto")]
    public void Damaged_text_is_reported_with_line_and_column(string text, int line, int column, string detail)
    {
        InputFormatException error = Assert.Throws<InputFormatException>(() => Read<GraphProto>(text))!;
        Assert.Multiple(() =>
        {
            Assert.That((error.Line, error.Column), Is.EqualTo((line, column)), error.Message);
            Assert.That(error.Message, Does.StartWith($"f({line},{column}): ").And.Contain(detail));
            Assert.That(error.Message, Does.Not.Contain("\n"));
        });
    }

    [Test]
    public void Every_notation_of_the_text_format_is_read()
    {
        TensorProto tensor = Read<TensorProto>("""
            # a comment
            data < int_data: [1, -0x10, 010] int_data: 7; name: 'a\x41\102' "\u00e9" , bool_data: [true, f, 1]
              float_data: [1.5f, -inf, .5, 1e3, 2] >
            shape: { layout: 2 dims: [] dims: 3 }
            data_type: Float16
            """);
        Assert.Multiple(() =>
        {
            Assert.That(tensor.Data.IntData, Is.EqualTo(new[] { 1, -16, 8, 7 }));
            Assert.That(tensor.Data.Name, Is.EqualTo("aABé"));
            Assert.That(tensor.Data.BoolData, Is.EqualTo(new[] { true, false, true }));
            Assert.That(tensor.Data.FloatData, Is.EqualTo(new[] { 1.5f, float.NegativeInfinity, 0.5f, 1000, 2 }));
            Assert.That((int)tensor.Shape.Layout, Is.EqualTo(2));
            Assert.That(tensor.Shape.Dims, Is.EqualTo(new[] { 3 }));
        });
    }

    [TestCase(0.2f, "0.2")]
    [TestCase(-1f, "-1.0")]
    [TestCase(1.6733f, "1.6733")]
    [TestCase(100000f, "100000.0")]
    [TestCase(16777216f, "16777216.0")]
    [TestCase(1e16f, "1e+16")]
    [TestCase(1.5e-5f, "1.5e-05")]
    [TestCase(0.0001f, "0.0001")]
    [TestCase(0.1f + 0.2f, "0.3")]
    [TestCase(3.4028235e38f, "3.4028235e+38")]
    [TestCase(float.NaN, "nan")]
    [TestCase(float.NegativeInfinity, "-inf")]
    public void Floats_are_written_as_Python_writes_them(float value, string text) =>
        Assert.That(TextNumbers.Format(value), Is.EqualTo(text));

    [Test]
    public void Strings_are_escaped_and_read_back()
    {
        const string name = "a\"b'c\\d\n\té\u0001";
        string text = TextFormatWriter.Write(new TensorProto { Name = name });
        Assert.Multiple(() =>
        {
            Assert.That(text, Is.EqualTo("name: \"a\\\"b\\'c\\\\d\\n\\t\\303\\251\\001\"\n"));
            Assert.That(Read<TensorProto>(text).Name, Is.EqualTo(name));
        });
    }
}

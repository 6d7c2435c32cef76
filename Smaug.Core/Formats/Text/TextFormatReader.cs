using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Smaug.Core.Formats.Text;

/// <summary>
/// Reads protobuf text format into a message, driven by the message's descriptor: fields in any order, <c>[a, b]</c>
/// lists, <c>{ }</c> and <c>&lt; &gt;</c> messages, enum names and numbers, comments.
/// </summary>
internal sealed class TextFormatReader
{
    private readonly string _source;
    private readonly TextFormatTokenizer _tokenizer;
    private TextToken _token;

    private TextFormatReader(string text, string source)
    {
        _source = source;
        _tokenizer = new TextFormatTokenizer(text, source);
        _token = _tokenizer.Next();
    }

    /// <summary>Where each message within the message read begins.</summary>
    private Dictionary<object, (int Line, int Column)> Positions { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads a whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Its name in errors.</param>
    /// <param name="message">The message to fill.</param>
    /// <returns>Line and column where each message begins.</returns>
    /// <exception cref="InputFormatException">The text is not that message.</exception>
    public static IReadOnlyDictionary<object, (int Line, int Column)> Read(string text, string source, IMessage message)
    {
        var reader = new TextFormatReader(text, source);
        reader.Positions[message] = (1, 1);
        reader.ReadFields(message, end: "", opened: default);
        return reader.Positions;
    }

    private void ReadFields(IMessage message, string end, TextToken opened)
    {
        var seen = new HashSet<int>();
        while (true)
        {
            if (_token.Kind == TextTokenKind.End && end.Length > 0)
            {
                throw Error(_token, $"the file ends within '{message.Descriptor.Name}' opened in line {opened.Line}; it was cut off, or a '{end}' is missing");
            }

            if (_token.Kind == TextTokenKind.End || (end.Length > 0 && Is(end))) return;
            ReadField(message, seen);
            if (Is(",") || Is(";")) Advance();
        }
    }

    private void ReadField(IMessage message, HashSet<int> seen)
    {
        TextToken name = _token;
        if (name.Kind != TextTokenKind.Identifier) throw Error(name, $"expected the name of a field of {message.Descriptor.Name}, found {name}");
        FieldDescriptor field = message.Descriptor.FindFieldByName(name.Text) ?? throw Error(
            name, $"{message.Descriptor.Name} has no field {name}; it has {string.Join(", ", message.Descriptor.Fields.InDeclarationOrder().Select(f => f.Name))}");
        if (!field.IsRepeated && !seen.Add(field.FieldNumber)) throw Error(name, $"field {name} is given twice in one {message.Descriptor.Name}");
        Advance();
        bool isMessage = field.FieldType == FieldType.Message;
        if (Is(":")) Advance();
        else if (!isMessage) throw Error(_token, $"expected ':' behind '{name.Text}', found {_token}");
        if (!field.IsRepeated || !Is("["))
        {
            ReadValue(message, field);
            return;
        }

        Advance();
        while (!Is("]"))
        {
            ReadValue(message, field);
            if (Is(",")) Advance();
            else if (!Is("]")) throw Error(_token, $"expected ',' or ']' in the list of '{name.Text}', found {_token}");
        }

        Advance();
    }

    private void ReadValue(IMessage message, FieldDescriptor field)
    {
        object value = field.FieldType == FieldType.Message ? ReadMessage(field) : ReadScalar(field);
        if (field.IsRepeated) ((IList)field.Accessor.GetValue(message)).Add(value);
        else field.Accessor.SetValue(message, value);
    }

    private IMessage ReadMessage(FieldDescriptor field)
    {
        TextToken opened = _token;
        string? end = Is("{") ? "}" : Is("<") ? ">" : null;
        if (end is null) throw Error(_token, $"expected '{{' behind '{field.Name}', found {_token}");
        Advance();
        IMessage child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
        Positions[child] = (opened.Line, opened.Column);
        ReadFields(child, end, opened);
        Advance();
        return child;
    }

    private object ReadScalar(FieldDescriptor field)
    {
        if (field.FieldType == FieldType.String)
        {
            if (_token.Kind != TextTokenKind.String) throw Error(_token, $"'{field.Name}' is a string; found {_token}");
            var text = new StringBuilder();
            while (_token.Kind == TextTokenKind.String)
            {
                text.Append(_token.Text);
                Advance();
            }

            return text.ToString();
        }

        TextToken start = _token;
        bool negative = Is("-");
        if (negative) Advance();
        TextToken token = _token;
        object? value = token.Kind is TextTokenKind.Number or TextTokenKind.Identifier ? Parse(field, token.Text, negative) : null;
        if (value is null) throw Error(start, $"'{field.Name}' is {Expected(field)}; found {(negative ? "'-" + token.Text + "'" : token.ToString())}");
        Advance();
        return value;
    }

    private static object? Parse(FieldDescriptor field, string text, bool negative)
    {
        switch (field.FieldType)
        {
            case FieldType.Float:
                return TextNumbers.TryFloat(text, out float single) ? negative ? -single : single : null;
            case FieldType.Double:
                return TextNumbers.TryDouble(text, out double number) ? negative ? -number : number : null;
            case FieldType.Bool when !negative:
                return text switch
                {
                    "true" or "t" or "True" or "1" => true,
                    "false" or "f" or "False" or "0" => false,
                    _ => null,
                };
            case FieldType.Enum:
                if (!negative && field.EnumType.FindValueByName(text) is { } named) return named.Number;
                return TextNumbers.TryInteger(text, negative, int.MinValue, int.MaxValue, out long enumValue) ? (int)enumValue : null;
            case FieldType.Int32:
                return TextNumbers.TryInteger(text, negative, int.MinValue, int.MaxValue, out long small) ? (int)small : null;
            case FieldType.Int64:
                return TextNumbers.TryInteger(text, negative, long.MinValue, long.MaxValue, out long large) ? large : null;
            default:
                return null;
        }
    }

    private static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Select(v => v.Name))}",
        FieldType.Float or FieldType.Double => "a number",
        FieldType.Bool => "true or false",
        FieldType.Int32 => "an integer from -2^31 to 2^31-1",
        _ => "an integer from -2^63 to 2^63-1",
    };

    private bool Is(string symbol) => _token.Kind == TextTokenKind.Symbol && _token.Text == symbol;

    private void Advance() => _token = _tokenizer.Next();

    private InputFormatException Error(TextToken token, string detail) =>
        new(_source, token.Line, token.Column, detail);
}

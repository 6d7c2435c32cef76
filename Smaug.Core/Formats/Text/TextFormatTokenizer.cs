using System.Globalization;
using System.Text;

namespace Smaug.Core.Formats.Text;

internal enum TextTokenKind
{
    End,
    Identifier,
    Number,
    String,
    Symbol,
}

/// <summary>One token with its place; <see cref="Text"/> of a string is its unescaped content.</summary>
internal readonly record struct TextToken(TextTokenKind Kind, string Text, int Line, int Column)
{
    public override string ToString() => Kind switch
    {
        TextTokenKind.End => "the end of the file",
        TextTokenKind.String => "a string",
        _ => $"'{(Text.Length <= 40 ? Text : Text[..40] + "...")}'",
    };
}

/// <summary>Cuts protobuf text format into tokens; skips white space and <c>#</c> comments.</summary>
internal sealed class TextFormatTokenizer(string text, string source)
{
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public TextToken Next()
    {
        SkipBlanks();
        int line = _line;
        int column = _position - _lineStart + 1;
        if (_position == text.Length) return new TextToken(TextTokenKind.End, "", line, column);
        char c = text[_position];
        if (char.IsAsciiLetter(c) || c == '_') return new TextToken(TextTokenKind.Identifier, Take(IsIdentifierPart), line, column);
        bool fraction = c == '.' && _position + 1 < text.Length && char.IsAsciiDigit(text[_position + 1]);
        if (char.IsAsciiDigit(c) || fraction) return new TextToken(TextTokenKind.Number, TakeNumber(), line, column);
        if (c is '"' or '\'') return new TextToken(TextTokenKind.String, TakeString(c, line, column), line, column);
        if ("{}<>[]:,;-".Contains(c, StringComparison.Ordinal))
        {
            _position++;
            return new TextToken(TextTokenKind.Symbol, c.ToString(), line, column);
        }

        string shown = char.IsControl(c) || c > 126 ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}") : c.ToString();
        throw new InputFormatException(source, line, column, $"character {shown} has no meaning here; is this a protobuf text file?");
    }

    private void SkipBlanks()
    {
        while (_position < text.Length)
        {
            char c = text[_position];
            if (c == '#')
            {
                while (_position < text.Length && text[_position] != '\n') _position++;
                continue;
            }

            if (c is not (' ' or '\t' or '\r' or '\n' or '\f' or '\v')) return;
            _position++;
            if (c != '\n') continue;
            _line++;
            _lineStart = _position;
        }
    }

    private static bool IsIdentifierPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.';

    private string Take(Func<char, bool> accepts)
    {
        int start = _position;
        while (_position < text.Length && accepts(text[_position])) _position++;
        return text[start.._position];
    }

    private string TakeNumber()
    {
        int start = _position;
        while (_position < text.Length)
        {
            char c = text[_position];
            bool exponentSign = c is '+' or '-' && _position > start && text[_position - 1] is 'e' or 'E' && !text.AsSpan(start).StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (!IsIdentifierPart(c) && !exponentSign) break;
            _position++;
        }

        return text[start.._position];
    }

    private string TakeString(char quote, int line, int column)
    {
        var bytes = new List<byte>();
        Span<byte> buffer = stackalloc byte[4];
        _position++;
        while (true)
        {
            if (_position >= text.Length || text[_position] == '\n') throw new InputFormatException(source, line, column, $"string without closing {quote}");
            char c = text[_position];
            if (c == quote)
            {
                _position++;
                return Encoding.UTF8.GetString([.. bytes]);
            }

            if (c == '\\')
            {
                TakeEscape(bytes);
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(_position), out Rune rune, out int length);
            bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
            _position += length;
        }
    }

    private void TakeEscape(List<byte> bytes)
    {
        int column = _position - _lineStart + 1;
        _position++;
        char c = _position < text.Length ? text[_position++] : '\0';
        switch (c)
        {
            case 'n': bytes.Add((byte)'\n'); return;
            case 't': bytes.Add((byte)'\t'); return;
            case 'r': bytes.Add((byte)'\r'); return;
            case 'a': bytes.Add(7); return;
            case 'b': bytes.Add(8); return;
            case 'f': bytes.Add(12); return;
            case 'v': bytes.Add(11); return;
            case '"' or '\'' or '\\' or '?': bytes.Add((byte)c); return;
            case >= '0' and <= '7':
                _position--;
                bytes.Add(unchecked((byte)TakeDigits(8, 1, 3, column)));
                return;
            case 'x' or 'X':
                bytes.Add((byte)TakeDigits(16, 1, 2, column));
                return;
            case 'u' or 'U':
                int digits = c == 'u' ? 4 : 8;
                int value = TakeDigits(16, digits, digits, column);
                if (!Rune.IsValid(value)) throw BadEscape(column);
                Span<byte> buffer = stackalloc byte[4];
                bytes.AddRange(buffer[..new Rune(value).EncodeToUtf8(buffer)]);
                return;
            default:
                throw BadEscape(column);
        }
    }

    private int TakeDigits(int radix, int minimum, int maximum, int column)
    {
        int value = 0;
        int count = 0;
        while (count < maximum && _position < text.Length)
        {
            char c = text[_position];
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix) break;
            value = unchecked(value * radix + digit);
            _position++;
            count++;
        }

        return count >= minimum ? value : throw BadEscape(column);
    }

    private InputFormatException BadEscape(int column) =>
        new(source, _line, column, "unknown escape in a string; use \\n \\t \\r \\\" \\' \\\\ \\ooo \\xhh \\uXXXX");
}

using System.Globalization;

namespace Smaug.Core;

/// <summary>
/// A file or text in one of the supported formats cannot be read: it is truncated, garbled, or says something
/// impossible. The message starts with the place, in the form <c>file(line,column): </c>.
/// </summary>
public sealed class InputFormatException : SmaugException
{
    /// <summary>Creates the error for a place in a text file.</summary>
    /// <param name="source">File name or another name of the input; empty when there is none.</param>
    /// <param name="line">Line, counted from 1; 0 when the input has no lines or the line is unknown.</param>
    /// <param name="column">Column, counted from 1; 0 when unknown.</param>
    /// <param name="detail">What was found and what would be right.</param>
    /// <param name="innerException">The error that caused this one.</param>
    public InputFormatException(string source, int line, int column, string detail, Exception? innerException = null)
        : base(Place(source, line, column) + detail, innerException)
    {
        InputName = source;
        Line = line;
        Column = column;
    }

    /// <summary>File name or another name of the input; empty when there is none.</summary>
    public string InputName { get; }

    /// <summary>Line, counted from 1; 0 when the input has no lines or the line is unknown.</summary>
    public int Line { get; }

    /// <summary>Column, counted from 1; 0 when unknown.</summary>
    public int Column { get; }

    private static string Place(string source, int line, int column)
    {
        string position = (line, column) switch
        {
            ( <= 0, _) => "",
            (_, <= 0) => string.Create(CultureInfo.InvariantCulture, $"({line})"),
            _ => string.Create(CultureInfo.InvariantCulture, $"({line},{column})"),
        };
        return source.Length == 0 && position.Length == 0 ? "" : $"{source}{position}: ";
    }
}

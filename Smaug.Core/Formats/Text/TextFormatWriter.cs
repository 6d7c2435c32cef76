using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Smaug.Core.Formats.Text;

/// <summary>
/// Writes messages in protobuf text format as Python's protobuf does: fields in number order, one per line, two spaces of
/// indentation; scalars that are zero or empty are left out, messages that are set are written even when empty.
/// </summary>
internal static class TextFormatWriter
{
    public static string Write(IMessage message)
    {
        var text = new StringBuilder();
        WriteFields(text, message, 0);
        return text.ToString();
    }

    private static void WriteFields(StringBuilder text, IMessage message, int indentation)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            object? value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (object item in (IList)value) WriteField(text, field, item, indentation);
            }
            else if (value is not null && !IsDefault(value))
            {
                WriteField(text, field, value, indentation);
            }
        }
    }

    private static void WriteField(StringBuilder text, FieldDescriptor field, object value, int indentation)
    {
        text.Append(' ', indentation).Append(field.Name);
        if (value is IMessage child)
        {
            text.Append(" {\n");
            WriteFields(text, child, indentation + 2);
            text.Append(' ', indentation).Append("}\n");
            return;
        }

        text.Append(": ");
        switch (field.FieldType)
        {
            case FieldType.Enum:
                int number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                text.Append(field.EnumType.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture));
                break;
            case FieldType.Float:
                text.Append(TextNumbers.Format((float)value));
                break;
            case FieldType.Double:
                text.Append(TextNumbers.FormatRepr((double)value));
                break;
            case FieldType.Bool:
                text.Append((bool)value ? "true" : "false");
                break;
            case FieldType.String:
                WriteString(text, (string)value);
                break;
            default:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }

        text.Append('\n');
    }

    private static bool IsDefault(object value) => value switch
    {
        string s => s.Length == 0,
        bool b => !b,
        int i => i == 0,
        long l => l == 0,
        float f => BitConverter.SingleToInt32Bits(f) == 0,
        double d => BitConverter.DoubleToInt64Bits(d) == 0,
        Enum e => Convert.ToInt32(e, CultureInfo.InvariantCulture) == 0,
        _ => false,
    };

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (byte b in Encoding.UTF8.GetBytes(value))
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'"' => text.Append("\\\""),
                (byte)'\'' => text.Append("\\'"),
                (byte)'\\' => text.Append("\\\\"),
                < 32 or >= 127 => text.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0')),
                _ => text.Append((char)b),
            };
        }

        text.Append('"');
    }
}

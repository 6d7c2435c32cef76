namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>Walks the comma-separated fields of a line.</summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> rest = line;
    private bool done;

    /// <summary>The next field; a field at the end of the line needs no comma, an empty one after the last comma is none.</summary>
    public bool Next(out ReadOnlySpan<byte> field)
    {
        if (done || rest.Length == 0)
        {
            field = default;
            return false;
        }
        int comma = -1;
        for (int i = 0; i < rest.Length; i++)
        {
            if (rest[i] == (byte)',')
            {
                comma = i;
                break;
            }
        }
        if (comma < 0)
        {
            field = rest;
            done = true;
            return true;
        }
        field = rest[..comma];
        rest = rest[(comma + 1)..];
        return true;
    }
}

using System.Runtime.CompilerServices;
using Smaug.Core;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Reads the invocations of a dynamic trace one after another, streaming: at any time only the invocation at hand is
/// in memory.
/// </summary>
internal sealed partial class TraceReader : IDisposable
{
    private readonly TraceLineReader lines;
    private readonly OpcodeNumbering numbering;
    private readonly TraceProgram program;
    private readonly DddgBuilder builder;
    private readonly ByteInterner headers = new();
    private bool mapRead;
    private bool inMap;
    private bool inEntry;

    public TraceReader(Stream stream, string source, OpcodeNumbering numbering, bool readyMode, bool byteAccurate)
    {
        lines = new TraceLineReader(stream, source);
        this.numbering = numbering;
        program = new TraceProgram();
        builder = new DddgBuilder(program, readyMode, byteAccurate);
    }

    public TraceProgram Program => program;

    public static TraceReader Open(string path, OpcodeNumbering numbering, bool readyMode, bool byteAccurate)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 1 << 16 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFormatException(path, 0, 0, $"cannot open the trace: {e.Message}", e);
        }
        return new TraceReader(file, path, numbering, readyMode, byteAccurate);
    }

    /// <summary>The next invocation, or null at the end of the trace.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public DynamicTrace? Next(IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        inEntry = false;
        BeginInvocation();
        int countdown = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (--countdown < 0)
            {
                countdown = 1 << 18;
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(builder.Node + 1);
            }
            if (line.Length > 0 && line[0] == (byte)'0' && line.Length > 1 && line[1] == (byte)',')
            {
                Header(line);
                continue;
            }
            if (!HasComma(line))
            {
                if (PlainLine(line)) return builder.EndInvocation();
                continue;
            }
            if (lines.IsSplit) throw lines.Error("the line is longer than 255 characters, the limit of the format");
            mapRead = true;
            if (node >= 0) Operand(line);
            else Parameter(line);
        }
        return builder.Node >= 0 ? builder.EndInvocation() : null;
    }

    public void Dispose() => lines.Dispose();

    /// <summary>Most lines have one behind their first character.</summary>
    private static bool HasComma(ReadOnlySpan<byte> line) => line.Length > 1 && (line[1] == (byte)',' || line.Contains((byte)','));

    /// <summary>A line without a comma: part of the label map, or the end of the invocation; true when it ends.</summary>
    private bool PlainLine(ReadOnlySpan<byte> line)
    {
        if (!mapRead)
        {
            if (inMap)
            {
                if (line.IndexOf("LABEL MAP END"u8) >= 0)
                {
                    inMap = false;
                    mapRead = true;
                }
                else
                {
                    program.Labels.TryAdd(System.Text.Encoding.UTF8.GetString(line));
                }
            }
            else if (line.IndexOf("LABEL MAP START"u8) >= 0)
            {
                inMap = true;
            }
            return false;
        }
        return node >= 0 && opcode == TraceOpcode.Ret && function == firstFunction;
    }

    /// <summary>An entry declaration or one of its parameters; other lines before the first node are ignored.</summary>
    private void Parameter(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("entry,"u8))
        {
            var entry = new FieldCursor(line[6..]);
            if (!entry.Next(out ReadOnlySpan<byte> name)) throw lines.Error("an entry line needs a function name and a parameter count");
            builder.TopFunction = program.Names.Intern(name);
            inEntry = true;
            return;
        }
        if (!inEntry) return;
        var fields = new FieldCursor(line);
        if (!fields.Next(out _) || !fields.Next(out _) || !fields.Next(out ReadOnlySpan<byte> value) || !fields.Next(out _)
            || !fields.Next(out ReadOnlySpan<byte> parameter))
        {
            throw lines.Error("a parameter line needs 5 fields: number, bits, value, is_reg, name");
        }
        if (value.StartsWith("0x"u8)) builder.DeclareParameter(program.Names.Intern(parameter), Address(value));
    }
}

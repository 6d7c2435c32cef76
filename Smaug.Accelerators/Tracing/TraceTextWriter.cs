using System.Globalization;
using System.IO.Compression;
using System.Text;
using Smaug.Accelerators.Aladdin.Graphs;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Tracing;

/// <summary>
/// Writes traces in the standard text format. Instructions go to a temporary file beside the target; the label map,
/// known only at the end, is put in front of them when the file is finished.
/// </summary>
internal sealed class TraceTextWriter : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private readonly bool compressed;
    private readonly List<string> formals = [];
    private readonly List<string> arguments = [];
    private StreamWriter? body;
    private string block = "";
    private string previousBlock = "";
    private bool lastWasPhi;
    private bool inCall;

    public TraceTextWriter(string path)
    {
        this.path = path;
        temporary = path + ".part";
        compressed = path.EndsWith(".gz", StringComparison.Ordinal);
        body = Open(temporary);
    }

    public void Entry(string function, int count) => Line($"entry,{function},{count},");

    public void EntryParameter(int tag, int bits, long value, bool pointer, string name) =>
        Line(pointer ? $"{tag},{bits},0x{value:x},1,{name}," : $"{tag},{bits},{value},1,{name},");

    public void Header(TraceProgram program, int staticId, int node)
    {
        FlushCall();
        ref StaticInstruction s = ref program.Statics.Items[staticId];
        bool phi = s.Opcode == TraceOpcode.Phi;
        if (!phi || !lastWasPhi) previousBlock = block;
        lastWasPhi = phi;
        block = program.Names.Text(s.BlockWithDepth);
        inCall = s.Opcode == TraceOpcode.Call;
        Line("");
        Line($"0,{s.Line},{program.Names.Text(s.Function)},{block},{program.Names.Text(s.Name)},{(int)s.Opcode},{node}");
    }

    public void Operand(int tag, int bits, string text, bool isRegister, string name)
    {
        string line = $"{tag},{bits},{text},{(isRegister ? 1 : 0)},{(isRegister ? name : " ")},";
        if (inCall) arguments.Add(line);
        else Line(line);
    }

    public void Operand(int tag, int bits, long address, string name)
    {
        string line = $"{tag},{bits},0x{address:x},1,{name},";
        if (inCall) arguments.Add(line);
        else Line(line);
    }

    public void PhiOperand(int bits, ValueSource source, string name, string text) =>
        Line($"1,{bits},{(source.Node >= 0 ? "0" : text)},{(source.IsConstant ? 0 : 1)},{(source.IsConstant ? " " : name)},{previousBlock},");

    public void Name(int tag, string name) => Line($"{tag},64,0x1,1,{name},");

    public void SamplingLabel(string label)
    {
        Line("3,64,0x1,1,setSamplingFactor,");
        Line($"1,64,{label},0, ,");
    }

    public void Alloca(long address, string name)
    {
        Line("1,32,1,0, ,");
        Line($"r,64,0x{address:x},1,{name},");
    }

    public void BranchTarget(int tag) => Line($"{tag},0,0,1,block,");

    public void Result(string name, int bits, string text)
    {
        if (name.Length > 0) Line($"r,{bits},{text},1,{name},");
    }

    public void Result(string name, int bits, long address) => Line($"r,{bits},0x{address:x},1,{name},");

    public void Formal(int bits, string text, string name) => formals.Add($"f,{bits},{text},1,{name},");

    public void FormalPointer(long address, string name) => formals.Add($"f,64,0x{address:x},1,{name},");

    /// <summary>Arguments come after the callee and before the formals.</summary>
    public void EndCall(string function, int count)
    {
        Line($"{count + 1},64,0x1,1,{function},");
        FlushCall();
    }

    public void EndInvocation()
    {
        FlushCall();
        Line("");
        block = "";
        lastWasPhi = false;
    }

    public void Finish(LabelMap labels)
    {
        if (body is null) return;
        body.Dispose();
        body = null;
        string complete = path + ".tmp";
        using (StreamWriter head = Open(complete))
        {
            if (labels.Originals.Count > 0)
            {
                head.Write("%%%% LABEL MAP START %%%%\n");
                foreach ((LabelEntry entry, string[] callers) in labels.Originals)
                    head.Write(Limit($"{entry.Function}/{entry.Label} {entry.Line.ToString(CultureInfo.InvariantCulture)}{(callers.Length > 0 ? " inline " + string.Join(' ', callers) : "")}") + "\n");
                head.Write("%%%% LABEL MAP END %%%%\n\n\n");
            }
        }
        // A gzip file may be several members one after another, so the body is appended as it is.
        using (FileStream target = new(complete, FileMode.Append))
        using (FileStream source = File.OpenRead(temporary)) source.CopyTo(target);
        File.Delete(temporary);
        File.Move(complete, path, overwrite: true);
    }

    public void Dispose()
    {
        if (body is null) return;
        body.Dispose();
        body = null;
        File.Delete(temporary);
    }

    private StreamWriter Open(string target)
    {
        Stream file = File.Create(target);
        return new StreamWriter(compressed ? new GZipStream(file, CompressionLevel.Fastest) : file, new UTF8Encoding(false), 1 << 16);
    }

    private void FlushCall()
    {
        foreach (string line in arguments) Line(line);
        foreach (string line in formals) Line(line);
        arguments.Clear();
        formals.Clear();
        inCall = false;
    }

    private void Line(FormattableString text) => Line(FormattableString.Invariant(text));

    private void Line(string text)
    {
        body!.Write(Limit(text));
        body.Write('\n');
    }

    /// <summary>The format reads lines in pieces of 255 characters.</summary>
    private static string Limit(string text) => text.Length > 254
        ? throw new Core.SimulationException($"A trace line has {text.Length} characters, the format allows 254; use shorter names: {text[..60]}…")
        : text;
}

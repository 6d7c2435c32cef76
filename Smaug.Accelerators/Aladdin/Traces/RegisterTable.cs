using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>
/// Last writer and pointer variable of every register name. A register is one symbol (function and name); the frame
/// that wrote it last is stamped beside the value, and only values of frames that recursion has covered are kept apart.
/// </summary>
internal sealed class RegisterTable
{
    private readonly ByteInterner symbols = new();
    private readonly Dictionary<long, int> covered = [];
    private readonly Dictionary<long, int> variables = [];
    private GrowArray<int> names = new(256);
    private GrowArray<int> stamps = new(256);
    private GrowArray<int> writers = new(256);
    private GrowArray<int> variableStamps = new(256);
    private GrowArray<int> variableIds = new(256);

    [MethodImpl(HotLoop.Compiled)]
    public int Symbol(ReadOnlySpan<byte> name, int function, TraceProgram program)
    {
        int symbol = symbols.Intern(name, function);
        if (symbol == names.Count)
        {
            names.Add(program.Names.Intern(name));
            stamps.Add(-1);
            writers.Add(-1);
            variableStamps.Add(-1);
            variableIds.Add(-1);
        }
        return symbol;
    }

    public int Name(int symbol) => names.Items[symbol];

    /// <summary>The last writer of a register in a dynamic function, or -1.</summary>
    [MethodImpl(HotLoop.Compiled)]
    public int Get(int symbol, int dynamic)
    {
        if (stamps.Items[symbol] == dynamic) return writers.Items[symbol];
        if (covered.Count == 0) return -1;
        return covered.TryGetValue(Key(symbol, dynamic), out int writer) ? writer : -1;
    }

    [MethodImpl(HotLoop.Compiled)]
    public void Set(int symbol, int dynamic, int node, DddgBuilder builder)
    {
        int stamp = stamps.Items[symbol];
        if (stamp != dynamic && stamp >= 0 && builder.IsLive(stamp)) covered[Key(symbol, stamp)] = writers.Items[symbol];
        stamps.Items[symbol] = dynamic;
        writers.Items[symbol] = node;
    }

    [MethodImpl(HotLoop.Compiled)]
    public int Variable(int symbol, int dynamic, DddgBuilder builder)
    {
        if (variableStamps.Items[symbol] == dynamic) return variableIds.Items[symbol];
        if (!variables.TryGetValue(Key(symbol, dynamic), out int variable))
        {
            variable = builder.Variables.Add(names.Items[symbol]);
            variables.Add(Key(symbol, dynamic), variable);
        }
        variableStamps.Items[symbol] = dynamic;
        variableIds.Items[symbol] = variable;
        return variable;
    }

    public void Clear()
    {
        stamps.Span.Fill(-1);
        variableStamps.Span.Fill(-1);
        covered.Clear();
        variables.Clear();
    }

    private static long Key(int symbol, int dynamic) => ((long)dynamic << 32) | (uint)symbol;
}

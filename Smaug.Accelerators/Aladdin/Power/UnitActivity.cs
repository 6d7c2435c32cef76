using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>
/// Activity of functional units and how many are needed: multipliers, floating-point and special units are shared
/// between cycles, adders, bitwise units and shifters not within a region.
/// </summary>
internal sealed class UnitActivity
{
    private const int Units = 10;

    private readonly Datapath datapath;
    private readonly PassContext context;
    private readonly int cycles;
    private readonly Dictionary<int, int> functionIndex = [];
    private readonly List<int[]?[]> perCycle = [];
    private readonly List<int[]> regionMaximum = [];
    private readonly bool[] busy;

    private UnitActivity(Datapath datapath, int cycles)
    {
        this.datapath = datapath;
        context = datapath.Context;
        this.cycles = cycles;
        busy = new bool[cycles + 1];
    }

    /// <summary>Needed units by kind, summed over functions.</summary>
    public int[] Count { get; } = new int[Units];

    /// <summary>Unit-cycles by kind.</summary>
    public long[] ActiveCycles { get; } = new long[Units];

    /// <summary>Cycles without work, as the reference counts them, of the scheduled cycles.</summary>
    public int IdleCycles { get; private set; }

    /// <summary>Functions by name id, in order of first appearance.</summary>
    public IReadOnlyList<int> Functions => functions;

    private readonly List<int> functions = [];

    public static UnitActivity Of(Datapath datapath, int cycles)
    {
        var activity = new UnitActivity(datapath, cycles);
        activity.Walk();
        return activity;
    }

    /// <summary>Active units of a kind in a cycle.</summary>
    public int At(int function, FunctionalUnit unit, int cycle) => perCycle[function][(int)unit] is { } counts && cycle < counts.Length ? counts[cycle] : 0;

    [MethodImpl(HotLoop.Compiled)]
    private void Walk()
    {
        List<LoopBound> bounds = context.Bounds;
        int cursor = 0;
        // Adders, bitwise units, shifters since the last boundary.
        Span<int> region = stackalloc int[3];
        int nodes = context.Graph.NodeCount;
        int lastFunction = -1, lastIndex = -1;
        for (int n = 0; n < nodes; n++)
        {
            int functionName = context.Static(n).Function;
            if (functionName != lastFunction)
            {
                lastFunction = functionName;
                lastIndex = FunctionIndex(functionName);
            }
            if (cursor < bounds.Count && n == bounds[cursor].Node)
            {
                CloseRegion(lastIndex, region);
                cursor++;
            }
            if (!context.Graph.IsConnected(n) || datapath.Start[n] < 0) continue;
            CountNode(n, lastIndex, region);
        }
        if (context.Corrected && lastIndex >= 0) CloseRegion(lastIndex, region);
        Summarise();
    }

    [MethodImpl(HotLoop.Compiled)]
    private void CountNode(int node, int function, Span<int> region)
    {
        OpcodeClass classes = OpcodeClasses.Of(context.Opcodes[node]);
        int start = datapath.Start[node];
        // The reference takes a vector operation for one unit.
        int lanes = context.Corrected ? Math.Max(1, (int)context.Static(node).Lanes) : 1;
        if ((classes & OpcodeClass.MultiCycle) != 0)
        {
            bool isDouble = context.Static(node).IsDouble;
            FunctionalUnit unit = (classes & OpcodeClass.FloatAdd) != 0 ? (isDouble ? FunctionalUnit.DoubleAdder : FunctionalUnit.SingleAdder)
                : (classes & OpcodeClass.FloatMultiply) != 0 ? (isDouble ? FunctionalUnit.DoubleMultiplier : FunctionalUnit.SingleMultiplier)
                : FunctionalUnit.SpecialMath;
            for (int c = start; c < datapath.Completion[node]; c++) Mark(function, unit, c, lanes);
        }
        else if ((classes & OpcodeClass.IntegerMultiply) != 0)
        {
            Mark(function, FunctionalUnit.Multiplier, start, lanes);
        }
        else if ((classes & OpcodeClass.IntegerAdd) != 0)
        {
            Mark(function, FunctionalUnit.Adder, start, lanes);
            region[0] += lanes;
        }
        else if ((classes & OpcodeClass.Shift) != 0)
        {
            Mark(function, FunctionalUnit.Shifter, start, lanes);
            region[2] += lanes;
        }
        else if ((classes & OpcodeClass.Bitwise) != 0)
        {
            Mark(function, FunctionalUnit.Bitwise, start, lanes);
            region[1] += lanes;
        }
    }

    [MethodImpl(HotLoop.Compiled)]
    private void Mark(int function, FunctionalUnit unit, int cycle, int lanes)
    {
        int[] counts = perCycle[function][(int)unit] ??= new int[cycles + 1];
        counts[cycle] += lanes;
        // The reference's idle test forgets single-precision adders.
        if (unit != FunctionalUnit.SingleAdder || context.Corrected) busy[cycle] = true;
    }

    private void CloseRegion(int function, Span<int> region)
    {
        int[] maximum = regionMaximum[function];
        for (int i = 0; i < 3; i++) maximum[i] = Math.Max(maximum[i], region[i]);
        region.Clear();
    }

    private int FunctionIndex(int name)
    {
        if (functionIndex.TryGetValue(name, out int index)) return index;
        functionIndex.Add(name, perCycle.Count);
        functions.Add(name);
        perCycle.Add(new int[]?[Units]);
        regionMaximum.Add(new int[3]);
        return perCycle.Count - 1;
    }

    private void Summarise()
    {
        for (int f = 0; f < perCycle.Count; f++)
        {
            for (int unit = 0; unit < Units; unit++)
            {
                int[]? counts = perCycle[f][unit];
                if (counts is null) continue;
                int maximum = 0;
                long sum = 0;
                for (int c = 0; c < cycles; c++)
                {
                    maximum = Math.Max(maximum, counts[c]);
                    sum += counts[c];
                }
                ActiveCycles[unit] += sum;
                if ((FunctionalUnit)unit is not (FunctionalUnit.Adder or FunctionalUnit.Bitwise or FunctionalUnit.Shifter)) Count[unit] += maximum;
            }
            Count[(int)FunctionalUnit.Adder] += regionMaximum[f][0];
            Count[(int)FunctionalUnit.Bitwise] += regionMaximum[f][1];
            Count[(int)FunctionalUnit.Shifter] += regionMaximum[f][2];
        }
        for (int c = 0; c < cycles; c++)
        {
            if (!busy[c]) IdleCycles++;
        }
    }
}

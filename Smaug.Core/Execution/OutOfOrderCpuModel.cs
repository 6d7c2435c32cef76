using System.Text.Json.Serialization;

namespace Smaug.Core.Execution;

/// <summary>
/// Costs of SMAUG's software on an eight-wide out-of-order core. Each constant was measured in simulations of the
/// tutorial network (a convolution, a pooling and an inner product over a 28×28 image) on a core at 1 GHz, as cycles that
/// do not depend on the memory system; the misses of copies and of <see cref="ColdCode"/> come on top. <c>docs/soc.md</c> shows where each comes from.
/// </summary>
public sealed record OutOfOrderCpuModel : ICpuModel
{
    // The lines that a core's task reads ahead at most, line by line.
    private const int MaximumMshrs = 16;
    private const int LargestQueue = 65_536;
    private const int LargestWidth = 64;

    // The core that the costs were measured on.
    private const int MeasuredWidth = 8;

    /// <summary>
    /// Instructions to move one run of elements between a tensor and a tile: two region iterators advance and a block is
    /// copied. 922,576 instructions for the 1,568 runs of 16 elements of the tutorial's convolution, less the block copy.
    /// </summary>
    public double InstructionsPerRun { get; init; } = 574;

    /// <summary>
    /// Instructions to copy one element within a run: 22,042 for the 23,296 elements that LeNet-5's second convolution
    /// copies in long runs.
    /// </summary>
    public double InstructionsPerCopiedElement { get; init; } = 0.9;

    /// <summary>
    /// Cycles for one run: 357.3 us for the 1,568 runs that the tutorial's pooling scatters, less 1,568 lines written at
    /// 78 ns and the block copy.
    /// </summary>
    public double CyclesPerRun { get; init; } = 146;

    /// <summary>Cycles to copy one element within a run: 16 bytes in two cycles.</summary>
    public double CyclesPerCopiedElement { get; init; } = 0.25;

    /// <summary>
    /// Instructions to permute one element into another layout: 267,927 for the 6,272 elements that the tutorial flattens.
    /// </summary>
    public double InstructionsPerReorderedElement { get; init; } = 42.7;

    /// <summary>
    /// Cycles to permute one element: 182.4 us for the 6,272 elements of the tutorial, less 392 lines read at 72 ns, as
    /// many written at 78 ns, and 4 us for <see cref="ColdCode.FirstReorderLines"/>.
    /// </summary>
    public double CyclesPerReorderedElement { get; init; } = 19.05;

    /// <summary>Arithmetic operations per cycle of operators that run on the CPU; an estimate for scalar code, not measured.</summary>
    public double OperationsPerCycle { get; init; } = 1;

    /// <summary>
    /// Instructions that the core fetches, issues and retires per cycle at most, 1 to 64; default 8, the width of every stage of the
    /// simulated core (DerivO3CPU). Work takes at least its instructions divided by the width, which bounds none of the measured costs at the
    /// default: the most instructions per cycle are the 3.9 of a copied run. Work whose time is that of its cold lines alone and operators that
    /// the core computes (<see cref="OperationsPerCycle"/>) do not look at it.
    /// </summary>
    public int Width { get; init; } = 8;

    /// <summary>
    /// Instructions in flight, 1 to 65,536. Where more than these lie between two lines of the source, the core waits for each read
    /// miss; 192 is the reorder buffer of the simulated core.
    /// </summary>
    public int ReorderBufferEntries { get; init; } = 192;

    /// <summary>
    /// Loads in flight, 1 to 65,536; default 32, the load queue of the simulated core. With <see cref="Mix"/> it holds the loads of 194
    /// instructions, so that at the defaults the reorder buffer is full first.
    /// </summary>
    public int LoadQueueEntries { get; init; } = 32;

    /// <summary>
    /// Stores that are in flight or wait to be written, 1 to 65,536; default 32, the store queue of the simulated core. With
    /// <see cref="Mix"/> it holds the stores of 194 instructions, so that at the defaults the reorder buffer is full first.
    /// </summary>
    public int StoreQueueEntries { get; init; } = 32;

    /// <summary>
    /// Lines that the core reads ahead of the one that it copies at most, 1 to 16; default 16, the miss status registers of the first-level data
    /// cache, and the requests that a sequencer of the directory system takes. With 1 no miss is hidden behind another.
    /// </summary>
    public int Mshrs { get; init; } = MaximumMshrs;

    /// <summary>Loads and stores among the instructions, which fill the queues.</summary>
    public InstructionMix Mix { get; init; } = new();

    /// <summary>
    /// Cycles at the begin of a network: 18.2 us up to the tutorial's first preparation, less three Data operators and the
    /// choice of the first operator.
    /// </summary>
    public double NetworkStartCycles { get; init; } = 4_400;

    /// <summary>Cycles at the end of a network.</summary>
    public double NetworkEndCycles { get; init; } = 780;

    /// <summary>Cycles of a Data operator: 2,160 instructions with cold caches.</summary>
    public double DataOperatorCycles { get; init; } = 3_200;

    /// <summary>Cycles to choose the next operator: mean of the tutorial's 4.16, 3.67 and 4.81 us.</summary>
    public double OperatorStartCycles { get; init; } = 4_210;

    /// <summary>Cycles of a preparation without tiles to fill: 1.31 us and 1,133 instructions in the tutorial's inner product.</summary>
    public double PreparationStartCycles { get; init; } = 1_280;

    /// <summary>
    /// Cycles of a finalisation without tiles to gather: 0.108 us in the tutorial, with one cold line of 40 ns; 0 to 3 are cold, 1.4 on
    /// average of 14 finalisations that are not a network's first.
    /// </summary>
    public double FinalizationStartCycles { get; init; } = 124;

    /// <summary>
    /// Cycles from the end of the preparation to the first launch: 45.3 us before the first and after the last invocations of the
    /// tutorial's three bodies, less their cold lines, launches and <see cref="BodyEndCycles"/>.
    /// </summary>
    public double BodyStartCycles { get; init; } = 1_960;

    /// <summary>
    /// Cycles of a launch besides its cold lines: mean of 1.33, 1.44 and 1.80 us between the end of an invocation and the next activation
    /// and of 5.36 us for four launches without a wait, in the tutorial with one and two accelerators, less 12 lines.
    /// </summary>
    public double LaunchCycles { get; init; } = 940;

    /// <summary>Cycles from the end of the last invocation to the finalisation: mean of 0.98 and 1.65 us; 2.93 us are of cold code.</summary>
    public double BodyEndCycles { get; init; } = 1_310;

    /// <summary>
    /// Cycles at the begin of a body for each accelerator of the pool beyond the first: the core works 0.76 and 1.01 us longer in the
    /// tutorial's two bodies with two, less <see cref="ColdCode.FirstUseLines"/>.
    /// </summary>
    public double PoolStartCycles { get; init; } = 440;

    /// <summary>Lines that the software finds in no cache.</summary>
    public ColdCode ColdCode { get; init; } = new();

    /// <summary>
    /// Cycles that a miss takes the core beyond the time of a memory that is simulated line by line: on its way to the cache's
    /// port, and from the answer until instructions retire again. 12: the 78 and 72 ns that a store and a read miss of the
    /// tutorial cost, less 66 and 60 ns of the simulated memory.
    /// </summary>
    public double MissCycles { get; init; } = 12;

    /// <summary>
    /// Cycles of waiting for a line that the core fills with the instructions that it has room for, so that hits in the shared cache cost
    /// nothing. Null, the default, derives them: <see cref="InstructionsInFlight"/> at eight per cycle, the width of the core that the costs
    /// were measured on; 24 for 192 entries. <see cref="Width"/> does not change them: a narrower core fills its buffer more slowly, but would
    /// then wait less than the wide one for the same lines.
    /// </summary>
    public double? HiddenCycles { get; init; }

    /// <summary>
    /// Instructions that the core has in flight until its reorder buffer, its load queue or its store queue is full; 192 at the defaults.
    /// </summary>
    [JsonIgnore]
    public double InstructionsInFlight => Math.Min(ReorderBufferEntries, Math.Min(Held(LoadQueueEntries, Mix.Loads), Held(StoreQueueEntries, Mix.Stores)));

    /// <inheritdoc/>
    public CpuWork Work(in HostTask task, int lineBytes)
    {
        (double instructions, double cycles) = task.Kind switch
        {
            HostTaskKind.Reorder => (task.Elements * InstructionsPerReorderedElement, task.Elements * CyclesPerReorderedElement),
            HostTaskKind.Compute => (task.Operations / OperationsPerCycle, task.Operations / OperationsPerCycle),
            _ => Copy(task.Elements, task.RunElements),
        };
        if (task.Kind != HostTaskKind.Compute) cycles = AtWidth(cycles, instructions);
        double lines = Math.Max(1, (double)task.Bytes / lineBytes);
        double linesAhead = Math.Min(Mshrs, InstructionsInFlight / Math.Max(1, instructions / lines));
        return new CpuWork(instructions, cycles, task.Bytes, task.Bytes, linesAhead > 1, (int)Math.Max(1, linesAhead), MissCycles, Hidden) { Mix = Mix };
    }

    /// <inheritdoc/>
    public double Cycles(CpuOverhead overhead) =>
        MeasuredCycles(overhead) is > 0 and var cycles ? AtWidth(cycles, FrameworkInstructions.Of(overhead)) : 0;

    /// <summary>Cycles of a piece of framework software on the core that it was measured on.</summary>
    internal double MeasuredCycles(CpuOverhead overhead) => overhead switch
    {
        CpuOverhead.NetworkStart => NetworkStartCycles,
        CpuOverhead.NetworkEnd => NetworkEndCycles,
        CpuOverhead.DataOperator => DataOperatorCycles,
        CpuOverhead.OperatorStart => OperatorStartCycles,
        CpuOverhead.PreparationStart => PreparationStartCycles,
        CpuOverhead.FinalizationStart => FinalizationStartCycles,
        CpuOverhead.BodyStart => BodyStartCycles,
        CpuOverhead.Launch => LaunchCycles,
        CpuOverhead.BodyEnd => BodyEndCycles,
        CpuOverhead.PoolStart => PoolStartCycles,
        _ when Enum.IsDefined(overhead) => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(overhead), overhead, "unknown kind of overhead"),
    };

    /// <inheritdoc/>
    public CpuWork ColdReads(CpuOverhead overhead) =>
        new(Instructions: 0, Cycles: 0, ColdCode.Bytes(overhead, ColdCode.StallsPerLine), WriteBytes: 0, HidesReadMisses: false, MissCycles: MissCycles);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">
    /// A cost is negative or not finite, a number of entries is out of its range, a count is not positive, one of cold lines is above a
    /// million, or the mix has more loads and stores than instructions.
    /// </exception>
    public void Validate() => Validate("");

    /// <summary>Checks the values, whose names begin with a path in errors.</summary>
    internal void Validate(string path)
    {
        if (ColdCode is null) throw new ConfigurationException($"{path}ColdCode is null: leave it out for its defaults");
        foreach ((string name, double value) in Costs())
        {
            Require.NotNegative(path + name, value);
        }

        ColdCode.Validate($"{path}{nameof(ColdCode)}.");
        if (!(OperationsPerCycle > 0)) throw new ConfigurationException(FormattableString.Invariant($"{path}OperationsPerCycle = {OperationsPerCycle}: must be above 0"));
        if (HiddenCycles is { } hidden) Require.NotNegative(path + nameof(HiddenCycles), hidden);
        Require.Range(path + nameof(Width), Width, 1, LargestWidth);
        Require.Range(path + nameof(ReorderBufferEntries), ReorderBufferEntries, 1, LargestQueue);
        Require.Range(path + nameof(LoadQueueEntries), LoadQueueEntries, 1, LargestQueue);
        Require.Range(path + nameof(StoreQueueEntries), StoreQueueEntries, 1, LargestQueue);
        Require.Range(path + nameof(Mshrs), Mshrs, 1, MaximumMshrs);
        if (Mix is null) throw new ConfigurationException($"{path}Mix is null: leave it out for its defaults");
        Mix.Validate($"{path}{nameof(Mix)}.");
    }

    /// <summary>The costs by name, as they stand in configuration files.</summary>
    internal IEnumerable<(string Name, double Value)> Costs() =>
    [
        (nameof(InstructionsPerRun), InstructionsPerRun), (nameof(InstructionsPerCopiedElement), InstructionsPerCopiedElement),
        (nameof(CyclesPerRun), CyclesPerRun), (nameof(CyclesPerCopiedElement), CyclesPerCopiedElement),
        (nameof(InstructionsPerReorderedElement), InstructionsPerReorderedElement), (nameof(CyclesPerReorderedElement), CyclesPerReorderedElement),
        (nameof(OperationsPerCycle), OperationsPerCycle), (nameof(NetworkStartCycles), NetworkStartCycles), (nameof(NetworkEndCycles), NetworkEndCycles),
        (nameof(DataOperatorCycles), DataOperatorCycles), (nameof(OperatorStartCycles), OperatorStartCycles),
        (nameof(PreparationStartCycles), PreparationStartCycles), (nameof(FinalizationStartCycles), FinalizationStartCycles),
        (nameof(BodyStartCycles), BodyStartCycles), (nameof(LaunchCycles), LaunchCycles), (nameof(BodyEndCycles), BodyEndCycles),
        (nameof(PoolStartCycles), PoolStartCycles), (nameof(MissCycles), MissCycles),
        .. ColdCode.Values().Select(v => ($"{nameof(ColdCode)}.{v.Name}", v.Value)),
    ];

    private (double Instructions, double Cycles) Copy(long elements, long runElements)
    {
        double runs = (double)elements / Math.Max(1, runElements);
        return (runs * InstructionsPerRun + elements * InstructionsPerCopiedElement, runs * CyclesPerRun + elements * CyclesPerCopiedElement);
    }

    /// <summary>Whether a limit of the core is not that of the simulated one.</summary>
    [JsonIgnore]
    internal bool HasOwnLimits => this != this with { Width = MeasuredWidth, ReorderBufferEntries = 192, LoadQueueEntries = 32, StoreQueueEntries = 32, Mshrs = MaximumMshrs, Mix = new InstructionMix() };

    private double Hidden => HiddenCycles ?? InstructionsInFlight / MeasuredWidth;

    private double AtWidth(double cycles, double instructions) => Math.Max(cycles, instructions / Width);

    /// <summary>Instructions until those of one class have filled its queue.</summary>
    private static double Held(int entries, double share) => share > 0 ? entries / share : double.PositiveInfinity;
}

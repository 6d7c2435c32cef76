namespace Smaug.Core.Execution;

/// <summary>
/// Lines of the framework, code and data, that a piece of its software finds in no cache. How many they are belongs to the
/// program, as its instructions do: each count is the difference of L2 misses between two runs of a piece, in lines of 32 bytes.
/// What a line costs comes from the tutorial network alone. <c>docs/soc.md</c> shows where each count comes from.
/// </summary>
public sealed record ColdCode
{
    /// <summary>Bytes of the lines that were counted.</summary>
    private const int LineBytes = 32;

    /// <summary>32 MB of code and data in one piece: more than any framework has, and still simulated in a moment.</summary>
    private const double MostLines = 1_000_000;

    /// <summary>
    /// Read misses that a wide core waits for per line; the others overlap with them. Default 0.55: the tutorial's first preparation
    /// misses 121 lines and takes 5.55 us, its last 15 and 1.31 us, 40 ns for each of the 106 between, of 72 ns for a miss.
    /// </summary>
    public double StallsPerLine { get; init; } = 0.55;

    /// <summary>Lines of a network's first preparation; default 46: 61 for Minerva's inner product, less 15 of one that is not the first.</summary>
    public double FirstPreparationLines { get; init; } = 46;

    /// <summary>Lines more of the first preparation of a convolution; default 60: 121 for the tutorial's, less 15 and 46.</summary>
    public double FirstConvolutionPreparationLines { get; init; } = 60;

    /// <summary>Lines more of a network's first finalisation; default 4: 5 or 6 are cold, the 38 instructions and what they read.</summary>
    public double FirstFinalizationLines { get; init; } = 4;

    /// <summary>Lines of a network's first body; default 103: 323 for Minerva's inner product, less <see cref="FirstInnerProductLines"/>.</summary>
    public double FirstBodyLines { get; init; } = 103;

    /// <summary>
    /// Lines of the first body of a convolution; default 337: 476 for the tutorial's, less 12 of a body that is not the first, its launches
    /// and <see cref="FirstBodyLines"/>.
    /// </summary>
    public double FirstConvolutionLines { get; init; } = 337;

    /// <summary>Lines of the first body of a pooling; default 120: 156 for the tutorial's, less 12 and its launches.</summary>
    public double FirstPoolingLines { get; init; } = 120;

    /// <summary>Lines of the first body of an inner product; default 220: 328 for the tutorial's, less 12 and its launches.</summary>
    public double FirstInnerProductLines { get; init; } = 220;

    /// <summary>Lines of the first body of any other kind; default 226, the mean of the three.</summary>
    public double FirstOfKindLines { get; init; } = 226;

    /// <summary>Lines of a network's first change of layout; default 100: 102 instruction lines in the tutorial's.</summary>
    public double FirstReorderLines { get; init; } = 100;

    /// <summary>Lines of every launch; default 12: (328 - 240) / 7 for the tutorial's eight launches and another inner product's one.</summary>
    public double LaunchLines { get; init; } = 12;

    /// <summary>
    /// Lines of a network's first use of each accelerator beyond the first; default 23: 499 in the tutorial's convolution with two, 476
    /// with one.
    /// </summary>
    public double FirstUseLines { get; init; } = 23;

    /// <summary>Lines of one piece of framework software; 0 where its cycles have all of its misses in them.</summary>
    public double Lines(CpuOverhead overhead) => overhead switch
    {
        CpuOverhead.FirstPreparation => FirstPreparationLines,
        CpuOverhead.FirstConvolutionPreparation => FirstConvolutionPreparationLines,
        CpuOverhead.FirstFinalization => FirstFinalizationLines,
        CpuOverhead.FirstBody => FirstBodyLines,
        CpuOverhead.FirstConvolution => FirstConvolutionLines,
        CpuOverhead.FirstPooling => FirstPoolingLines,
        CpuOverhead.FirstInnerProduct => FirstInnerProductLines,
        CpuOverhead.FirstOfKind => FirstOfKindLines,
        CpuOverhead.FirstReorder => FirstReorderLines,
        CpuOverhead.Launch => LaunchLines,
        CpuOverhead.FirstUse => FirstUseLines,
        _ => 0,
    };

    /// <summary>Bytes of one piece of framework software that a core waits for.</summary>
    internal long Bytes(CpuOverhead overhead, double stallsPerLine) => (long)Math.Round(Lines(overhead) * stallsPerLine * LineBytes);

    /// <summary>Checks that no count is beyond what can be read line by line; that none is negative is checked with the other costs.</summary>
    internal void Validate(string path)
    {
        foreach ((string name, double value) in Values())
        {
            if (value > MostLines) throw new ConfigurationException(FormattableString.Invariant($"{path}{name} = {value}: must be at most {MostLines:#,0}"));
        }
    }

    /// <summary>The values by name, as they stand in configuration files.</summary>
    internal IEnumerable<(string Name, double Value)> Values() =>
    [
        (nameof(StallsPerLine), StallsPerLine), (nameof(FirstPreparationLines), FirstPreparationLines),
        (nameof(FirstConvolutionPreparationLines), FirstConvolutionPreparationLines),
        (nameof(FirstFinalizationLines), FirstFinalizationLines), (nameof(FirstBodyLines), FirstBodyLines),
        (nameof(FirstConvolutionLines), FirstConvolutionLines), (nameof(FirstPoolingLines), FirstPoolingLines),
        (nameof(FirstInnerProductLines), FirstInnerProductLines), (nameof(FirstOfKindLines), FirstOfKindLines),
        (nameof(FirstReorderLines), FirstReorderLines), (nameof(LaunchLines), LaunchLines), (nameof(FirstUseLines), FirstUseLines),
    ];
}

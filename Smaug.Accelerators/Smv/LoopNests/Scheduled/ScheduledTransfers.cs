using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.LoopNests;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Graphs;

namespace Smaug.Accelerators.Smv.LoopNests.Scheduled;

/// <summary>
/// Loads and stores with their conversions, and activations of results: a small matrix product or convolution with the part
/// in question, less the same without it. Full pages of 4 KiB add up; what is left of a page is scheduled as it is.
/// </summary>
internal sealed class ScheduledTransfers(RegionSchedules schedules)
{
    private const int Vector = 8, LineElements = 16;

    /// <summary>Vectors of 8 halves in a page of 4 KiB.</summary>
    private const int PageVectors = 256;

    /// <summary>Vectors beyond a page from which on a further page adds the same.</summary>
    private const int SettledVectors = 32;

    /// <summary>Vectors of an activation from which on it is linear.</summary>
    private const int SettledActivation = 24;

    private static readonly SmvMatrixMultiplyKernel s_block = new()
    {
        Rows = 1,
        Depth = Vector,
        Columns = 1,
        InputWidth = Vector,
        OutputWidth = 1,
        ReadInputs = false,
        SendResults = false,
    };

    private static readonly SmvConvolutionKernel s_pixel = new()
    {
        InputRows = 1,
        InputColumns = 1,
        InputChannels = Vector,
        WeightKernels = Vector,
        WeightChannels = Vector,
        KernelRows = 1,
        KernelColumns = 1,
        Kernels = Vector,
        OutputRows = 1,
        OutputColumns = 1,
        OutputChannels = Vector,
        ReadInputs = false,
        ReadWeights = false,
    };

    /// <summary>Loading some elements.</summary>
    public RegionCost Load(long elements) => OverElements(LoadSmall, elements);

    /// <summary>Storing some elements.</summary>
    public RegionCost Store(long elements) => OverElements(StoreSmall, elements);

    /// <summary>An activation of results in place.</summary>
    public RegionCost Activation(SmvKernel kernel, long elements, int unroll) => kernel.Activation is null ? default : Extrapolation.Over(
        v => Activated(kernel, kernel.Activation, v).Cost - Activated(kernel, null, v).Cost,
        LoopCycles.DivideUp(elements, Vector), unroll, SettledActivation);

    /// <summary>The units that an activation needs; null for none.</summary>
    public UnitCounts? ActivationUnits(SmvKernel kernel, int unroll) => kernel.Activation is null
        ? null
        : Activated(kernel, kernel.Activation, unroll).UnitsBeyond(Activated(kernel, null, unroll));

    /// <summary>The cost of going over vectors, in pages and what is left of one.</summary>
    /// <param name="cost">For up to a page and a little more.</param>
    /// <param name="vectors">Vectors wanted.</param>
    public static RegionCost OverVectors(Func<int, RegionCost> cost, long vectors)
    {
        long pages = (vectors - 1) / PageVectors;
        RegionCost last = cost((int)(vectors - pages * PageVectors));
        return pages == 0 ? last : last + pages * (cost(PageVectors + SettledVectors) - cost(SettledVectors));
    }

    /// <summary>Whole lines of two vectors, apart from tiles of less than a line, whose size is computed otherwise.</summary>
    private static RegionCost OverElements(Func<int, RegionCost> cost, long elements) => elements < LineElements
        ? cost(Vector)
        : OverVectors(vectors => cost(Vector * vectors), HostTransferLoops.Vectors(elements));

    private RegionCost LoadSmall(int elements) =>
        schedules.Cost(s_block with { InputWidth = elements, ReadInputs = true }) - schedules.Cost(s_block with { InputWidth = elements });

    private RegionCost StoreSmall(int elements) =>
        schedules.Cost(s_block with { OutputWidth = elements, SendResults = true }) - schedules.Cost(s_block with { OutputWidth = elements });

    /// <summary>A product of some neurons or a convolution of a row of pixels: their results have values, which ELU and SELU ask for.</summary>
    private Schedule Activated(SmvKernel kernel, OperatorKind? activation, int vectors) => kernel is SmvMatrixMultiplyKernel
        ? schedules.Of(s_block with { Columns = Vector * vectors, OutputWidth = Vector * vectors, SendResults = true, Activation = activation })
        : schedules.Of(s_pixel with { InputColumns = vectors, OutputColumns = vectors, Activation = activation });
}

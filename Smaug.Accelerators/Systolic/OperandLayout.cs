using System.Collections.Immutable;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>
/// How the words of one operand are ordered in its scratchpad: every dimension is cut into tiles, and a loop nest over tiles
/// and within tiles gives the order.
/// </summary>
/// <param name="TileSizes">Words per tile of every dimension: (height, width, channel) or (filter, channel, height, width).</param>
/// <param name="InnerOrder">
/// Axes of the inner loops, outermost first. With p dimensions the axes 0 … p-1 run over tiles and p … 2p-1 within tiles.
/// </param>
/// <param name="OuterOrder">Axes of the outer loops, outermost first.</param>
public sealed record OperandLayout(ImmutableArray<int> TileSizes, ImmutableArray<int> InnerOrder, ImmutableArray<int> OuterOrder)
{
    internal long LineWords
    {
        get
        {
            long product = 1;
            foreach (int size in TileSizes) product *= size;
            return product;
        }
    }

    internal void Validate(string what, int dimensions)
    {
        foreach (int size in TileSizes)
        {
            if (size < 1) throw new ConfigurationException($"{what}: tile size {size} must be at least 1");
        }

        int[] axes = [.. OuterOrder, .. InnerOrder];
        if (TileSizes.Length != dimensions || axes.Length != 2 * dimensions)
            throw new ConfigurationException($"{what}: needs {dimensions} tile sizes and {2 * dimensions} axes");
        Array.Sort(axes);
        for (int axis = 0; axis < axes.Length; axis++)
        {
            if (axes[axis] != axis)
                throw new ConfigurationException($"{what}: the interline and intraline orders must name every axis 0 to {axes.Length - 1} once");
        }
    }
}

/// <summary>The layouts of one layer.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Ifmap">Order of the ifmap: dimensions height, width, channel.</param>
/// <param name="Filter">Order of the filters: dimensions filter, channel, height, width.</param>
public sealed record LayerLayout(string Name, OperandLayout Ifmap, OperandLayout Filter);

using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <summary>What a Slice takes along one dimension.</summary>
/// <param name="Start">First element.</param>
/// <param name="Step">Distance to the next one.</param>
/// <param name="Count">Number of elements.</param>
internal readonly record struct SliceRange(int Start, int Step, int Count)
{
    /// <summary>The ranges of a Slice node along all dimensions; null when they are computed while the model runs.</summary>
    public static SliceRange[]? Of(OnnxNode node, int[] dims)
    {
        if (!node.TryInts("starts", 1, out int[]? starts) || !node.TryInts("ends", 2, out int[]? ends)
            || !node.TryInts("axes", 3, out int[]? axes) || !node.TryInts("steps", 4, out int[]? steps)) return null;
        if (starts is null || ends is null || starts.Length != ends.Length) throw node.Error("it has no starts and ends, or not as many of both");
        axes ??= [.. Enumerable.Range(0, starts.Length)];
        if (axes.Length != starts.Length || (steps is not null && steps.Length != starts.Length)) throw node.Error($"it has {starts.Length} starts, {axes.Length} axes and {steps?.Length ?? starts.Length} steps; as many of each would fit");
        SliceRange[] ranges = Array.ConvertAll(dims, size => new SliceRange(0, 1, size));
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = node.Axis(axes[i], dims.Length);
            int step = steps?[i] ?? 1;
            if (step == 0) throw node.Error($"the step along axis {axis} is 0");
            ranges[axis] = Clamp(dims[axis], starts[i], ends[i], step);
        }

        return ranges;
    }

    private static SliceRange Clamp(long size, long start, long end, long step)
    {
        if (start < 0) start += size;
        if (end < 0) end += size;
        (start, end) = step > 0
            ? (Math.Clamp(start, 0, size), Math.Clamp(end, 0, size))
            : (Math.Clamp(start, 0, size - 1), Math.Clamp(end, -1, size - 1));
        long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return new SliceRange((int)start, (int)step, (int)Math.Max(0, count));
    }
}

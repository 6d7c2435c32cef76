using Smaug.Core.Formats.Onnx.Reading;

namespace Smaug.Core.Formats.Onnx.Analysis;

/// <content>Operators that move elements.</content>
internal static partial class ShapeRules
{
    private static IEnumerable<KeyValuePair<string, Action<OnnxNode>>> ArrayRules()
    {
        yield return new("Concat", Concat);
        yield return new("Split", Split);
        yield return new("Reshape", Reshape);
        yield return new("Flatten", Flatten);
        yield return new("Squeeze", Squeeze);
        yield return new("Unsqueeze", Unsqueeze);
        yield return new("Transpose", Transpose);
        yield return new("Pad", Pad);
        yield return new("Slice", Slice);
        yield return new("Gather", Gather);
        yield return new("GatherElements", n => Set(n, n.Input().Type, n.Input(1).Dimensions));
        yield return new("Expand", Expand);
        yield return new("Tile", Tile);
        yield return new("DepthToSpace", n => Blocks(n, toSpace: true));
        yield return new("SpaceToDepth", n => Blocks(n, toSpace: false));
    }

    /// <summary>The order of dimensions that a Transpose makes; reversed when it states none.</summary>
    public static int[] Permutation(OnnxNode node, int rank)
    {
        int[] permutation = node.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
        if (permutation.Length == rank && permutation.Order().SequenceEqual(Enumerable.Range(0, rank))) return permutation;
        throw node.Error($"perm is {Dims.Text(permutation)}; each of 0 to {rank - 1} once would fit");
    }

    /// <summary>Begins of all dimensions, then ends; null when they are computed while the model runs.</summary>
    public static int[]? Pads(OnnxNode node, int rank)
    {
        if (!node.TryInts(node.Has("paddings") ? "paddings" : "pads", 1, out int[]? pads) || !node.TryInts("axes", 3, out int[]? axes)) return null;
        axes ??= [.. Enumerable.Range(0, rank)];
        if (pads is null || pads.Length != 2 * axes.Length) throw node.Error($"it has {pads?.Length ?? 0} pads; {2 * axes.Length} would fit (begins, then ends)");
        var all = new int[2 * rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], rank);
            (all[axis], all[axis + rank]) = (pads[i], pads[i + axes.Length]);
        }

        return all;
    }

    /// <summary>Sizes of the pieces of a Split; null when they are computed while the model runs.</summary>
    public static int[]? Pieces(OnnxNode node, int size)
    {
        if (!node.TryInts("split", 1, out int[]? pieces)) return null;
        int count = node.Outputs.Length;
        if (pieces is null)
        {
            int piece = (size + count - 1) / Math.Max(count, 1);
            pieces = [.. Enumerable.Range(0, count).Select(i => Math.Clamp(size - i * piece, 0, piece))];
        }

        if (pieces.Length == count && pieces.Sum(p => (long)p) == size && Array.TrueForAll(pieces, p => p >= 0)) return pieces;
        throw node.Error($"it cuts {size} elements into pieces of {Dims.Text(pieces)} for {count} outputs; as many sizes as outputs, that sum to {size}, would fit");
    }

    private static void Concat(OnnxNode node)
    {
        if (!Array.TrueForAll(node.Inputs, v => v?.Dimensions is not null)) return;
        int[] dims = [.. node.Input().Dimensions!];
        int axis = node.Axis(node.Int("axis", 1), dims.Length);
        long total = 0;
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            int[] next = node.Input(i).Dimensions!;
            total += next.Length == dims.Length ? next[axis] : 0;
            bool same = next.Length == dims.Length && next.Where((d, k) => k != axis && d != dims[k]).Any() == false;
            if (!same) throw node.Error($"its inputs are {string.Join(", ", node.Inputs.Select(v => v!.ToString()))}; they must be equal but for axis {axis}");
        }

        dims[axis] = node.Narrow(total, "size of its output");
        Set(node, node.Input().Type, dims);
    }

    private static void Split(OnnxNode node)
    {
        for (int i = 0; i < node.Outputs.Length; i++) Set(node, node.Input().Type, null, i);
        if (node.Input().Dimensions is not { } input) return;
        int axis = node.Axis(node.Int("axis", 0), input.Length);
        if (Pieces(node, input[axis]) is not { } pieces) return;
        for (int i = 0; i < pieces.Length; i++) Set(node, node.Input().Type, [.. input[..axis], pieces[i], .. input[(axis + 1)..]], i);
    }

    private static void Reshape(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || !node.TryInts("shape", 1, out int[]? target)) return;
        if (target is null) throw node.Error("it has no shape");
        int[] dims = [.. target];
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] != 0 || node.Int("allowzero", 0) != 0) continue;
            if (i >= input.Length) throw node.Error($"shape {Dims.Text(target)} takes dimension {i} over from its input {Dims.Text(input)}, which has none");
            dims[i] = input[i];
        }

        int open = Array.IndexOf(dims, -1);
        long count = Dims.Count(input);
        long known = Dims.Count([.. dims.Where((d, i) => i != open)]);
        if (open >= 0 && known > 0 && count % known == 0) dims[open] = node.Narrow(count / known, "size");
        bool fits = Array.TrueForAll(dims, d => d >= 0) && Dims.Count(dims) == count;
        if (!fits) throw node.Error($"its input is {Dims.Text(input)} with {count} elements, shape is {Dims.Text(target)}; both must hold as many");
        Set(node, node.Input().Type, dims);
    }

    private static void Flatten(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input) return;
        long axis = node.Int("axis", 1);
        int cut = axis == input.Length ? input.Length : node.Axis(axis, input.Length);
        Set(node, node.Input().Type, [node.Narrow(Dims.Count(input.AsSpan(..cut)), "rows"), node.Narrow(Dims.Count(input.AsSpan(cut..)), "columns")]);
    }

    private static void Squeeze(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || !node.TryInts("axes", 1, out int[]? axes)) return;
        HashSet<int> removed = axes is null ? [.. Enumerable.Range(0, input.Length).Where(i => input[i] == 1)] : [.. axes.Select(a => node.Axis(a, input.Length))];
        if (removed.Any(a => input[a] != 1)) throw node.Error($"its input is {Dims.Text(input)}, axes are {Dims.Text([.. removed])}; only dimensions of size 1 can be removed");
        Set(node, node.Input().Type, [.. input.Where((_, i) => !removed.Contains(i))]);
    }

    private static void Unsqueeze(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || !node.TryInts("axes", 1, out int[]? axes)) return;
        if (axes is null) throw node.Error("it has no axes");
        int rank = input.Length + axes.Length;
        HashSet<int> added = [.. axes.Select(a => node.Axis(a, rank))];
        if (added.Count != axes.Length) throw node.Error($"axes {Dims.Text(axes)} name one dimension twice");
        int from = 0;
        Set(node, node.Input().Type, [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : input[from++])]);
    }

    private static void Transpose(OnnxNode node)
    {
        if (node.Input().Dimensions is { } input) Set(node, node.Input().Type, Array.ConvertAll(Permutation(node, input.Length), axis => input[axis]));
    }

    private static void Pad(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || Pads(node, input.Length) is not { } pads) return;
        Set(node, node.Input().Type, [.. input.Select((d, i) => node.Narrow((long)d + pads[i] + pads[i + input.Length], "size"))]);
    }

    private static void Slice(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is { } input && SliceRange.Of(node, input) is { } ranges) Set(node, node.Input().Type, Array.ConvertAll(ranges, r => r.Count));
    }

    private static void Gather(OnnxNode node)
    {
        if (node.Input().Dimensions is not { } input || node.Input(1).Dimensions is not { } indices) return;
        int axis = node.Axis(node.Int("axis", 0), input.Length);
        Set(node, node.Input().Type, [.. input[..axis], .. indices, .. input[(axis + 1)..]]);
    }

    private static void Expand(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || !node.TryInts("", 1, out int[]? shape) || shape is null) return;
        Set(node, node.Input().Type, Dims.Broadcast(input, shape) ?? throw node.Error($"its input is {Dims.Text(input)}, the shape {Dims.Text(shape)}; they cannot be broadcast to each other"));
    }

    private static void Tile(OnnxNode node)
    {
        Set(node, node.Input().Type, null);
        if (node.Input().Dimensions is not { } input || !node.TryInts("", 1, out int[]? repeats) || repeats is null) return;
        if (repeats.Length != input.Length) throw node.Error($"its input is {Dims.Text(input)}, repeats are {Dims.Text(repeats)}; one for each dimension would fit");
        Set(node, node.Input().Type, [.. input.Select((d, i) => node.Narrow((long)d * repeats[i], "size"))]);
    }

    private static void Blocks(OnnxNode node, bool toSpace)
    {
        if (node.Input().Dimensions is not { Length: 4 } d) return;
        long block = node.Int("blocksize", 0);
        bool fits = block is > 0 and < 1 << 15 && (toSpace ? d[1] % (block * block) == 0 : d[2] % block == 0 && d[3] % block == 0);
        if (!fits) throw node.Error($"its input is {Dims.Text(d)}, blocksize {block}; blocks that divide {(toSpace ? "the channels" : "rows and columns")} would fit");
        Set(node, node.Input().Type, toSpace
            ? [d[0], (int)(d[1] / (block * block)), node.Narrow(d[2] * block, "rows"), node.Narrow(d[3] * block, "columns")]
            : [d[0], node.Narrow(d[1] * block * block, "channels"), (int)(d[2] / block), (int)(d[3] / block)]);
    }
}

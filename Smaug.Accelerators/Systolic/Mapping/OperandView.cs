using System.Numerics;
using System.Runtime.InteropServices;

namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>
/// A read operand as the array sees it: a matrix of word indices with time steps as rows and array lanes as columns. It is
/// the same matrix for demand and prefetch, only walked in another order.
/// </summary>
internal abstract class OperandView(AddressSpace space, int time, int lanes)
{
    /// <summary>What the indices mean.</summary>
    public AddressSpace Space { get; } = space;

    /// <summary>Time steps.</summary>
    public int Time { get; } = time;

    /// <summary>Lanes, over all folds.</summary>
    public int Lanes { get; } = lanes;

    /// <summary>Entries (x0, y0), (x0 - 1, y0 + 1), …</summary>
    public abstract void FillDiagonal(int x0, int y0, Span<int> destination);

    /// <summary>Entries (x, y0), (x, y0 + 1), …</summary>
    public abstract void FillRow(int x, int y0, Span<int> destination);

    /// <summary>Replaces indices without an address by <see cref="AddressSpace.None"/>.</summary>
    public void Normalise(Span<int> indices)
    {
        if (!Space.HasPadding) return;
        for (int i = 0; i < indices.Length; i++)
        {
            if (Space.IsPadding(indices[i])) indices[i] = Space.None;
        }
    }
}

/// <summary>An operand whose index is the sum of an entry for the time step and one for the lane: any dense im2col operand.</summary>
internal sealed class SeparableView : OperandView
{
    private readonly int[] _time;
    private readonly int[] _reversedTime;
    private readonly int[] _lanes;

    public SeparableView(AddressSpace space, int[] time, int[] lanes) : base(space, time.Length, lanes.Length)
    {
        _time = time;
        _lanes = lanes;
        _reversedTime = (int[])time.Clone();
        Array.Reverse(_reversedTime);
    }

    public override void FillDiagonal(int x0, int y0, Span<int> destination) =>
        Add(_reversedTime.AsSpan(Time - 1 - x0, destination.Length), _lanes.AsSpan(y0, destination.Length), destination);

    public override void FillRow(int x, int y0, Span<int> destination)
    {
        int start = _time[x];
        ReadOnlySpan<int> lanes = _lanes.AsSpan(y0, destination.Length);
        for (int i = 0; i < lanes.Length; i++) destination[i] = start + lanes[i];
    }

    private static void Add(ReadOnlySpan<int> left, ReadOnlySpan<int> right, Span<int> destination)
    {
        int i = 0;
        if (destination.Length >= Vector<int>.Count)
        {
            ReadOnlySpan<Vector<int>> leftVectors = MemoryMarshal.Cast<int, Vector<int>>(left);
            ReadOnlySpan<Vector<int>> rightVectors = MemoryMarshal.Cast<int, Vector<int>>(right);
            Span<Vector<int>> sums = MemoryMarshal.Cast<int, Vector<int>>(destination);
            for (int v = 0; v < sums.Length; v++) sums[v] = leftVectors[v] + rightVectors[v];
            i = sums.Length * Vector<int>.Count;
        }

        for (; i < destination.Length; i++) destination[i] = left[i] + right[i];
    }
}

/// <summary>An operand given word by word: compressed filters.</summary>
internal sealed class ExplicitView(AddressSpace space, int time, int lanes, Func<int, int, int> index) : OperandView(space, time, lanes)
{
    public override void FillDiagonal(int x0, int y0, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = index(x0 - i, y0 + i);
    }

    public override void FillRow(int x, int y0, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = index(x, y0 + i);
    }
}

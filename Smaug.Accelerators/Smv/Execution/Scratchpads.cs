using System.Collections.Concurrent;
using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.Execution;

/// <summary>
/// One set of the engine's memories, with float32 elements, and what they hold. Each host thread has its own set, so that
/// no launch can read what another accelerator or thread loaded.
/// </summary>
internal sealed class Scratchpads
{
    private float[] _inputs = [];
    private float[] _weights = [];
    private float[] _results = [];
    private float[] _staging = [];
    private int[] _pixels = [];

    /// <summary>Index of the input tile that is loaded; -1 for none.</summary>
    public int InputTile { get; set; } = -1;

    /// <summary>Halo with which the input tile is loaded.</summary>
    public Halo InputHalo { get; set; }

    /// <summary>The weight tile that is loaded, and its first ofmap or neuron; -1 for none.</summary>
    public (int Tile, int Start) WeightTile { get; set; } = (-1, 0);

    public Span<float> Inputs(int length) => Take(ref _inputs, length);

    public Span<float> Weights(int length) => Take(ref _weights, length);

    public Span<float> Results(int length) => Take(ref _results, length);

    public Span<float> Staging(int length) => Take(ref _staging, length);

    public Span<int> Pixels(int length) => Take(ref _pixels, length);

    private static Span<T> Take<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) Array.Resize(ref buffer, Math.Max(length, 2 * buffer.Length));
        return buffer.AsSpan(0, length);
    }
}

/// <summary>The sets of scratchpads of one operator, one for each thread that works on it.</summary>
internal sealed class ScratchpadPool
{
    private readonly ConcurrentBag<Scratchpads> _idle = [];

    /// <summary>Calls <paramref name="body"/> with 0 to <paramref name="count"/> - 1 and a set that no other thread uses.</summary>
    public void ForEach(int count, ComputeOptions options, Action<int, Scratchpads> body) => options.ForEach(count, i =>
    {
        Scratchpads scratchpads = _idle.TryTake(out Scratchpads? idle) ? idle : new Scratchpads();
        body(i, scratchpads);
        _idle.Add(scratchpads);
    });

    /// <summary>Runs groups of launches that do not depend on each other, the launches of a group in order.</summary>
    public void ForEach<T>(List<T>[] groups, ComputeOptions options, Action<T, Scratchpads> body) => ForEach(groups.Length, options, (group, scratchpads) =>
    {
        foreach (T launch in groups[group])
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            body(launch, scratchpads);
        }
    });
}

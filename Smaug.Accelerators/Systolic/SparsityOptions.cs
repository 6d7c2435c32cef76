using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>How the non-zeros of a sparse filter are stored; decides the metadata.</summary>
public enum SparseFormat
{
    /// <summary>Compressed sparse row.</summary>
    Csr,

    /// <summary>Compressed sparse column.</summary>
    Csc,

    /// <summary>Blocked ELLPACK.</summary>
    EllpackBlock,
}

/// <summary>Sparsity of the filters.</summary>
public sealed record SparsityOptions
{
    /// <summary>Whether sparsity is modelled; default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>Storage format; default <see cref="SparseFormat.EllpackBlock"/>.</summary>
    public SparseFormat Format { get; init; } = SparseFormat.EllpackBlock;

    /// <summary>
    /// Row-wise sparsity: every filter keeps its own random number of words per block. Otherwise every filter keeps N of M
    /// window positions, as the layer says. Default false.
    /// </summary>
    public bool RowWise { get; init; }

    /// <summary>Words per block of row-wise sparsity; at least 2, at most the rows of the array; default 4.</summary>
    public int BlockSize { get; init; } = 4;

    /// <summary>Seed of the random non-zero counts; default 40.</summary>
    public uint Seed { get; init; } = 40;

    internal void Validate(int rows, Dataflow dataflow)
    {
        if (!Enabled || !RowWise) return;
        if (BlockSize < 2 || BlockSize > rows) throw new ConfigurationException($"BlockSize = {BlockSize}: must be 2 to ArrayHeight ({rows})");
        if (2 * rows % BlockSize != 0)
            throw new ConfigurationException($"BlockSize = {BlockSize}: twice ArrayHeight ({2 * rows}) must be a multiple of it for row-wise sparsity");
        if (dataflow != Dataflow.WeightStationary)
            throw new ConfigurationException($"Dataflow = {dataflow}: row-wise sparsity (OptimizedMapping) runs on the weight-stationary dataflow only");
    }
}

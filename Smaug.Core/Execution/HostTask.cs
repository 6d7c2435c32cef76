namespace Smaug.Core.Execution;

/// <summary>The kinds of work that the host CPU does for a network.</summary>
public enum HostTaskKind
{
    /// <summary>Copies a region of a tensor into a tile.</summary>
    TileScatter,

    /// <summary>Copies a tile back into its tensor.</summary>
    TileGather,

    /// <summary>Permutes elements into another layout, or flattens.</summary>
    Reorder,

    /// <summary>Copies elements in order: concat, split, reshape, repeat, padding, switch, merge.</summary>
    Copy,

    /// <summary>Computes an operator that no accelerator runs.</summary>
    Compute,
}

/// <summary>One piece of work of the host CPU, described by what it moves so that any CPU model can time it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Source">Buffer that is read: tensor or tile name.</param>
/// <param name="Destination">Buffer that is written: tensor or tile name.</param>
/// <param name="Elements">Logical elements moved or computed.</param>
/// <param name="ElementBytes">Bytes of one element.</param>
/// <param name="RunElements">Elements that lie together in both buffers: the length of one inner copy; at least 1.</param>
/// <param name="Operations">Arithmetic operations, for <see cref="HostTaskKind.Compute"/>; else 0.</param>
public readonly record struct HostTask(
    HostTaskKind Kind, string Source, string Destination, long Elements, int ElementBytes, long RunElements, long Operations = 0)
{
    /// <summary>Bytes read and as many written.</summary>
    public long Bytes => checked(Elements * ElementBytes);
}

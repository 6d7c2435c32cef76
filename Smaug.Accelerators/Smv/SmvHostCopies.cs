using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;
using Smaug.Tiling.Tiles;

namespace Smaug.Accelerators.Smv;

/// <summary>The host's copies between tensors and tiles. A tensor that is used whole is not copied.</summary>
internal static class SmvHostCopies
{
    /// <summary>Fills the tiles of tensors.</summary>
    public static ImmutableArray<HostTask> Scatter(params ReadOnlySpan<TiledTensor> tensors)
    {
        int count = 0;
        foreach (TiledTensor tensor in tensors) count += tensor.IsWhole ? 0 : tensor.Count;
        if (count == 0) return [];
        var tasks = ImmutableArray.CreateBuilder<HostTask>(count);
        foreach (TiledTensor tensor in tensors)
        {
            if (!tensor.IsWhole) Add(tasks, tensor, HostTaskKind.TileScatter);
        }

        return tasks.MoveToImmutable();
    }

    /// <summary>Copies the tiles of a tensor back.</summary>
    public static ImmutableArray<HostTask> Gather(TiledTensor tensor)
    {
        if (tensor.IsWhole) return [];
        var tasks = ImmutableArray.CreateBuilder<HostTask>(tensor.Count);
        Add(tasks, tensor, HostTaskKind.TileGather);
        return tasks.MoveToImmutable();
    }

    private static void Add(ImmutableArray<HostTask>.Builder tasks, TiledTensor tensor, HostTaskKind kind)
    {
        string whole = tensor.Tensor.Name;
        int elementBytes = tensor.Tensor.Type.SizeInBytes();
        for (int i = 0; i < tensor.Count; i++)
        {
            Tile tile = tensor[i];
            string name = tensor.BufferName(i);
            (string source, string destination) = kind == HostTaskKind.TileScatter ? (whole, name) : (name, whole);
            tasks.Add(new HostTask(kind, source, destination, tile.Elements, elementBytes, tensor.RunElements(tile)));
        }
    }
}

using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Tiling;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Shapes;
using Smaug.Tiling.Tiles;

namespace Smaug.Tests.Tiling;

/// <summary>Compares tilings and plans with golden cases; each difference is one line.</summary>
internal static class GoldenComparison
{
    /// <summary>Chosen dimensions, basic shapes, and tile lists.</summary>
    public static IEnumerable<string> Tiles(JsonElement golden, TileShapes shapes, OperatorTiles tiles, bool origins)
    {
        if (golden.TryGetProperty("dims", out JsonElement dims))
        {
            string found = tiles.Weights is null ? $"[\"{shapes.Dims.Input}\",\"{shapes.Dims.Output}\"]" : $"[\"{shapes.Dims.Input}\",\"{shapes.Dims.Weights}\",\"{shapes.Dims.Output}\"]";
            if (Compact(dims) != found) yield return $"dims {found}, golden {Compact(dims)}";
        }

        if (golden.TryGetProperty("basic", out JsonElement basic))
        {
            string found = $"{{\"in\":[{string.Join(',', shapes.Input)}],"
                + (shapes.Weights is { } weights ? $"\"w\":[{string.Join(',', weights)}]," : "") + $"\"out\":[{string.Join(',', shapes.Output)}]}}";
            if (Compact(basic) != found) yield return $"basic {found}, golden {Compact(basic)}";
        }

        if (golden.TryGetProperty("total", out JsonElement total) && total.GetInt64() != shapes.TotalElements) yield return $"total {shapes.TotalElements}, golden {total}";
        foreach (string difference in Tensor(golden, "in", tiles.Input, origins)) yield return difference;
        if (tiles.Weights is not null) foreach (string difference in Tensor(golden, "w", tiles.Weights, origins)) yield return difference;
        foreach (string difference in Tensor(golden, "out", tiles.Output, origins)) yield return difference;
    }

    /// <summary>Kernel launches, with their transfers where the case has them.</summary>
    public static IEnumerable<string> Launches(JsonElement golden, SmvOperatorPlan plan)
    {
        if (golden.GetProperty("ncalls").GetInt32() != plan.Launches.Length) yield return $"{plan.Launches.Length} launches, golden {golden.GetProperty("ncalls")}";
        if (!golden.TryGetProperty("calls", out JsonElement calls)) yield break;
        int i = 0;
        foreach (JsonElement call in calls.EnumerateArray())
        {
            if (i >= plan.Launches.Length) yield break;
            KernelLaunch launch = plan.Launches[i];
            foreach (JsonProperty field in call.EnumerateObject())
            {
                string? found = field.Name is "ld" or "st" ? Transfers(plan, launch, field.Name == "st") : Field(plan, launch, field.Name);
                if (found is not null && found != Compact(field.Value)) yield return $"launch {i} {field.Name} {found}, golden {Compact(field.Value)}";
            }

            i++;
        }
    }

    public static string Compact(JsonElement value) => value.GetRawText().Replace(" ", "", StringComparison.Ordinal);

    public static IEnumerable<string> Tensor(JsonElement golden, string key, TiledTensor tensor, bool origins = true)
    {
        if (!golden.TryGetProperty(key, out JsonElement wanted)) yield break;
        string grid = $"[{string.Join(',', Enumerable.Range(0, tensor.Rank).Select(tensor.Grid))}]";
        if (Compact(wanted.GetProperty("grid")) != grid) yield return $"{key} grid {grid}, golden {Compact(wanted.GetProperty("grid"))}";
        if (wanted.GetProperty("n").GetInt32() != tensor.Count) yield return $"{key} {tensor.Count} tiles, golden {wanted.GetProperty("n")}";
        if (!wanted.TryGetProperty("tiles", out JsonElement tiles)) yield break;
        int i = 0;
        foreach (JsonElement tile in tiles.EnumerateArray())
        {
            if (i >= tensor.Count) yield break;
            string found = Describe(tensor, i);
            bool equal = origins ? Compact(tile) == found : Compact(tile).EndsWith(found[(found.IndexOf(']', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
            if (!equal) yield return $"{key} tile {i} {found}, golden {Compact(tile)}";
            i++;
        }
    }

    private static string Describe(TiledTensor tensor, int index)
    {
        Tile tile = tensor[index];
        IEnumerable<int> dimensions = Enumerable.Range(0, tensor.Rank);
        string origin = tensor.IsLinear ? $"{tile.Origin(1)}" : string.Join(',', dimensions.Select(tile.Origin));
        return $"[[{origin}],[{string.Join(',', dimensions.Select(d => tile[d]))}],{tile.Padding}]";
    }

    private static string Transfers(SmvOperatorPlan plan, KernelLaunch launch, bool store)
    {
        long chunks = 0, bytes = 0;
        foreach (HostTransfer transfer in plan.Transfers(launch))
        {
            if (transfer.IsStore != store) continue;
            chunks += transfer.Chunks;
            bytes += transfer.Bytes;
        }

        return $"[{chunks},{bytes}]";
    }

    private static string? Field(SmvOperatorPlan plan, KernelLaunch launch, string name) => launch switch
    {
        ConvolutionLaunch l => name switch
        {
            "i" => $"{l.Input}",
            "w" => $"{l.Weights}",
            "o" => $"{l.Output}",
            "halo" => $"[{l.TopHalo},{l.BottomHalo},{l.LeftHalo},{l.RightHalo}]",
            "ifmap_start" => $"{l.InputChannelStart}",
            "kern_start" => $"{l.KernelStart}",
            "acc" => Bit(l.Accumulate),
            "rd_in" => Bit(l.ReadInputs),
            "rd_w" => Bit(l.ReadWeights),
            "send" => Bit(l.SendResults),
            _ => null,
        },
        InnerProductLaunch l => name switch
        {
            "i" => $"{l.Input}",
            "w" => $"{l.Weights}",
            "o" => $"{l.Output}",
            "a_start" => $"{l.InputStart}",
            "result_start" => $"{l.ResultStart}",
            "acc" => Bit(l.Accumulate),
            "rd_in" => Bit(l.ReadInputs),
            "send" => Bit(l.SendResults),
            _ => null,
        },
        PoolingLaunch l => name switch
        {
            "i" => $"{l.Input}",
            "o" => $"{l.Output}",
            "ofmap_start" => $"{l.OutputChannelStart}",
            _ => null,
        },
        BatchNormLaunch l => name switch
        {
            "i" => $"{l.Input}",
            "w" => $"{l.Weights}",
            "o" => $"{l.Output}",
            "weights_start" => $"{l.WeightsStart}",
            "inputs_start" => $"{l.InputStart}",
            "weights_acts" => $"{l.Activations}",
            "send" => Bit(l.SendResults),
            _ => null,
        },
        ElementwiseLaunch l => name switch
        {
            "i" or "w" or "o" => $"{l.Tile}",
            "size" => $"{plan.Tiles.Input[l.Tile].StorageElements}",
            _ => null,
        },
        SoftmaxLaunch l => name switch
        {
            "i" or "o" => $"{l.Tile}",
            "num" => $"{l.Rows}",
            "size" => $"{l.RowElements}",
            "pad" => $"{l.Padding}",
            _ => null,
        },
        _ => $"{launch.GetType().Name}",
    };

    private static string Bit(bool value) => value ? "1" : "0";
}

using System.Collections.Immutable;
using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Tiling.LoopNests;
using Smaug.Tiling.Problems;
using Smaug.Tiling.Tiles;

namespace Smaug.Cli;

/// <summary>Writes the tiles and kernel launches of a plan as JSON.</summary>
internal static class TilingJson
{
    public static void Write(Stream stream, ExecutionPlan plan, PlanOptions options)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("model", plan.Graph.Name);
        writer.WriteString("backend", plan.Graph.Backend);
        writer.WriteNumber("accelerators", options.Accelerators);
        writer.WriteBoolean("compatibility", options.Compatibility);
        writer.WriteStartArray("operators");
        foreach (OperatorPlan operation in plan.Operators)
        {
            if (operation.Node.Kind != OperatorKind.Data) Operator(writer, operation);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Operator(Utf8JsonWriter writer, OperatorPlan plan)
    {
        TrafficSum traffic = TrafficSum.Of(plan);
        writer.WriteStartObject();
        writer.WriteString("name", plan.Node.Name);
        writer.WriteString("kind", plan.Node.Kind.ToString());
        writer.WriteString("executor", plan.Executor);
        writer.WriteNumber("multiply_accumulates", plan.MultiplyAccumulates);
        writer.WriteNumber("loaded_bytes", traffic.LoadedBytes);
        writer.WriteNumber("stored_bytes", traffic.StoredBytes);
        if (plan is SmvOperatorPlan smv)
        {
            writer.WriteStartArray("tensors");
            Tensor(writer, "input", smv.Tiles.Input);
            if (smv.Tiles.Weights is { } weights) Tensor(writer, smv.Tiling.Problem is ElementwiseProblem ? "second_input" : "weights", weights);
            Tensor(writer, "output", smv.Tiles.Output);
            writer.WriteEndArray();
            writer.WriteStartArray("launches");
            foreach (KernelLaunch launch in plan.Launches) Launch(writer, launch);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Tensor(Utf8JsonWriter writer, string role, TiledTensor tensor)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteString("name", tensor.Tensor.Name);
        Numbers(writer, "shape", tensor.Tensor.Shape.ToImmutableArray());
        writer.WriteBoolean("linear", tensor.IsLinear);
        writer.WriteStartArray("axes");
        for (int i = 0; i < tensor.Rank; i++)
        {
            writer.WriteStartArray();
            foreach (TileSpan span in tensor.Axis(i))
            {
                writer.WriteStartObject();
                writer.WriteNumber("start", span.Start);
                writer.WriteNumber("size", span.Size);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Launch(Utf8JsonWriter writer, KernelLaunch launch)
    {
        writer.WriteStartObject();
        writer.WriteNumber("accelerator", launch.Accelerator);
        switch (launch)
        {
            case ConvolutionLaunch l:
                Tiles(writer, l.Input, l.Weights, l.Output);
                Numbers(writer, "halo_top_bottom_left_right", [l.TopHalo, l.BottomHalo, l.LeftHalo, l.RightHalo]);
                writer.WriteNumber("input_channel_start", l.InputChannelStart);
                writer.WriteNumber("kernel_start", l.KernelStart);
                Flags(writer, l.Accumulate, l.ReadInputs, l.ReadWeights, l.SendResults);
                break;
            case InnerProductLaunch l:
                Tiles(writer, l.Input, l.Weights, l.Output);
                writer.WriteNumber("input_start", l.InputStart);
                writer.WriteNumber("kernel_start", l.KernelStart);
                writer.WriteNumber("result_start", l.ResultStart);
                writer.WriteNumber("neurons", l.Neurons);
                Flags(writer, l.Accumulate, l.ReadInputs, readWeights: true, l.SendResults);
                writer.WriteNumber("send_start", l.SendStart);
                writer.WriteNumber("send_neurons", l.SendNeurons);
                break;
            case PoolingLaunch l:
                Tiles(writer, l.Input, null, l.Output);
                writer.WriteNumber("output_channel_start", l.OutputChannelStart);
                writer.WriteBoolean("send_results", l.SendResults);
                break;
            case BatchNormLaunch l:
                Tiles(writer, l.Input, l.Weights, l.Output);
                writer.WriteNumber("input_start", l.InputStart);
                writer.WriteNumber("weights_start", l.WeightsStart);
                writer.WriteNumber("activations", l.Activations);
                Flags(writer, accumulate: false, l.ReadInputs, l.ReadWeights, l.SendResults);
                break;
            case ElementwiseLaunch l:
                Tiles(writer, l.Tile, null, l.Tile);
                writer.WriteNumber("elements", l.Elements);
                break;
            case SoftmaxLaunch l:
                Tiles(writer, l.Tile, null, l.Tile);
                writer.WriteNumber("rows", l.Rows);
                writer.WriteNumber("row_elements", l.RowElements);
                break;
        }

        writer.WriteEndObject();
    }

    private static void Tiles(Utf8JsonWriter writer, int input, int? weights, int output)
    {
        writer.WriteNumber("input_tile", input);
        if (weights is { } tile) writer.WriteNumber("weight_tile", tile);
        writer.WriteNumber("output_tile", output);
    }

    private static void Flags(Utf8JsonWriter writer, bool accumulate, bool readInputs, bool readWeights, bool sendResults)
    {
        writer.WriteBoolean("accumulate", accumulate);
        writer.WriteBoolean("read_inputs", readInputs);
        writer.WriteBoolean("read_weights", readWeights);
        writer.WriteBoolean("send_results", sendResults);
    }

    private static void Numbers(Utf8JsonWriter writer, string name, ImmutableArray<int> values)
    {
        writer.WriteStartArray(name);
        foreach (int value in values) writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}

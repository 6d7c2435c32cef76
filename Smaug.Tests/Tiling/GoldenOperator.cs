using System.Text.Json;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Tiling;

/// <summary>An operator of a golden case: its keys <c>p_…</c> turned into a node and options.</summary>
internal sealed class GoldenOperator
{
    private readonly JsonElement _case;

    public GoldenOperator(JsonElement golden)
    {
        _case = golden;
        Kind = golden.GetProperty("op").GetString()!;
        Node = Build();
    }

    public string Kind { get; }

    public Node Node { get; }

    public SmvPlanner Planner => new(new SmvOptions { ScratchpadBytes = Number("p_spad", 32768) });

    public PlanOptions Options(bool compatibility) => new() { Accelerators = Number("p_accels", 1), Compatibility = compatibility };

    public SmvOperatorPlan Plan(bool compatibility) => Planner.Plan(Node, Options(compatibility));

    /// <summary>
    /// Where windows leave rows or columns out, the reference gives the tiles of all images but the first wrong origins (defect
    /// D7 of its description). Smaug does not reproduce that, not even in compatibility.
    /// </summary>
    public bool LosesOrigins
    {
        get
        {
            if (Node.Inputs[0].Shape[0] == 1) return false;
            return Node.Parameters switch
            {
                ConvolutionParameters p => p.RowStride > Node.Inputs[1].Shape[1] || p.ColumnStride > Node.Inputs[1].Shape[2],
                PoolParameters p => p.RowStride > p.Rows || p.ColumnStride > p.Columns,
                _ => false,
            };
        }
    }

    /// <summary>The keys that describe the case, for messages.</summary>
    public override string ToString() =>
        Kind + " " + string.Join(" ", _case.EnumerateObject().Where(p => p.Name.StartsWith("p_", StringComparison.Ordinal)).Select(p => $"{p.Name[2..]}={p.Value.GetRawText()}"));

    public int Number(string key, int otherwise) => _case.TryGetProperty(key, out JsonElement value) ? value.GetInt32() : otherwise;

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];

    private Node Build()
    {
        int[] input = Ints(_case.GetProperty("p_in"));
        DataLayout layout = input.Length == 4 ? DataLayout.NHWC : input.Length == 2 ? DataLayout.NC : DataLayout.N;
        if (_case.TryGetProperty("p_layout", out JsonElement name) && Enum.TryParse(name.GetString(), out DataLayout given)) layout = given;
        return Kind switch
        {
            "conv" => Convolution(input),
            "fc" => Make(OperatorKind.InnerProduct, [Tensor("in", input, layout), Tensor("w", [Number("p_k", 1), input[1]], DataLayout.NC)],
                Tensor("out", [input[0], Number("p_k", 1)], DataLayout.NC), null),
            "pool" => Pool(input),
            "bn" => Make(OperatorKind.BatchNorm,
                [Tensor("in", input, layout), .. Enumerable.Range(0, 4).Select(i => Tensor("p" + i, [1, input[^1]], DataLayout.NC))],
                Tensor("out", input, layout), null),
            "softmax" => Make(OperatorKind.Softmax, [Tensor("in", input, layout)], Tensor("out", input, layout), null),
            "unary" => Make(OperatorKind.ReLU, [Tensor("in", input, layout)], Tensor("out", input, layout), null),
            "eltwise" => Eltwise(input, layout),
            _ => throw new InvalidDataException($"golden operator {Kind} is not known"),
        };
    }

    private Node Convolution(int[] input)
    {
        int[] kernel = Ints(_case.GetProperty("p_k")), stride = Ints(_case.GetProperty("p_stride"));
        bool same = _case.GetProperty("p_pad").GetString() == "same";
        int rows = (input[1] - kernel[1] + (same ? kernel[1] - 1 : 0)) / stride[0] + 1;
        int columns = (input[2] - kernel[2] + (same ? kernel[2] - 1 : 0)) / stride[1] + 1;
        return Make(
            OperatorKind.Convolution3d,
            [Tensor("in", input, DataLayout.NHWC), Tensor("w", [kernel[0], kernel[1], kernel[2], input[3]], DataLayout.NHWC)],
            Tensor("out", [input[0], rows, columns, kernel[0]], DataLayout.NHWC),
            new ConvolutionParameters(same ? Padding.Same : Padding.Valid, stride[0], stride[1]));
    }

    private Node Pool(int[] input)
    {
        int[] size = Ints(_case.GetProperty("p_size")), stride = Ints(_case.GetProperty("p_stride"));
        bool average = _case.TryGetProperty("p_type", out JsonElement type) && type.GetString() == "avg";
        int rows = (input[1] - size[0]) / stride[0] + 1, columns = (input[2] - size[1]) / stride[1] + 1;
        return Make(
            average ? OperatorKind.AveragePooling : OperatorKind.MaxPooling,
            [Tensor("in", input, DataLayout.NHWC)],
            Tensor("out", [input[0], rows, columns, input[3]], DataLayout.NHWC),
            new PoolParameters(size[0], size[1], stride[0], stride[1]));
    }

    private Node Eltwise(int[] input, DataLayout layout)
    {
        OperatorKind kind = _case.GetProperty("p_fn").GetString() switch
        {
            "add" => OperatorKind.EltwiseAdd,
            "mul" => OperatorKind.EltwiseMul,
            "less" => OperatorKind.Less,
            "less_equal" => OperatorKind.LessEqual,
            "greater" => OperatorKind.Greater,
            _ => OperatorKind.GreaterEqual,
        };
        bool compares = kind is not (OperatorKind.EltwiseAdd or OperatorKind.EltwiseMul);
        return Make(kind, [Tensor("in", input, layout), Tensor("in1", input, layout)], Tensor("out", input, layout, compares ? DataType.Bool : DataType.Float16), null);
    }

    private static Node Make(OperatorKind kind, TensorSpec[] inputs, TensorSpec output, OperatorParameters? parameters) =>
        new() { Name = "op", Kind = kind, Inputs = [.. inputs], Outputs = [output], Parameters = parameters };

    private static TensorSpec Tensor(string name, int[] shape, DataLayout layout, DataType type = DataType.Float16) =>
        new(name, type, new TensorShape(shape, layout, 8));
}

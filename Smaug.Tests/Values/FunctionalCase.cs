using System.Text.Json;
using Smaug.Accelerators.Host;
using Smaug.Accelerators.Reference;
using Smaug.Accelerators.Smv;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>One operator with its inputs and golden output, from a line of <c>smaug/functional</c>.</summary>
internal sealed class FunctionalCase
{
    private readonly JsonElement _json;

    public FunctionalCase(JsonElement json)
    {
        _json = json;
        IsReference = json.TryGetProperty("p_backend", out JsonElement backend) && backend.GetString() == "ref";
        int alignment = IsReference ? 0 : 8;
        Inputs = [.. json.GetProperty("inputs").EnumerateObject().Select(p => GoldenTensor.Read(p.Value, p.Name, alignment))];
        ExpectedOutput = json.GetProperty("output").GetProperty("b64").GetString()!;
        OperatorKind kind = Kind();
        Node = new Node
        {
            Name = "case",
            Kind = kind,
            Parents = [.. Inputs.Select(i => new NodeInput(i.Name, 0))],
            Inputs = [.. Inputs.Select(i => i.Spec)],
            Outputs = [GoldenTensor.Spec(json.GetProperty("output"), "output", alignment)],
            Parameters = Parameters(kind),
            Activation = ReadActivation(),
        };
    }

    public bool IsReference { get; }

    public Node Node { get; }

    public Tensor[] Inputs { get; }

    public string ExpectedOutput { get; }

    /// <summary>Whether an exponential is involved, whose last bit the reference leaves to its C library.</summary>
    public bool HasExponential => Node.Kind == OperatorKind.Softmax
        || Node.Activation?.Kind is OperatorKind.ELU or OperatorKind.SELU or OperatorKind.Tanh or OperatorKind.Sigmoid;

    /// <summary>The inputs of the case, as golden files name them.</summary>
    public override string ToString() => string.Join(
        ", ", _json.EnumerateObject().Where(p => p.Name is "op" || p.Name.StartsWith("p_", StringComparison.Ordinal)).Select(p => $"{p.Name}={p.Value}"));

    /// <summary>Plans and computes the operator.</summary>
    public Tensor Run(int threads = 1)
    {
        IBackend backend = IsReference
            ? new ReferenceBackend()
            : new SmvBackend(new SmvOptions { ScratchpadBytes = _json.TryGetProperty("p_spad", out JsonElement bytes) ? bytes.GetInt32() : 32768 });
        return Run(backend, threads);
    }

    /// <summary>Computes the operator on the host CPU.</summary>
    public Tensor RunOnHost() => Run(new HostBackend(), 1);

    private Tensor Run(IBackend backend, int threads)
    {
        if (!backend.Supports(Node)) throw new InvalidOperationException($"{backend.Traits.Name} does not support {this}");
        var output = new Tensor(Node.Outputs[0]);
        int accelerators = _json.TryGetProperty("p_accels", out JsonElement n) ? n.GetInt32() : 1;
        OperatorPlan plan = backend.Plan(Node, new PlanOptions { Accelerators = accelerators });
        backend.Run(plan, Inputs, [output], new ComputeOptions { Threads = threads });
        return output;
    }

    private OperatorKind Kind() => Text("op") switch
    {
        "conv" => OperatorKind.Convolution3d,
        "dwconv" => OperatorKind.ConvolutionDepthwise,
        "fc" => OperatorKind.InnerProduct,
        "bn" => OperatorKind.BatchNorm,
        "softmax" => OperatorKind.Softmax,
        "pool" => Text("p_type") == "max" ? OperatorKind.MaxPooling : OperatorKind.AveragePooling,
        "unary" => ActivationKind(Text("p_act")),
        "eltwise" => Text("p_fn") switch
        {
            "add" => OperatorKind.EltwiseAdd,
            "mul" => OperatorKind.EltwiseMul,
            "less" => OperatorKind.Less,
            "less_equal" => OperatorKind.LessEqual,
            "greater" => OperatorKind.Greater,
            _ => OperatorKind.GreaterEqual,
        },
        string other => throw new InvalidOperationException($"golden operator '{other}'"),
    };

    private OperatorParameters? Parameters(OperatorKind kind)
    {
        switch (kind)
        {
            case OperatorKind.Convolution3d or OperatorKind.ConvolutionDepthwise:
                (int rowStride, int columnStride) = Pair("p_stride");
                return new ConvolutionParameters(Text("p_pad") == "same" ? Padding.Same : Padding.Valid, rowStride, columnStride);
            case OperatorKind.MaxPooling or OperatorKind.AveragePooling:
                (int rows, int columns) = Pair("p_size");
                (rowStride, columnStride) = Pair("p_stride");
                return new PoolParameters(rows, columns, rowStride, columnStride);
            default:
                return null;
        }
    }

    private Activation? ReadActivation()
    {
        if (!_json.TryGetProperty("p_act", out JsonElement name) || name.GetString() == "none") return null;
        // The reference's stand-alone LReLU has another default slope than its fused one.
        var activation = new Activation(ActivationKind(name.GetString()!)) { Slope = Text("op") == "unary" ? 0.1f : 0.2f };
        if (_json.TryGetProperty("p_slope", out JsonElement slope)) activation = activation with { Slope = slope.GetSingle() };
        if (_json.TryGetProperty("p_alpha", out JsonElement alpha)) activation = activation with { Alpha = alpha.GetSingle() };
        if (_json.TryGetProperty("p_min", out JsonElement minimum)) activation = activation with { Minimum = minimum.GetSingle() };
        if (_json.TryGetProperty("p_max", out JsonElement maximum)) activation = activation with { Maximum = maximum.GetSingle() };
        return activation;
    }

    private static OperatorKind ActivationKind(string name) => name switch
    {
        "relu" => OperatorKind.ReLU,
        "lrelu" => OperatorKind.LReLU,
        "elu" => OperatorKind.ELU,
        "selu" => OperatorKind.SELU,
        "tanh" => OperatorKind.Tanh,
        "hard_tanh" => OperatorKind.HardTanh,
        "sigmoid" => OperatorKind.Sigmoid,
        _ => throw new InvalidOperationException($"golden activation '{name}'"),
    };

    private string Text(string key) => _json.GetProperty(key).GetString()!;

    private (int First, int Second) Pair(string key) => (_json.GetProperty(key)[0].GetInt32(), _json.GetProperty(key)[1].GetInt32());
}

using Google.Protobuf;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats.Onnx;
using Smaug.Core.Formats.Onnx.Protos;
using Smaug.Core.Formats.Onnx.Reading;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Onnx;

/// <summary>What came of a case.</summary>
/// <param name="Refusal">Why Smaug cannot represent the model; null when all outputs agree.</param>
/// <param name="IsFolded">Whether nothing was left to run: all inputs had to be constants.</param>
internal readonly record struct OnnxOutcome(string? Refusal, bool IsFolded);

/// <summary>One case of the ONNX conformance data: a model, its inputs and the outputs that it must give.</summary>
internal sealed class OnnxCase(string folder)
{
    private const double RelativeTolerance = 1e-3, AbsoluteTolerance = 1e-7;

    /// <summary>Runs the case.</summary>
    /// <param name="backend">A backend that computes in float32.</param>
    public OnnxOutcome Run(BackendTraits backend)
    {
        string model = GoldenData.Require(folder, "model.onnx");
        OnnxOutcome outcome = default;
        foreach (string set in Directory.GetDirectories(Path.GetDirectoryName(model)!, "test_data_set_*").Order(StringComparer.Ordinal))
        {
            outcome = Run(model, set, backend);
            if (outcome.Refusal is not null) break;
        }

        return outcome;
    }

    private static OnnxOutcome Run(string model, string set, BackendTraits backend)
    {
        (string Name, OnnxConstant Values)[] inputs = Inputs(model, set);
        string? refusal = null;

        // As exporters write models, shapes, bounds and weights are constants; the suite gives them from outside.
        Func<int, bool>[] choices = [_ => false, i => !inputs[i].Values.Type.IsFloat(), i => i > 0];
        foreach (Func<int, bool> isConstant in choices)
        {
            try
            {
                Check(model, set, inputs, isConstant, backend);
                return new OnnxOutcome(null, Enumerable.Range(0, inputs.Length).All(isConstant));
            }
            catch (ModelException exception)
            {
                refusal ??= exception.Message[(exception.Message.IndexOf(".onnx: ", StringComparison.Ordinal) + 7)..];
            }
        }

        return new OnnxOutcome(refusal, false);
    }

    private static void Check(string model, string set, (string Name, OnnxConstant Values)[] inputs, Func<int, bool> isConstant, BackendTraits backend)
    {
        var constants = inputs.Where((_, i) => isConstant(i)).ToDictionary(t => t.Name, t => ToTensor(t.Values));
        var options = new OnnxImportOptions { Constants = System.Collections.Immutable.ImmutableDictionary.CreateRange(constants) };
        OnnxModel read = OnnxFile.Read(model, options);
        OnnxImport import = read.Import(backend);
        Tensor[] given = [.. inputs.Where((_, i) => !isConstant(i)).Select(t => ToTensor(t.Values, import.Graph.Find(t.Name)?.Inputs[0])).OfType<Tensor>()];
        Tensor[] outputs = Compute(import, import.Graph.WithValues(given));
        for (int i = 0; i < outputs.Length; i++)
        {
            Compare(read.Outputs[i], outputs[i], ReadTensor(Path.Combine(set, $"output_{i}.pb")));
        }
    }

    /// <summary>The values of a model's outputs.</summary>
    public static Tensor[] Compute(OnnxImport import, Graph graph)
    {
        var backends = Backends.Create(graph.Backend);
        var outputs = new Tensor[import.Outputs.Length];
        new FunctionalExecutor(Planner.Plan(graph, backends), backends).Run(new FunctionalOptions
        {
            Observer = result =>
            {
                for (int i = 0; i < outputs.Length; i++)
                {
                    if (import.Outputs[i].Node != result.Plan.Node.Name) continue;
                    Tensor source = result.Outputs[import.Outputs[i].Output]!;
                    outputs[i] = new Tensor(source.Spec);
                    source.Bytes.CopyTo(outputs[i].Bytes);
                }
            },
        });
        return outputs;
    }

    /// <summary>A serialized tensor.</summary>
    public static OnnxConstant ReadTensor(string path) => new TensorReader(path, null).Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(path)));

    public static void Compare(OnnxTensorInfo info, Tensor actual, OnnxConstant expected)
    {
        int[] dims = [.. info.Dimensions];
        Assert.That(dims, Is.EqualTo(expected.Dimensions), $"shape of {info}");
        Assert.That(info.ElementType, Is.EqualTo(expected.Type.ToString()), $"type of {info}");
        float[] found = actual.ToSingles();
        float[] wanted = expected.Singles();
        Assert.That(found, Has.Length.EqualTo(wanted.Length), info.ToString());
        for (int i = 0; i < found.Length; i++)
        {
            bool equal = found[i].Equals(wanted[i]) || Math.Abs((double)found[i] - wanted[i]) <= AbsoluteTolerance + RelativeTolerance * Math.Abs(wanted[i]);
            Assert.That(equal, Is.True, $"{info}: element {i} is {found[i]:R}, expected {wanted[i]:R}");
        }
    }

    private static (string Name, OnnxConstant Values)[] Inputs(string model, string set)
    {
        GraphProto graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(model)).Graph;
        HashSet<string> initializers = [.. graph.Initializer.Select(t => t.Name)];
        string[] names = [.. graph.Input.Select(i => i.Name).Where(n => !initializers.Contains(n))];
        return [.. names.Select((n, i) => (n, Path.Combine(set, $"input_{i}.pb"))).Where(p => File.Exists(p.Item2)).Select(p => (p.n, ReadTensor(p.Item2)))];
    }

    private static Tensor? ToTensor(OnnxConstant constant, TensorSpec? spec) => spec is null ? null : spec.Type switch
    {
        DataType.Int32 => Tensor.FromValues<int>(spec, Array.ConvertAll(constant.Integers(), v => (int)v)),
        DataType.Int64 => Tensor.FromValues<long>(spec, constant.Integers()),
        DataType.Bool => Tensor.FromValues<bool>(spec, Array.ConvertAll(constant.Integers(), v => v != 0)),
        _ => Tensor.FromSingles(spec, constant.Singles()),
    };

    private static Tensor ToTensor(OnnxConstant constant)
    {
        int[] dims = constant.Dimensions.Length == 0 ? [1] : constant.Dimensions;
        if (dims.Contains(0)) throw new ModelException($"case.onnx: a constant {Dims.Text(dims)} has no elements");
        DataType type = constant.Type.IsFloat() ? DataType.Float32 : constant.Type == ElementType.Bool ? DataType.Bool : DataType.Int64;
        return ToTensor(constant, new TensorSpec("", type, new TensorShape(dims, DataLayout.N)))!;
    }
}

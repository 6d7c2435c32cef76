using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Values;

/// <summary>Published networks against the original SMAUG, with real parameters or those of a formula.</summary>
[TestFixture]
[Category("Golden")]
[Category("Golden.SmaugNetworks")]
internal sealed class NetworkValuesTests
{
    private const string Suffix = ".jsonl.gz", Synthetic = "_synthetic";

    public static IEnumerable<TestCaseData> Traces() => GoldenData.Files("smaug/networks", "*" + Suffix);

    [TestCaseSource(nameof(Traces))]
    public void Every_operator_gives_the_golden_outputs_launches_and_bytes(string trace)
    {
        string name = Path.GetFileName(trace)[..^Suffix.Length];
        bool isSynthetic = name.EndsWith(Synthetic, StringComparison.Ordinal);
        if (isSynthetic) name = name[..^Synthetic.Length];
        string topology = GoldenData.Require($"smaug/models/{name}_topo.pbtxt");
        Graph graph = isSynthetic ? ModelFile.Read(topology) : ModelFile.Read(topology, GoldenData.Require($"smaug/models/{name}_params.pb"));
        if (isSynthetic) graph = graph.WithParameters(new SyntheticParameters(graph));
        GoldenNetwork.AssertMatches(graph, trace);
    }

    /// <summary>Parameters by the formula that the golden folder's README states.</summary>
    private sealed class SyntheticParameters : IParameterSource
    {
        private readonly Dictionary<string, (int Index, Node Consumer, int Input)> _uses = [];

        public SyntheticParameters(Graph graph)
        {
            Node[] data = [.. graph.Nodes.Where(n => n.Kind == OperatorKind.Data)];
            for (int j = 0; j < data.Length; j++)
            {
                Node consumer = graph.Nodes.First(n => n.Parents.Any(p => p.Node == data[j].Name));
                int input = Array.FindIndex([.. consumer.Parents], p => p.Node == data[j].Name);
                _uses[data[j].Inputs[0].Name] = (j, consumer, input);
            }
        }

        public Tensor? Find(TensorSpec tensor)
        {
            (int index, Node consumer, int input) = _uses[tensor.Name];
            float[] values = new float[tensor.Shape.Size];
            double scale = Math.Sqrt(6.0 / (tensor.Shape.Size / tensor.Shape[0]));
            for (long i = 0; i < values.Length; i++)
            {
                long x = unchecked((uint)(i * 2654435761 + index * 40503 + 12345)) >> 16;
                double v = (x % 2001 - 1000) / 1000.0;
                values[i] = (float)((consumer.Kind, input) switch
                {
                    (OperatorKind.Convolution3d or OperatorKind.InnerProduct, 1) => v * scale,
                    (OperatorKind.BatchNorm, 1 or 4) => 0.1 * v,
                    (OperatorKind.BatchNorm, 2) => 1,
                    (OperatorKind.BatchNorm, 3) => 1 + 0.1 * v,
                    _ => v,
                });
            }

            return Tensor.FromSingles(tensor, values);
        }
    }
}

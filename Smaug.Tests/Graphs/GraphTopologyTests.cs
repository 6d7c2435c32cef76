using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Graphs;

internal sealed class GraphTopologyTests
{
    private static IEnumerable<TestCaseData> Topologies() => GoldenData.Files("smaug/graphs", "*_topo.pbtxt").Concat(GoldenData.Files("smaug/models", "*_topo.pbtxt"));

    [Category("Golden")]
    [Category("Golden.SmaugGraphs")]
    [TestCaseSource(nameof(Topologies))]
    public void Producers_come_before_consumers_and_every_edge_is_found_from_both_ends(string file)
    {
        Graph graph = ModelFile.Read(GoldenData.Require(file));
        var topology = new GraphTopology(graph);
        var place = new int[graph.Nodes.Length];
        for (int i = 0; i < place.Length; i++) place[topology.Order[i]] = i;
        int edges = 0;
        for (int parent = 0; parent < place.Length; parent++)
        {
            foreach (ChildEdge edge in topology.Children(parent))
            {
                edges++;
                Assert.That(place[parent], Is.LessThan(place[edge.Child]));
                Assert.That(graph.Nodes[edge.Child].Parents[edge.Input], Is.EqualTo(new NodeInput(graph.Nodes[parent].Name, edge.Output)));
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(topology.Order.Distinct().Count(), Is.EqualTo(graph.Nodes.Length));
            Assert.That(edges, Is.EqualTo(graph.Nodes.Sum(n => n.Parents.Length)));
        });
    }

    [Test]
    public void A_chain_of_thirty_thousand_operators_is_sorted()
    {
        var m = new ModelBuilder("chain", Backends.Smv);
        ModelTensor x = m.Input(1, 8);
        for (int i = 0; i < 30_000; i++) x = m.ReLU(x);
        Assert.That(new GraphTopology(m.Build()).Order[^1], Is.EqualTo(30_000));
    }

    [Test]
    public void Dot_text_has_a_vertex_per_node_and_an_edge_per_input()
    {
        var m = new ModelBuilder("net", Backends.Smv);
        ModelTensor x = m.Input(1, 8);
        m.Multiply(x, x, "twice \"x\"");
        Assert.That(GraphDot.ToText(m.Build()), Is.EqualTo("digraph G {\n0[label=\"data\"];\n1[label=\"twice \\\"x\\\"\"];\n0->1 ;\n0->1 ;\n}\n"));
    }

    [Test]
    public void Batch_normalisation_has_four_parameters_per_channel_and_five_in_compatibility_mode()
    {
        Node node = ModelZoo.Create("cnn", Backends.Smv).Find("batch_norm")!;
        Assert.That((NodeMetrics.Parameters(node), NodeMetrics.Parameters(node, compatibility: true)), Is.EqualTo((128, 160)));
    }

    [Test]
    public void Shared_parameters_count_once([Values("Reference", "SMV")] string backend) =>
        Assert.That(NodeMetrics.Parameters(ModelZoo.Create("lstm", Backends.Get(backend))), Is.EqualTo(2 * (128 * 32 + 128 * 32)));

    [Test]
    public void Outputs_beyond_the_first_have_rows_of_their_own()
    {
        var m = new ModelBuilder("net", Backends.Smv);
        m.Split(m.Input(1, 8), 2, 1);
        string[] lines = GraphSummary.ToText(m.Build()).Split('\n');
        Assert.That(lines[^4..^2], Is.EqualTo(new[]
        {
            "split (Split)                            (1, 4)                           0       ",
            "                                         (1, 4)                                   ",
        }));
    }
}

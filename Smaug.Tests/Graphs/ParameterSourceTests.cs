using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Graphs;

internal sealed class ParameterSourceTests
{
    private static Graph Network(ulong seed, Func<ModelTensor, ModelTensor>? more = null) => Model.Build(
        "net", Backends.Reference, m =>
        {
            ModelTensor x = m.Input("input", 1, 8, 8, 4).Convolution(16, (3, 3), weights: m.Tensor([16, 3, 3, 4], DataLayout.NHWC, "w"));
            return more is null ? x : more(x);
        },
        new ModelOptions { Seed = seed });

    private static Tensor Find(Graph graph, string node) => graph.Parameters!.Find(graph.Find(node)!.Inputs[0])!;

    [Test]
    public void Values_depend_on_seed_name_and_index_only()
    {
        Tensor alone = Find(Network(3), "data");
        Tensor inLargerModel = Find(Network(3, x => x.BatchNorm().Dense(10)), "data");
        Tensor otherSeed = Find(Network(4), "data");
        Assert.Multiple(() =>
        {
            Assert.That(inLargerModel.Bytes.ToArray(), Is.EqualTo(alone.Bytes.ToArray()));
            Assert.That(otherSeed.Bytes.ToArray(), Is.Not.EqualTo(alone.Bytes.ToArray()));
        });
    }

    [Test]
    public void Values_are_the_same_on_every_machine()
    {
        float[] values = Find(Network(3), "data").ToSingles();
        Assert.That(values[..3], Is.EqualTo(new[] { Reference(3, "w", 0), Reference(3, "w", 1), Reference(3, "w", 2) }));

        static float Reference(ulong seed, string name, ulong index)
        {
            ulong hash = name.Aggregate(14695981039346656037UL, (h, c) => unchecked((h ^ c) * 1099511628211));
            ulong bits = Mix(unchecked(Mix(seed ^ hash) + (index + 1) * 0x9E3779B97F4A7C15));
            return (float)(Math.Sqrt(6.0 / 36) * ((bits >> 11) / 4503599627370496.0 - 1));
        }

        static ulong Mix(ulong z)
        {
            z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
            z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
            return z ^ (z >> 31);
        }
    }

    [Test]
    public void Weights_behind_a_Reorder_have_the_range_of_their_layer()
    {
        float[] weights = Find(Network(1), "data").ToSingles();
        double limit = Math.Sqrt(6.0 / (3 * 3 * 4));
        Assert.Multiple(() =>
        {
            Assert.That(weights.Max(), Is.GreaterThan(0.95 * limit).And.LessThanOrEqualTo(limit));
            Assert.That(weights.Min(), Is.LessThan(-0.95 * limit).And.GreaterThanOrEqualTo(-limit));
            Assert.That(weights.Average(), Is.EqualTo(0).Within(0.1 * limit));
        });
    }

    [Test]
    public void Padding_of_seeded_tensors_is_zero()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(2, 3).Dense(4));
        Half[] stored = Find(graph, "data").Span<Half>().ToArray();
        Assert.That(stored[3..8].Concat(stored[11..]), Is.All.EqualTo((Half)0));
    }

    [Test]
    public void Given_values_come_before_seeded_ones()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(1, 2).Dense(1, weights: m.Tensor([1, 2], DataLayout.NC, [3, 4], "w")));
        Tensor input = Tensor.FromSingles(new TensorSpec("data/input0", DataType.Float16, new TensorShape([1, 2], DataLayout.NC)), [5, 6]);
        Graph with = graph.WithValues(input);
        Assert.Multiple(() =>
        {
            Assert.That(Find(graph, "data_1").ToSingles(), Is.EqualTo(new float[] { 3, 4 }));
            Assert.That(Find(with, "data").ToSingles(), Is.EqualTo(new float[] { 5, 6 }));
            Assert.That(Find(with, "data").Shape.StorageSize, Is.EqualTo(8), "padded as the graph wants it");
            Assert.That(Find(with, "data_1").ToSingles(), Is.EqualTo(new float[] { 3, 4 }));
        });
    }

    [Test]
    public void Values_of_another_shape_say_what_would_fit()
    {
        Graph graph = Model.Build("net", Backends.Smv, m => m.Input(1, 2).Dense(1));
        Tensor input = Tensor.FromSingles(new TensorSpec("data/input0", DataType.Float16, new TensorShape([2, 1], DataLayout.NC)), [5, 6]);
        Assert.That(
            () => Find(graph.WithValues(input), "data"),
            Throws.TypeOf<ModelException>().With.Message.EqualTo("values of tensor 'data/input0': given are (2, 1) Float16; (1, 2) Float16 would fit"));
    }
}

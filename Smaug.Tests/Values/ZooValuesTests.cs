using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Zoo;

namespace Smaug.Tests.Values;

/// <summary>Networks of the zoo compute usable numbers on both backends.</summary>
[TestFixture]
internal sealed class ZooValuesTests
{
    [Test]
    public void Results_are_finite_and_not_all_the_same(
        [Values("tutorial", "minerva", "lenet5", "lstm", "cnn", "elu")] string name, [Values("SMV", "Reference")] string backend)
    {
        Graph graph = ModelZoo.Create(name, backend == "SMV" ? Backends.Smv : Backends.Reference);
        ImmutableArray<IBackend> backends = Backends.Create(backend);

        float[] result = new FunctionalExecutor(Planner.Plan(graph, backends), backends).Run().Output!.ToSingles();

        Assert.Multiple(() =>
        {
            Assert.That(result.Where(x => !float.IsFinite(x)), Is.Empty);
            Assert.That(result.Distinct().Count(), Is.GreaterThan(1));
        });
    }
}

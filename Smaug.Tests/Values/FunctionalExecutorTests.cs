using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Values;

/// <summary>The scheduler: order, dead tensors, result, memory, cancellation, errors.</summary>
[TestFixture]
internal sealed class FunctionalExecutorTests
{
    private static readonly ImmutableArray<IBackend> Reference = Backends.Create("Reference");

    [Test]
    public void Operators_without_inputs_run_first_by_ordinal_name_and_others_when_their_last_input_is_there()
    {
        Graph graph = new GraphUnderTest()
            .Data("b", 1, 2).Data("a", 3, 4).Data("B", 5, 6)
            .Add("z", OperatorKind.EltwiseAdd, "b", "a")
            .Add("y", OperatorKind.EltwiseAdd, "B", "z")
            .Add("x", OperatorKind.ReLU, "B").Build();

        Assert.That(Order(graph), Is.EqualTo(new[] { "B", "a", "b", "x", "z", "y" }));
    }

    [Test]
    public void The_result_is_output_0_of_the_operator_that_ran_last()
    {
        Graph graph = new GraphUnderTest().Data("a", -1, 2).Add("relu", OperatorKind.ReLU, "a").Add("sum", OperatorKind.EltwiseAdd, "relu", "a").Build();

        FunctionalResult result = Run(graph);

        Assert.Multiple(() =>
        {
            Assert.That(result.Operator.Name, Is.EqualTo("sum"));
            Assert.That(result.Output!.ToArray<float>(), Is.EqualTo(new float[] { -1, 4 }));
        });
    }

    [Test]
    public void A_switch_makes_the_branch_not_taken_dead_and_merge_passes_the_live_one([Values] bool predicate)
    {
        Graph graph = Conditional(predicate);
        var dead = new List<string>();

        FunctionalResult result = Run(graph, new FunctionalOptions { Observer = r => { if (r.IsDead) dead.Add(r.Plan.Node.Name); } });

        Assert.Multiple(() =>
        {
            Assert.That(dead, Is.EqualTo(new[] { predicate ? "double" : "square" }));
            Assert.That(result.Output!.ToArray<float>(), Is.EqualTo(predicate ? new float[] { 9, 16 } : [6, 8]));
        });
    }

    [Test]
    public void A_dead_output_has_no_tensor()
    {
        var outputs = new Dictionary<string, ImmutableArray<Tensor?>>();
        Run(Conditional(true), new FunctionalOptions { Observer = r => outputs[r.Plan.Node.Name] = r.Outputs });

        Assert.Multiple(() =>
        {
            Assert.That(outputs["switch"][0], Is.Null);
            Assert.That(outputs["switch"][1], Is.Not.Null);
            Assert.That(outputs["double"][0], Is.Null);
        });
    }

    [Test]
    public void Merge_is_dead_only_when_all_its_inputs_are()
    {
        Graph graph = new GraphUnderTest()
            .Data("a", 1, 2).Predicate("p", true)
            .Add("switch", OperatorKind.Switch, "a", "p")
            .Add("left", OperatorKind.ReLU, "switch:0")
            .Add("right", OperatorKind.ReLU, "switch:0")
            .Add("merge", OperatorKind.Merge, "left", "right").Build();

        Assert.That(Run(graph).Output, Is.Null);
    }

    [Test]
    public void Values_given_for_the_run_take_precedence_over_those_of_the_graph()
    {
        Graph graph = new GraphUnderTest().Data("a", -1, 2).Add("relu", OperatorKind.ReLU, "a").Build();
        var inputs = new DictionaryParameterSource([Tensor.FromValues<float>(GraphUnderTest.Vector("a/input0", 2), [7, -7])]);

        Assert.That(Run(graph, new FunctionalOptions { Inputs = inputs }).Output!.ToArray<float>(), Is.EqualTo(new float[] { 7, 0 }));
    }

    [Test]
    public void Progress_names_every_operator_once()
    {
        var steps = new List<string>();
        Run(Conditional(true), new FunctionalOptions { Progress = new Collector(p => steps.Add($"{p.Completed}/{p.Total} {p.Operator}")) });

        Assert.That(steps, Is.EqualTo(new[] { "1/6 a", "2/6 p", "3/6 switch", "4/6 double", "5/6 square", "6/6 merge" }));
    }

    [Test]
    public void A_cancelled_run_stops()
    {
        using var source = new CancellationTokenSource();
        var executor = new FunctionalExecutor(Planner.Plan(Conditional(true), Reference), Reference);
        var options = new FunctionalOptions { Observer = r => { if (r.Sequence == 2) source.Cancel(); } };

        Assert.That(() => executor.Run(options, source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_tensor_is_dropped_when_its_last_reader_is_done()
    {
        var seen = new List<WeakReference>();
        var graph = new GraphUnderTest().Data("a", Large("a/input0"));
        graph.Add("n0", OperatorKind.ReLU, "a");
        for (int i = 1; i < 8; i++) graph.Add($"n{i}", OperatorKind.ReLU, $"n{i - 1}");
        int alive = 0;
        Run(graph.Build(), new FunctionalOptions
        {
            Threads = 1,
            Observer = r =>
            {
                if (r.Plan.Node.Kind == OperatorKind.Data) return;
                Track(seen, r);
                GC.Collect();
                alive = Math.Max(alive, seen.Count(w => w.IsAlive));
            },
        });

        Assert.That(alive, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void A_result_keeps_its_values_when_the_executor_runs_again()
    {
        Graph graph = new GraphUnderTest().Data("a", -1, 2).Add("relu", OperatorKind.ReLU, "a").Add("sum", OperatorKind.EltwiseAdd, "relu", "a").Build();
        var executor = new FunctionalExecutor(Planner.Plan(graph, Reference), Reference);
        Tensor first = executor.Run().Output!;
        executor.Run(new FunctionalOptions { Inputs = new Always(Tensor.FromValues<float>(GraphUnderTest.Vector("a/input0", 2), [5, 6])) });

        Assert.That(first.ToArray<float>(), Is.EqualTo(new float[] { -1, 4 }));
    }

    [Test]
    public void An_observed_tensor_cannot_be_read_after_its_last_reader()
    {
        Graph graph = new GraphUnderTest().Data("a", -1, 2).Add("relu", OperatorKind.ReLU, "a").Add("sum", OperatorKind.EltwiseAdd, "relu", "a").Build();
        Tensor? kept = null;
        Run(graph, new FunctionalOptions { Observer = r => { if (r.Plan.Node.Name == "relu") kept = r.Outputs[0]; } });

        Assert.That(() => kept!.ToArray<float>(), Throws.InstanceOf<ModelException>().With.Message.Contains("its values are gone"));
    }

    [Test]
    public void Data_without_values_is_an_error_that_names_the_tensor()
    {
        Graph graph = new GraphUnderTest().Data("a", 1, 2).Add("relu", OperatorKind.ReLU, "a").Build().WithParameters(null);

        Assert.That(() => Run(graph), Throws.InstanceOf<ModelException>().With.Message.Contains("a/input0"));
    }

    [Test]
    public void Data_with_values_of_another_shape_is_an_error_that_names_both()
    {
        Graph graph = new GraphUnderTest().Data("a", 1, 2).Add("relu", OperatorKind.ReLU, "a").Build();
        var inputs = new Always(Tensor.FromValues<float>(GraphUnderTest.Vector("a/input0", 3), [1, 2, 3]));

        Assert.That(
            () => Run(graph, new FunctionalOptions { Inputs = inputs }),
            Throws.InstanceOf<ModelException>().With.Message.Contains("(1, 3)").And.Message.Contains("(1, 2)"));
    }

    [Test]
    public void A_plan_of_a_backend_that_is_not_given_is_an_error_that_names_it()
    {
        ExecutionPlan plan = Planner.Plan(Conditional(true), Reference);

        Assert.That(() => new FunctionalExecutor(plan, [Reference[1]]), Throws.InstanceOf<ModelException>().With.Message.Contains("'Reference'"));
    }

    [Test]
    public void A_fused_softmax_is_an_error()
    {
        Graph graph = new GraphUnderTest().Data("a", 1, 2).Data("w", 1, 2)
            .Add(new Node
            {
                Name = "fc",
                Kind = OperatorKind.InnerProduct,
                Parents = [new("a", 0), new("w", 0)],
                Inputs = [GraphUnderTest.Vector("a/input0", 2), GraphUnderTest.Vector("w/input0", 2)],
                Outputs = [GraphUnderTest.Vector("fc/output0", 1)],
                Activation = new Activation(OperatorKind.Softmax),
            }).Build();

        Assert.That(() => Planner.Plan(graph, Reference), Throws.InstanceOf<ModelException>().With.Message.Contains("softmax"));
    }

    [Test]
    public void An_unknown_backend_is_an_error_that_lists_the_known_ones() =>
        Assert.That(() => Backends.Create("TPU"), Throws.InstanceOf<ConfigurationException>().With.Message.Contains("SMV"));

    private static Graph Conditional(bool predicate) => new GraphUnderTest()
        .Data("a", 3, 4).Predicate("p", predicate)
        .Add("switch", OperatorKind.Switch, "a", "p")
        .Add("double", OperatorKind.EltwiseAdd, "switch:0", "switch:0")
        .Add("square", OperatorKind.EltwiseMul, "switch:1", "switch:1")
        .Add("merge", OperatorKind.Merge, "square", "double").Build();

    private static string[] Order(Graph graph) => [.. OperatorOrder.Of(graph).Select(i => graph.Nodes[i].Name)];

    private static FunctionalResult Run(Graph graph, FunctionalOptions? options = null) =>
        new FunctionalExecutor(Planner.Plan(graph, Reference), Reference).Run(options);

    private static Tensor Large(string name) => new(GraphUnderTest.Vector(name, 100_000));

    // Not inlined, so that no tensor stays on the observer's stack.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Track(List<WeakReference> seen, OperatorResult result) => seen.Add(new WeakReference(result.Outputs[0]));

    private sealed class Collector(Action<FunctionalProgress> report) : IProgress<FunctionalProgress>
    {
        public void Report(FunctionalProgress value) => report(value);
    }

    private sealed class Always(Tensor tensor) : IParameterSource
    {
        public Tensor? Find(TensorSpec spec) => tensor;
    }
}

using System.Collections.Immutable;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Values;

/// <summary>The example of <c>docs/values.md</c> is the code of this test, and runs.</summary>
[TestFixture]
internal sealed class ValuesGuideTests
{
    [Test]
    public void The_example_runs()
    {
        Console.Lines.Clear();
        Example();

        Assert.That(Console.Lines, Has.Some.Contains("on SMV").And.Some.Contains("on CPU"));
    }

    [Test]
    public void The_example_is_this_code()
    {
        string guide = File.ReadAllText(Path.Combine(ProjectFolder.Repository, "docs", "values.md")).ReplaceLineEndings("\n");
        string source = File.ReadAllText(Path.Combine(ProjectFolder.Tests, "Values", "ValuesGuideTests.cs")).ReplaceLineEndings("\n");
        string block = guide.Split("```csharp\n")[1].Split("```")[0];

        Assert.That(string.Concat(source.Split('\n').Select(l => l.Trim())), Does.Contain(string.Concat(block.Split('\n').Select(l => l.Trim()))));
    }

    private static void Example()
    {
        Graph graph = ModelZoo.Create("lenet5", Backends.Smv);
        ImmutableArray<IBackend> backends = Backends.Create(graph.Backend);
        ExecutionPlan plan = Planner.Plan(graph, backends);
        var executor = new FunctionalExecutor(plan, backends);
        FunctionalResult result = executor.Run(new FunctionalOptions
        {
            Observer = o => Console.WriteLine($"{o.Sequence} {o.Plan.Node} on {o.Plan.Executor}, {o.Plan.Launches.Length} launches"),
        });
        Console.WriteLine(TensorPrinter.ToText(result.Output!));
    }

    /// <summary>What the example writes, in the place of the process's console.</summary>
    private static class Console
    {
        public static List<string> Lines { get; } = [];

        public static void WriteLine(string text) => Lines.Add(text);
    }
}

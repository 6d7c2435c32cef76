using System.Globalization;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;

namespace Smaug.Tests.SmvEngine;

/// <summary>The loop-nest model against the trace-driven model on random shapes; docs/validation.md says what was fitted to them.</summary>
[TestFixture]
[Category("SmvEngine")]
internal sealed class LoopNestAgainstAladdinTests
{
    private const double MeanPercent = 0.8, MaximumPercent = 5, LargeTileMaximumPercent = 2.5, PowerPercent = 5;

    [Test]
    public void Random_shapes_take_the_cycles_and_power_of_their_schedules() => Compare(count: 40, seed: 7);

    /// <summary>The figures of <c>docs/validation.md</c>.</summary>
    [Test]
    [Explicit("takes a minute; its output is the table of docs/validation.md")]
    public void Five_hundred_random_shapes_take_the_cycles_and_power_of_their_schedules() => Compare(count: 500, seed: 500);

    [Test]
    public void Activations_behind_a_matrix_product_take_the_cycles_of_their_schedule(
        [Values(OperatorKind.ReLU, OperatorKind.Sigmoid, OperatorKind.Tanh)] OperatorKind activation, [Values(8, 64, 72, 128)] int neurons)
    {
        var kernel = new SmvMatrixMultiplyKernel { Rows = 1, Depth = 8, Columns = neurons, InputWidth = 8, OutputWidth = neurons, Activation = activation };
        Assert.That(new SmvLoopNestModel().Time(kernel, Sampling.Off).TotalCycles, Is.EqualTo(new SmvAladdinModel().Time(kernel, Sampling.Off).TotalCycles).Within(2).Percent);
    }

    private static void Compare(int count, int seed)
    {
        var formula = new SmvLoopNestModel();
        var simulated = new SmvAladdinModel();
        var errors = new Dictionary<string, List<(double Cycles, double Power)>>();
        List<string> differences = [];
        foreach ((string name, SmvKernel kernel) in SmvShapes.Random(count, seed))
        {
            SmvKernelTiming ours = formula.Time(kernel, Sampling.Off), theirs = simulated.Time(kernel, Sampling.Off);
            double error = 100 * (ours.TotalCycles / theirs.TotalCycles - 1);
            double power = 100 * (Milliwatts(ours) / Milliwatts(theirs) - 1);
            if (!errors.TryGetValue(name, out List<(double Cycles, double Power)>? list)) errors.Add(name, list = []);
            list.Add((Math.Abs(error), Math.Abs(power)));
            if (Math.Abs(error) > (theirs.TotalCycles > 2000 ? LargeTileMaximumPercent : MaximumPercent) || Math.Abs(power) > PowerPercent)
                differences.Add(Text($"{kernel}: {theirs.TotalCycles} cycles and {Milliwatts(theirs):0.0} mW simulated, {error:+0.0;-0.0} % and {power:+0.0;-0.0} % here"));
        }

        foreach ((string name, List<(double Cycles, double Power)> list) in errors)
            TestContext.Out.WriteLine(Text($"| {name} | {list.Count} | {list.Average(e => e.Cycles):0.00} | {list.Max(e => e.Cycles):0.00} | {list.Average(e => e.Power):0.00} | {list.Max(e => e.Power):0.00} |"));
        double mean = errors.Values.SelectMany(l => l).Average(e => e.Cycles);
        TestContext.Out.WriteLine(Text($"| all | {count} | {mean:0.00} | {errors.Values.SelectMany(l => l).Max(e => e.Cycles):0.00} | {errors.Values.SelectMany(l => l).Average(e => e.Power):0.00} | {errors.Values.SelectMany(l => l).Max(e => e.Power):0.00} |"));
        Assert.Multiple(() =>
        {
            Assert.That(differences, Is.Empty, string.Join("\n", differences.Take(20)));
            Assert.That(mean, Is.LessThanOrEqualTo(MeanPercent));
        });
    }

    private static double Milliwatts(SmvKernelTiming timing) => timing.LeakageMilliwatts + timing.DynamicPicojoules / timing.TotalCycles;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

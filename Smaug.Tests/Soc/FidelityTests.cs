using System.Globalization;
using System.Text;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Tests.Infrastructure;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>How far the fidelities of memory are apart on the zoo, and that each gives the same result every time.</summary>
public class FidelityTests
{
    private static readonly string[] s_small = ["tutorial", "minerva", "lenet5"];
    private static readonly string[] s_large = ["cnn", "vgg16-cifar", "elu", "resnet50"];

    // Measured: the reservation model within 0.3 % of the messages, the analytical one within 6 %.
    [TestCaseSource(nameof(s_small))]
    public void Fidelities_are_near_each_other_on_small_networks(string network) => Compare(network, analytical: 0.08, message: 0.01);

    [TestCaseSource(nameof(s_large))]
    [Explicit("minutes")]
    public void Fidelities_are_near_each_other_on_large_networks(string network) => Compare(network, analytical: 0.2, message: 0.02);

    [Test]
    [Explicit("minutes; writes the table of docs/findings.md")]
    public void Fidelities_of_each_level_on_the_zoo()
    {
        var table = new StringBuilder("| network | transaction ms | analytical | message | DRAM analytical | DRAM command |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (string network in (string[])["tutorial", "minerva", "lenet5", "cnn", "vgg16-cifar", "elu", "elu-large", "mobilenet-v1", "resnet50"])
        {
            Graph graph = ModelZoo.Create(network, Backends.Smv);
            double Total(SocBuilder soc) => soc.Build().Run(graph).Report.Time.Total.Milliseconds;
            SocBuilder Lines(MemoryFidelity fidelity = MemoryFidelity.Transaction) => new SocBuilder(SocPresets.Tutorial).WithMemory(fidelity);
            double reference = Total(Lines());
            string Difference(SocBuilder soc) => (100 * (Total(soc) / reference - 1)).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %";
            SocBuilder commands = Lines().WithDram(DramFidelity.Command, "LPDDR4_3200_8Gb_x16").Configure(c => c with { Memory = c.Memory with { Capacity = 1.Gibibytes() } });
            table.Append(CultureInfo.InvariantCulture, $"| {network} | {reference.ToString(reference < 10 ? "0.000" : "0.00", CultureInfo.InvariantCulture)} | {Difference(Lines(MemoryFidelity.Analytical))} | {Difference(Lines(MemoryFidelity.Message))} | {Difference(Lines().WithDram(DramFidelity.Analytical))} | {Difference(commands)} |\n");
        }

        TestContext.Out.WriteLine(table);
        string path = Path.Combine(ProjectFolder.Repository, "docs", "findings.md");
        string page = File.ReadAllText(path);
        const string Open = "<!-- fidelities -->\n", Close = "<!-- end -->";
        int begin = page.IndexOf(Open, StringComparison.Ordinal) + Open.Length;
        File.WriteAllText(path, page[..begin] + table + page[page.IndexOf(Close, begin, StringComparison.Ordinal)..]);
    }

    [Test]
    public void Acp_and_several_accelerators_and_threads_keep_the_fidelities_together()
    {
        Smaug.Soc Make(MemoryFidelity fidelity) => new SocBuilder(SocPresets.Tutorial).WithAccelerators(4).WithThreads(2).WithMemory(fidelity).Build();
        Graph graph = ModelZoo.Create("minerva", Backends.Smv);
        var options = new RunOptions { MemoryPolicy = MemoryPolicy.AllAcp };
        double transaction = Make(MemoryFidelity.Transaction).Run(graph, options).Report.Time.Total.Microseconds;
        Assert.That(transaction, Is.EqualTo(Make(MemoryFidelity.Message).Run(graph, options).Report.Time.Total.Microseconds).Within(2).Percent);
    }

    [TestCase("tutorial", MemoryFidelity.Transaction)]
    [TestCase("minerva", MemoryFidelity.Message)]
    [TestCase("minerva", MemoryFidelity.Analytical)]
    public void Run_is_the_same_on_twenty_repetitions(string network, MemoryFidelity fidelity)
    {
        string first = Run(network, fidelity);
        for (int i = 1; i < 20; i++) Assert.That(Run(network, fidelity), Is.EqualTo(first), $"repetition {i}");
    }

    [Test]
    public void Run_is_the_same_whatever_else_runs_on_other_threads([Values(1, 2, 4, 8)] int threads, [Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity)
    {
        string alone = Run("minerva", fidelity);
        string[] reports = new string[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => reports[i] = Run("minerva", fidelity));
        Assert.That(reports, Has.All.EqualTo(alone));
    }

    /// <summary>The whole report: times, every invocation, the statistics of every interval, and the timeline in its order.</summary>
    private static string Run(string network, MemoryFidelity fidelity)
    {
        Smaug.Soc soc = new SocBuilder(SocPresets.Tutorial).WithAccelerators(2).WithThreads(2).WithMemory(fidelity).Build();
        RunReport report = soc.Run(ModelZoo.Create(network, Backends.Smv), new RunOptions { RecordTimeline = true, RecordStatistics = true }).Report;
        using var stream = new MemoryStream();
        RunReportJson.Write(report, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Compare(string network, double analytical, double message)
    {
        Graph graph = ModelZoo.Create(network, Backends.Smv);
        RunReport Simulate(MemoryFidelity fidelity) => new SocBuilder(SocPresets.Tutorial).WithMemory(fidelity).Build().Run(graph).Report;
        RunReport reference = Simulate(MemoryFidelity.Message);
        var table = new TextTable(1, network, "total us", "preparation", "bodies", "finalisation", "reordering", "total / message");
        void Add(string name, RunReport report)
        {
            string Number(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);
            TimeBreakdown time = report.Time;
            table.Add(name, Number(time.Total.Microseconds), Number(time.TensorPreparation.Microseconds), Number(time.OperatorBody.Microseconds),
                Number(time.TensorFinalization.Microseconds), Number(time.Reordering.Microseconds),
                Number(100 * (time.Total.Microseconds / reference.Time.Total.Microseconds - 1), "+0.00;-0.00") + " %");
        }

        RunReport coarse = Simulate(MemoryFidelity.Analytical), fine = Simulate(MemoryFidelity.Transaction);
        Add("analytical", coarse);
        Add("transaction", fine);
        Add("message", reference);
        TestContext.Out.WriteLine(table);
        double total = reference.Time.Total.Microseconds;
        Assert.Multiple(() =>
        {
            Assert.That(fine.Time.Total.Microseconds, Is.EqualTo(total).Within(message * total), "transaction");
            Assert.That(coarse.Time.Total.Microseconds, Is.EqualTo(total).Within(analytical * total), "analytical");
        });
    }
}

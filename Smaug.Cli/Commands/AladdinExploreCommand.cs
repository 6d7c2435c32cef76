using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Core;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug aladdin explore</c>: one trace, every combination of design choices, and which of them are worth building.</summary>
internal static class AladdinExploreCommand
{
    /// <summary>Designs of the front that are printed, fastest first.</summary>
    private const int ShownDesigns = 20;

    public static Command Create()
    {
        var trace = new Argument<string>("trace") { Description = "Dynamic trace, plain or gzip." };
        var configuration = new Argument<string>("config") { Description = "Accelerator configuration that the choices change." };
        Option<string[]> unroll = Axis("--unroll", "LOOPS=N,N", "unroll factors of a loop (FUNCTION/LABEL; 0: completely), or of several that change together (joined by +)");
        Option<string[]> pipeline = Axis("--pipeline", "LOOPS", "a loop, or several together, without and with pipelining");
        Option<string[]> partitions = Axis("--partitions", "[ARRAY=]N,N", "partitions of all scratchpads, or of one");
        var ports = new Option<string>("--ports") { Description = "ports of a partition; 0: unlimited", HelpName = "N,N" };
        var clock = new Option<string>("--cycle-time") { Description = "clock periods in ns", HelpName = "NS,NS" };
        var jobs = new Option<int>("--jobs") { Description = "designs that run at the same time (default: the processors)", HelpName = "N" };
        Option<string> folder = OutputOption.Folder("--out", "write designs.csv, designs.json, pareto.svg and designs.html into this folder");
        Option<bool> corrected = AladdinCommand.CorrectedOption(), old = AladdinCommand.OldNumberingOption();
        var command = new Command("explore", "Run one trace with every combination of design choices, in parallel: cycles, power and area of each, and their Pareto fronts.")
        {
            trace, configuration, unroll, pipeline, partitions, ports, clock, jobs, folder, corrected, old,
        };
        command.SetAction((parsed, cancellation) =>
        {
            AladdinOptions options = AladdinCommand.Options(parsed.GetValue(corrected), parsed.GetValue(old));
            DatapathConfiguration baseline = DatapathConfigurationFile.Read(parsed.GetRequiredValue(configuration));
            KernelTrace read = KernelTrace.Read(parsed.GetRequiredValue(trace), options, baseline.ReadyMode, cancellation: cancellation);
            var axes = new List<DesignAxis>();
            foreach (string text in parsed.GetValue(unroll) ?? [])
            {
                (string name, string values) = Split("--unroll", text);
                axes.Add(DesignAxis.Unrolling(Loops("--unroll", name, read), Numbers("--unroll", values)));
            }
            foreach (string text in parsed.GetValue(pipeline) ?? []) axes.Add(DesignAxis.Pipelining(Loops("--pipeline", text, read)));
            foreach (string text in parsed.GetValue(partitions) ?? [])
            {
                (string name, string values) = text.Contains('=', StringComparison.Ordinal) ? Split("--partitions", text) : ("", text);
                axes.Add(name.Length == 0 ? DesignAxis.Partitions(Numbers("--partitions", values)) : DesignAxis.Partitions(name, Numbers("--partitions", values)));
            }
            if (parsed.GetValue(ports) is { } counts) axes.Add(DesignAxis.Ports(Numbers("--ports", counts)));
            if (parsed.GetValue(clock) is { } periods) axes.Add(DesignAxis.CycleTime(Values<float>("--cycle-time", periods, "a period in ns")));
            if (axes.Count == 0) throw new ConfigurationException("there is nothing to choose: give --unroll, --pipeline, --partitions, --ports or --cycle-time");
            TextWriter output = parsed.InvocationConfiguration.Output;
            IReadOnlyList<DesignPoint> points = DesignSpace.Combine(baseline, axes);
            IReadOnlyList<DesignOutcome> outcomes = LiveProgress.Show(output, points.Count,
                progress => DesignSpace.Explore(read, points, options, parsed.GetValue(jobs), progress, cancellation));
            Report(output, outcomes);
            if (parsed.GetValue(folder) is { } target)
            {
                DesignReport.Save(outcomes, target);
                output.WriteLine($"designs.csv, designs.json, pareto.svg and designs.html written to {target}");
            }
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Report(TextWriter output, IReadOnlyList<DesignOutcome> outcomes)
    {
        IReadOnlyList<DesignOutcome> front = DesignSpace.Pareto(outcomes);
        output.WriteLine($"{outcomes.Count} designs, {front.Count} not beaten in time, power and area:");
        var table = new FigureTable(new FigureColumn("cycles", "cycles", "N0"), new FigureColumn("time us", "timeMicroseconds", "N3"),
            new FigureColumn("power mW", "averageMilliwatts", "N3"), new FigureColumn("area mm2", "areaSquareMillimetres", "N4"), new FigureColumn("design", "design"));
        foreach (DesignOutcome o in front.Take(ShownDesigns)) table.Add(o.Cycles, o.Time.Microseconds, o.AverageMilliwatts, o.AreaSquareMicrometres / 1e6, o.Point.Name);
        output.Write(table.ToMarkdown());
        if (front.Count > ShownDesigns) output.WriteLine($"and {front.Count - ShownDesigns} slower ones (--out writes all)");
    }

    private static Option<string[]> Axis(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, AllowMultipleArgumentsPerToken = false };

    private static (string Name, string Values) Split(string option, string text)
    {
        int equal = text.LastIndexOf('=');
        return equal > 0 ? (text[..equal], text[(equal + 1)..]) : throw new ConfigurationException($"{option} {text}: must be NAME=VALUE,VALUE");
    }

    /// <summary>Loops by name; a loop that the trace does not have would be varied without effect.</summary>
    private static LoopLabel[] Loops(string option, string text, KernelTrace trace)
    {
        IReadOnlyList<LoopLabel> known = trace.Labels;
        return [.. text.Split('+').Select(name =>
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            var loop = slash > 0 ? new LoopLabel(name[..slash], name[(slash + 1)..]) : default;
            bool isLine = slash > 0 && int.TryParse(loop.Label, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (slash > 0 && (isLine || known.Contains(loop))) return loop;
            throw new ConfigurationException($"{option} {name}: the trace has no such loop; it has {string.Join(", ", known.Select(l => $"{l.Function}/{l.Label}").DefaultIfEmpty("no labels"))}");
        })];
    }

    private static int[] Numbers(string option, string text) => Values<int>(option, text, "a whole number");

    private static T[] Values<T>(string option, string text, string expected)
        where T : IParsable<T> => [.. text.Split(',').Select(v => T.TryParse(v, CultureInfo.InvariantCulture, out T? value)
            ? value : throw new ConfigurationException($"{option} {text}: '{v}' is not {expected}"))];
}

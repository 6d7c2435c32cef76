using System.CommandLine;
using System.CommandLine.Parsing;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.LoopNests;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug.Cli.Commands;

/// <summary>The options of <c>smaug run</c>; those of the original SMAUG have its names.</summary>
internal sealed class RunCommandOptions
{
    private static readonly Dictionary<string, MemoryPolicy> s_policies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dma"] = MemoryPolicy.AllDma,
        ["acp"] = MemoryPolicy.AllAcp,
        ["acp-dma-weights"] = MemoryPolicy.AllAcpWithDmaForWeights,
    };

    private static readonly Dictionary<string, MemoryFidelity> s_fidelities = new(StringComparer.OrdinalIgnoreCase)
    {
        ["analytical"] = MemoryFidelity.Analytical,
        ["transaction"] = MemoryFidelity.Transaction,
        ["message"] = MemoryFidelity.Message,
        ["classic"] = MemoryFidelity.Classic,
    };

    private static readonly Dictionary<string, Func<Gem5Configuration?, ISmvEngineModel>> s_engines = new(StringComparer.OrdinalIgnoreCase)
    {
        ["formula"] = file => new SmvLoopNestModel(file is null ? null : RunScriptOptions.Datapath(file)),
        ["aladdin"] = file => new SmvAladdinModel(file is null ? null : RunScriptOptions.Datapath(file)),
    };

    public Option<string> Soc { get; } = new("--soc") { Description = $"SoC: {string.Join(", ", SocPresets.All.Select(p => p.Name))}, or a JSON file (default tutorial)", HelpName = "NAME|FILE" };

    public Option<string> MemoryPolicyName { get; } = new("--memory-policy") { Description = "how accelerators reach memory: dma, acp, acp-dma-weights (default: the model's)", HelpName = "POLICY" };

    public Option<string> Memory { get; } = new("--memory") { Description = "how finely caches and interconnect are simulated: analytical, transaction, message, or line by line on the classic memory system: classic (default: the SoC's)", HelpName = "FIDELITY" };

    public Option<string> EngineModel { get; } = new("--engine-model") { Description = "how SMV kernels are timed: formula (closed forms), aladdin (traced and scheduled cycle by cycle) (default formula)", HelpName = "MODEL" };

    public Option<int?> Accelerators { get; } = new("--num-accels") { Description = "accelerators in the pool, 1 to 8 (default: the SoC's)", HelpName = "N" };

    public Option<int?> Threads { get; } = new("--num-threads") { Description = "CPU threads that fill and gather tiles, 1 to 64; at most 57 with --memory transaction or message, 29 with classic, with one accelerator (default: the SoC's)", HelpName = "N" };

    public Option<string> SampleLevel { get; } = new("--sample-level") { Description = "loops that are sampled: no, low, medium, high, very_high (default no)", HelpName = "LEVEL" };

    public Option<int> SampleNumber { get; } = new("--sample-num") { Description = "iterations of a sampled loop that are run", DefaultValueFactory = _ => 1, HelpName = "N" };

    public Option<int?> DebugLevel { get; } = new("--debug-level") { Description = "tell what is done: 0 operators, 1 tiles and kernel launches, 2 values too (without a number: 0)", Arity = ArgumentArity.ZeroOrOne, HelpName = "N" };

    public Option<bool> DumpGraph { get; } = new("--dump-graph") { Description = "write NAME_dataflow_graph.dot for Graphviz into the current folder" };

    public Option<string?> LastOutput { get; } = new("--print-last-output", "-p") { Description = "the network's output: stdout, proto (output.pb) or file (output.txt); without a word: stdout", Arity = ArgumentArity.ZeroOrOne, HelpName = "WHERE" };

    public Option<bool> Values { get; } = new("--values") { Description = "compute values; the default when the model has parameters" };

    public Option<bool> NoValues { get; } = new("--no-values") { Description = "time only, without parameters or activations in memory" };

    public RunScriptOptions RunScript { get; } = new();

    public Option<string> Json { get; } = OutputOption.File("--json", "write the report as JSON");

    public Option<string> Stats { get; } = OutputOption.File("--stats", "record statistics of every component at the markers of the run, and write them in the original simulator's form");

    public Option<string> Out { get; } = OutputOption.Folder("--out", "write report.json, report.html, timeline.json, tables and charts into a folder");

    private readonly ArrayOptions _array = new();

    private readonly DramLevelOptions _dram = new();

    private readonly CoreOptions _core = new();

    public void AddTo(Command command)
    {
        command.Add(Soc);
        command.Add(MemoryPolicyName);
        command.Add(Memory);
        _dram.AddTo(command);
        command.Add(EngineModel);
        _array.AddTo(command);
        command.Add(Accelerators);
        command.Add(Threads);
        _core.AddTo(command);
        command.Add(SampleLevel);
        command.Add(SampleNumber);
        command.Add(DebugLevel);
        command.Add(DumpGraph);
        command.Add(LastOutput);
        command.Add(Values);
        command.Add(NoValues);
        RunScript.AddTo(command);
        command.Add(Json);
        command.Add(Stats);
        command.Add(Out);
    }

    /// <summary>-1 when the option is absent.</summary>
    public int DebugLevelOf(ParseResult parsed) => parsed.GetResult(DebugLevel) is null ? -1 : parsed.GetValue(DebugLevel) ?? 0;

    /// <summary>The SoC of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="graph">The network that it will run.</param>
    /// <param name="notes">Gets a line for each option or key without effect.</param>
    public Soc SocOf(ParseResult parsed, Graph graph, ICollection<string> notes)
    {
        string name = parsed.GetValue(Soc) ?? SocPresets.Tutorial.Name;
        var builder = new SocBuilder(SocArgument.Load(name));
        MemoryFidelity? fidelity = parsed.GetValue(Memory) is { } memory ? Choice("--memory", memory, s_fidelities) : null;
        if (fidelity is { } chosen) builder.WithMemory(chosen);
        Gem5Configuration? file = RunScript.Accelerators(parsed);
        if (file is not null) builder.Configure(c => Gem5Soc.Apply(c, file, notes, _array.UsesDevice(parsed)));
        IReadOnlyList<(string Name, string? Value)> script = RunScript.Given(parsed);
        builder.Configure(c => Gem5Soc.Apply(c, script, notes, fidelity));
        builder.Configure(c => c with { Memory = _dram.Apply(parsed, c.Memory) });
        if (_dram.NamesDevices(parsed) && script.Any(o => o.Name == "--mem-type")) notes.Add("--mem-type has no effect: --dram-preset names the devices of DRAM that is simulated command by command");
        builder.Configure(c => c with { Cpu = c.Cpu with { Costs = _core.Apply(parsed, c.Cpu.Costs) } });
        if (parsed.GetValue(Accelerators) is { } accelerators) builder.WithAccelerators(InRange("--num-accels", accelerators, 1, 8));
        if (parsed.GetValue(Threads) is { } threads) builder.WithThreads(InRange("--num-threads", threads, 1, 64));
        if (parsed.GetValue(EngineModel) is { } engine) builder.WithEngine(Choice("--engine-model", engine, s_engines)(file));
        else if (file is not null) notes.Add("config_file_name has no effect without --engine-model: formula and aladdin read it");
        builder.Configure(c => c with { Accelerators = _array.Apply(parsed, c.Accelerators, graph) });
        return builder.Build();
    }

    public MemoryPolicy MemoryPolicyOf(ParseResult parsed) => parsed.GetValue(MemoryPolicyName) is { } name ? Choice("--memory-policy", name, s_policies) : MemoryPolicy.Unknown;

    public SimTime? MaximumTimeOf(ParseResult parsed) => Gem5Soc.MaximumTime(RunScript.Given(parsed));

    public Sampling SamplingOf(ParseResult parsed) => SamplingChoice.Parse(parsed.GetValue(SampleLevel), parsed.GetValue(SampleNumber));

    /// <summary>The level of sampling of a name.</summary>
    public static SamplingLevel LevelOf(string name) => SamplingChoice.Parse(name, 1).Level;

    public bool ComputesValues(ParseResult parsed, Graph graph)
    {
        (bool values, bool noValues) = (parsed.GetValue(Values), parsed.GetValue(NoValues));
        if (values && noValues) throw new ConfigurationException("--values and --no-values exclude each other: give one of them");
        if (parsed.GetResult(LastOutput) is not null && (noValues || graph.Parameters is null))
        {
            throw new ConfigurationException("--print-last-output needs values: give a parameter file, and leave --no-values out");
        }

        if (parsed.GetValue(LastOutput) is { } where and not ("stdout" or "proto" or "file")) throw new ConfigurationException($"--print-last-output {where}: must be stdout, proto or file");
        if (values && graph.Parameters is null) throw new ConfigurationException("--values needs the model's parameters: give a parameter file (.pb) after the topology");
        return !noValues && graph.Parameters is not null;
    }

    public void PrintLastOutput(ParseResult parsed, TextWriter output, RunResult result)
    {
        if (parsed.GetResult(LastOutput) is null || result.Values?.Output is not { } tensor) return;
        string where = parsed.GetValue(LastOutput) ?? "stdout";
        switch (where)
        {
            case "proto":
                TensorFile.Write(tensor, "output.pb");
                output.WriteLine("network output written to output.pb");
                break;
            case "file":
                AtomicFile.WriteText("output.txt", TensorPrinter.ToText(tensor));
                output.WriteLine("network output written to output.txt");
                break;
            default:
                output.WriteLine("Final network output:");
                TensorPrinter.Write(output, tensor);
                output.WriteLine();
                break;
        }
    }

    private static int InRange(string option, int value, int minimum, int maximum) => value >= minimum && value <= maximum
        ? value
        : throw new ConfigurationException(maximum == int.MaxValue ? $"{option} {value}: must be at least {minimum}" : $"{option} {value}: must be {minimum} to {maximum}");

    internal static T Choice<T>(string option, string name, Dictionary<string, T> choices) => choices.TryGetValue(name, out T? value)
        ? value
        : throw new ConfigurationException($"{option} {name}: must be one of {string.Join(", ", choices.Keys)}");
}

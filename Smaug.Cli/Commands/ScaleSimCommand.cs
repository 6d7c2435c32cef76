using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.EnergyCounts;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Accelerators.Systolic.MultiCore;
using Smaug.Core;
using Smaug.Core.Formats;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug scalesim</c>: simulates a topology on a systolic array, with the files of SCALE-Sim.</summary>
internal sealed class ScaleSimCommand
{
    private readonly Option<string> _config = new("--config", "-c")
    {
        Description = "Configuration file (.cfg).",
        Required = true,
    };

    private readonly Option<string?> _topology = new("--topology", "-t")
    {
        Description = $"What is simulated: {TopologyArgument.Forms}. Default: the topology file that the configuration names.",
    };

    private readonly Option<string?> _layout = new("--layout", "-l")
    {
        Description = "Layout file (.csv); needed only for custom layouts.",
    };

    private readonly Option<string> _output = new("--output", "-p")
    {
        Description = "Folder of results; the reports go into its folder named after the run.",
        DefaultValueFactory = _ => "./results",
    };

    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "What the topology's columns are: 'conv' or 'gemm' (M, N, K).",
        DefaultValueFactory = _ => "conv",
    };

    private readonly Option<string> _saveTraces = new("--save-traces", "-s")
    {
        Description = "Whether the six traces of every layer are written: Y or N.",
        DefaultValueFactory = _ => "N",
    };

    private readonly Option<bool> _compress = new("--gz") { Description = "Compress traces; their names get '.gz'." };

    private readonly Option<bool> _version2 = new("--v2") { Description = "Rules and reports of SCALE-Sim 2; default is 3." };

    private readonly Option<bool> _strict = new("--strict") { Description = "Accept only files that SCALE-Sim accepts." };

    private readonly Option<bool> _fixQuirks = new("--fix-quirks")
    {
        Description = "Correct SCALE-Sim's known defects; the figures then differ from SCALE-Sim's.",
    };

    private readonly Option<string?> _latencies = new("--latencies")
    {
        Description = "CSV file of DRAM row latencies (ifmap,filter,ofmap), used for every layer when UseRamulatorTrace is True.",
    };

    private readonly Option<string?> _dram = new("--dram")
    {
        Description = "DRAM preset that stands behind the scratchpads of a USER interface, command by command, for example DDR4_2400R_4Gb_x8.",
    };

    private readonly Option<double?> _arrayClock = new("--array-clock") { Description = "Clock of the array in GHz, only with --dram. Default 1." };

    private readonly Option<string[]> _define = Definitions.Option("Value of a name in a template topology, or of a symbolic dimension of an ONNX model; may be repeated.");

    private readonly Option<bool> _energy = new("--energy")
    {
        Description = "Write repeat counts and Accelergy action counts, and register accesses in the detailed report.",
    };

    private readonly Option<int> _cores = new("--cores")
    {
        Description = "Cores that share every layer; with more than 1, MULTICORE_REPORT.csv is written instead of the reports.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _partition = new("--partition")
    {
        Description = "How layers are shared by the cores: ifmap, filter, constant (configured dataflow) or auto.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<int> _jobs = new("--jobs", "-j")
    {
        Description = "Layers simulated at the same time; 0 for all processors.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing on success." };

    private ScaleSimCommand()
    {
    }

    public static Command Create() => new ScaleSimCommand().Build();

    private Command Build()
    {
        _input.AcceptOnlyFromAmong("conv", "gemm");
        _partition.AcceptOnlyFromAmong("ifmap", "filter", "constant", "auto");
        _saveTraces.AcceptOnlyFromAmong("Y", "N", "y", "n");
        var command = new Command("scalesim", "Simulate a topology on a systolic array, with SCALE-Sim's inputs, reports and traces.")
        {
            _config, _topology, _layout, _output, _input, _saveTraces, _compress, _version2, _strict, _fixQuirks,
            _latencies, _dram, _arrayClock, _define, _energy, _cores, _partition, _jobs, _quiet,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        ScaleSimVersion version = parsed.GetValue(_version2) ? ScaleSimVersion.V2 : ScaleSimVersion.V3;
        bool strict = parsed.GetValue(_strict);
        ConfigurationFileContent file = ConfigurationFile.Read(parsed.GetValue(_config)!, version, strict);
        SystolicConfiguration configuration = file.Configuration with
        {
            Corrections = parsed.GetValue(_fixQuirks) ? Corrections.All : Corrections.None,
        };
        string topologyPath = parsed.GetValue(_topology) ?? file.TopologyPath
            ?? throw new ConfigurationException("no topology: give one with -t, or TopologyCsvLoc in the configuration");
        TopologyFileContent topology = TopologyArgument.Read(topologyPath, new TopologyReadOptions
        {
            Kind = parsed.GetValue(_input) == "gemm" ? TopologyKind.MatrixProduct : TopologyKind.Convolution,
            Strict = strict,
            Version = version,
            Variables = Definitions.Parse(parsed.GetValue(_define)!),
        });
        foreach (string note in file.Notes.Concat(topology.Notes)) parsed.InvocationConfiguration.Error.WriteLine("note: " + note);

        string folder = Path.Combine(parsed.GetValue(_output)!, configuration.RunName);
        if (parsed.GetValue(_cores) != 1) return RunCores(parsed, topology.Topology, configuration, folder, cancellation);
        bool saveTraces = parsed.GetValue(_saveTraces) is "Y" or "y";
        var repeats = new RepeatCounter?[topology.Topology.Layers.Length];
        SystolicRunOptions options = Options(parsed, topology.Topology, configuration, cancellation) with
        {
            Traces = layer => Sink(parsed, folder, layer, saveTraces, repeats),
        };
        SystolicResult result = SystolicArray.Simulate(topology.Topology, configuration, options);
        SystolicReports.Write(result, folder);
        if (parsed.GetValue(_energy))
            EnergyFiles.Write(result, [.. repeats.Select(counter => counter!.Counts)], file.DramRowWords ?? 1, folder);
        if (!parsed.GetValue(_quiet)) Print(parsed, result, topologyPath, saveTraces);
        return 0;
    }

    private int RunCores(ParseResult parsed, SystolicTopology topology, SystolicConfiguration configuration, string folder, CancellationToken cancellation)
    {
        var cores = new MultiCoreConfiguration
        {
            Core = configuration,
            Cores = parsed.GetValue(_cores),
            Strategy = parsed.GetValue(_partition) switch
            {
                "ifmap" => PartitionStrategy.Ifmap,
                "filter" => PartitionStrategy.Filter,
                "constant" => PartitionStrategy.ConstantDataflow,
                _ => PartitionStrategy.Automatic,
            },
        };
        if (parsed.GetValue(_saveTraces) is "Y" or "y" || parsed.GetValue(_energy))
            throw new ConfigurationException("--cores cannot be combined with traces (-s Y) or --energy; run a single core for them");
        MultiCoreResult result = MultiCoreArray.Simulate(
            topology, cores, new SystolicRunOptions { Parallelism = parsed.GetValue(_jobs), Cancellation = cancellation });
        AtomicFile.WriteText(Path.Combine(folder, "MULTICORE_REPORT.csv"), result.ToCsv());
        if (!parsed.GetValue(_quiet))
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cores.Cores} cores: {result.TotalCycles} cycles"));
        return 0;
    }

    private SystolicRunOptions Options(
        ParseResult parsed, SystolicTopology topology, SystolicConfiguration configuration, CancellationToken cancellation)
    {
        RowLatencies? latencies = null;
        SystolicDram? dram = null;
        double? gigahertz = parsed.GetValue(_arrayClock);
        if (gigahertz is not null and not (>= 0.001 and <= 100)) throw new ConfigurationException($"--array-clock {gigahertz}: must be 0.001 to 100 (GHz)");
        if (gigahertz is not null && parsed.GetValue(_dram) is null) throw new ConfigurationException("--array-clock: has an effect only with --dram");
        if (parsed.GetValue(_dram) is { } preset)
        {
            if (configuration.Mode != BandwidthMode.Fixed) throw new ConfigurationException("--dram: InterfaceBandwidth CALC never waits for DRAM; set it to USER");
            dram = new SystolicDram(new DramConfiguration { Preset = DramPresets.Get(preset) }, Frequency.FromGigahertz(gigahertz ?? 1));
        }
        else if (configuration.UseDramLatencies && configuration.Mode == BandwidthMode.Fixed)
        {
            latencies = LatencyFile.Read(parsed.GetValue(_latencies)
                ?? throw new ConfigurationException("UseRamulatorTrace is True: give the latencies with --latencies, or set it to False"));
        }

        string? layout = parsed.GetValue(_layout);
        return new SystolicRunOptions
        {
            Layouts = layout is null ? [] : LayoutFile.Read(layout, parsed.GetValue(_strict)),
            Memory = dram is not null ? layer => dram.Measure(topology.Layers[layer], configuration).ToMemory()
                : latencies is not null ? _ => latencies.ToMemory() : null,
            Parallelism = parsed.GetValue(_jobs),
            Cancellation = cancellation,
        };
    }

    private ITraceSink? Sink(ParseResult parsed, string folder, int layer, bool saveTraces, RepeatCounter?[] repeats)
    {
        var sinks = new List<ITraceSink>();
        if (saveTraces) sinks.Add(new TraceFiles(folder, layer, parsed.GetValue(_compress)));
        if (parsed.GetValue(_energy)) sinks.Add(repeats[layer] = new RepeatCounter(parsed.GetValue(_fixQuirks)));
        return sinks.Count switch
        {
            0 => null,
            1 => sinks[0],
            _ => new TraceSinkGroup(sinks),
        };
    }

    private void Print(ParseResult parsed, SystolicResult result, string topologyPath, bool saveTraces)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        output.Write(ConsoleSummary.Banner(result.Configuration, topologyPath, parsed.GetValue(_layout) ?? ""));
        for (int i = 0; i < result.Layers.Length; i++)
            output.Write(ConsoleSummary.Layer(result.Layers[i], i, result.Configuration.Version, saveTraces));
        output.Write(ConsoleSummary.End);
    }
}

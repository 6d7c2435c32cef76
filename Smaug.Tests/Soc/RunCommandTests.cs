using System.Text.Json;

namespace Smaug.Tests.Soc;

public class RunCommandTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("smaug-run-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Run_prints_summary_result_operators_and_totals()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain("MaxPooling").And.Contain("result of").And.Contain("transfer in").And.Contain("tensor preparation").And.Contain("total"));
    }

    [Test]
    public void Json_and_folder_hold_the_whole_report()
    {
        string json = Path.Combine(_folder, "r.json"), folder = Path.Combine(_folder, "out");
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--json", json, "--out", folder);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        Assert.That(report.RootElement.GetProperty("operators").GetArrayLength(), Is.EqualTo(4));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[]
        {
            "report.json", "report.html", "timeline.json", "operators.csv", "invocations.csv", "breakdown.svg", "timeline.svg",
        }));
    }

    [Test]
    public void Options_of_the_SoC_reach_the_simulation()
    {
        string json = Path.Combine(_folder, "r.json");
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", "--num-accels=4", "--num-threads=2", "--memory-policy=acp", "--soc=tutorial-2.5GHz", "--json", json);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement root = report.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("soc").GetString(), Is.EqualTo("tutorial-2.5GHz"));
            Assert.That(root.GetProperty("accelerators").GetInt32(), Is.EqualTo(4));
            Assert.That(root.GetProperty("threads").GetInt32(), Is.EqualTo(2));
            Assert.That(root.GetProperty("memoryPolicy").GetString(), Is.EqualTo("AllAcp"));
        });
    }

    [Test]
    public void Limits_of_the_core_are_options_and_their_errors_name_the_property()
    {
        static string Output(params string[] options)
        {
            Infrastructure.Cli run = Infrastructure.Cli.Run(["run", "zoo:lenet5", "--no-values", .. options]);
            return run.ExitCode == 0 ? run.Output : run.Error;
        }

        string whole = Output();
        Assert.Multiple(() =>
        {
            Assert.That(Output("--cpu-width", "8", "--cpu-rob", "192", "--cpu-lq", "32", "--cpu-sq", "32", "--cpu-mshrs", "16"), Is.EqualTo(whole));
            foreach (string limit in (string[])["--cpu-width=2", "--cpu-rob=12", "--cpu-lq=2", "--cpu-sq=2", "--cpu-mshrs=1"]) Assert.That(Output(limit), Is.Not.EqualTo(whole).And.Contain("total"), limit);
            Assert.That(Output("--cpu-mshrs", "17"), Does.Contain("Cpu.Costs.Mshrs = 17: must be 1 to 16"));
            Assert.That(Output("--cpu-width", "2", "--cpu-type", "in-order"), Does.Contain("width, queues, MSHRs and mix have no effect"));
        });
    }

    [Test]
    public void Soc_can_come_from_a_JSON_file()
    {
        string soc = Path.Combine(_folder, "mine.json");
        File.WriteAllText(soc, """{ "name": "mine", "accelerators": { "count": 2 } }""");
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--soc", soc);
        Assert.That(run.Output, Does.Contain("SoC mine:").And.Contain("2 accelerator(s)"), run.Error);
    }

    [Test]
    public void Debug_level_tells_tiles_and_schedule()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--debug-level=1");
        Assert.That(run.Output, Does.Contain("Tiling ").And.Contain("  Tiled Tensor ").And.Contain("Scheduling "), run.Error);
    }

    [Test]
    public void Last_output_is_printed_on_request()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "-p");
        Assert.That(run.Output, Does.Contain("Final network output:").And.Contain("shape = (1, 10)"), run.Error);
    }

    [Test]
    public void Sampling_is_noted()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--sample-level=high", "--sample-num=1");
        Assert.That(run.Output, Does.Contain("note: sampling"), run.Error);
    }

    [TestCase("0")]
    [TestCase("1e6")]
    [TestCase("99999999999999999999999")]
    public void A_limit_of_time_that_is_none_is_refused_before_anything_is_printed(string ticks)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", $"--abs-max-tick={ticks}");
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.Contain($"option --abs-max-tick = '{ticks}': must be a whole number of ticks of 1 ps, at least 1"));
    }

    [TestCase("--cpu-clock=2.5GHz")]
    [TestCase("--sys-voltage=900mV")]
    [TestCase("--maxtime=0.5")]
    [TestCase("--fast-forward=1000000")]
    public void Options_without_effect_are_taken_when_their_values_are_right(string option)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", option);
        Assert.That(run.Output, Does.Contain($"note: {option.Split('=')[0]} has no effect"), run.Error);
    }

    [Test]
    public void Names_of_DRAM_are_taken_in_lower_case()
    {
        Assert.That(Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--mem-type=ddr3_1600_8x8").ExitCode, Is.Zero);
        Assert.That(Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--memory=transaction", "--dram=command", "--dram-preset=ddr4_2400r_8gb_x8").ExitCode, Is.Zero);
    }

    [Test]
    public void Help_says_with_which_memory_an_option_counts()
    {
        string[] lines = Infrastructure.Cli.Run("run", "--help").Output.Split('\n');
        string Line(string option) => lines.Single(l => l.TrimStart().StartsWith(option + " ", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            foreach (string option in (string[])["--mem-type", "--mem-size", "--mem-ranks", "--l2_assoc", "--l1d_assoc"]) Assert.That(Line(option), Does.Contain("(with --memory transaction, message or classic)"));
            foreach (string option in (string[])["--num-l2caches", "--ruby-clock", "--router-latency", "--link-latency", "--link-width-bits"]) Assert.That(Line(option), Does.Contain("(with --memory transaction or message)"));
            Assert.That(Line("--sample-num"), Does.Contain("[default: 1]").And.Not.Contain("(default"));
        });
    }

    [TestCase("in accesses of 32 bytes", "analytical")]
    [TestCase("in accesses of 64 bytes", "transaction")]
    [TestCase("in accesses of 64 bytes", "message")]
    [TestCase("in accesses of 64 bytes", "classic")]
    public void Line_of_DRAM_says_what_it_counts(string text, string memory) =>
        Assert.That(Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--memory", memory).Output.Split('\n').Single(l => l.StartsWith("DRAM: ", StringComparison.Ordinal)), Does.EndWith(text));

    [TestCase("8 x 8", "--use-systolic-array")]
    [TestCase("32 x 16, WeightStationary, Float16, scratchpads of 64, 64 and 32 KiB", "--array", "32x16", "--dataflow", "ws", "--element", "fp16", "--array-kb", "64,64,32")]
    [TestCase("8 x 8, OutputStationary, Float32", "--backend", "systolic")]
    [TestCase("4 x 8, InputStationary, Int8, scratchpads of 8, 8 and 8 KiB", "--backend=systolic", "--array=4x8", "--dataflow=is", "--element=int8", "--array-kb=8")]
    public void Systolic_arrays_run_a_network_with_values(string array, params string[] options)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["run", "zoo:tutorial", .. options]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Output, Does.Contain(array).And.Contain("result of").And.Contain("systolic"));
    }

    [Test]
    public void Array_of_a_JSON_file_is_used_and_can_be_changed()
    {
        string soc = Path.Combine(_folder, "array.json");
        File.WriteAllText(soc, """{ "name": "mine", "accelerators": { "systolicArray": { "rows": 16, "columns": 16 } } }""");
        Assert.That(Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--soc", soc).Output, Does.Contain("systolic array of 16 x 16, OutputStationary"));
        Assert.That(Infrastructure.Cli.Run("run", "zoo:tutorial", "--no-values", "--soc", soc, "--dataflow=ws").Output, Does.Contain("systolic array of 16 x 16, WeightStationary"));
    }

    [TestCase("--array 32: must be ROWSxCOLUMNS", "--array=32")]
    [TestCase("SystolicArray.Rows = 0: must be 1 to 65536", "--array=0x8")]
    [TestCase("--dataflow xs: must be one of os, ws, is", "--array=8x8", "--dataflow=xs")]
    [TestCase("--element fp8: must be one of fp32, fp16, int8", "--array=8x8", "--element=fp8")]
    [TestCase("--array-kb 1,2: must be three sizes", "--array=8x8", "--array-kb=1,2")]
    [TestCase("--dataflow has no effect without a systolic array", "--dataflow=ws")]
    [TestCase("--use-systolic-array and --array exclude each other", "--use-systolic-array", "--array=8x8")]
    [TestCase("this one is for Reference", "--use-systolic-array", "--backend=reference")]
    [TestCase("--array: models for Reference run on the host", "--array=8x8", "--backend=reference")]
    [TestCase("there is no SoC preset 'huge'", "--soc=huge")]
    [TestCase("nowhere.json: SoC configuration file not found", "--soc=nowhere.json")]
    [TestCase("--num-accels 9: must be 1 to 8", "--num-accels=9")]
    [TestCase("--num-accels 0: must be 1 to 8", "--num-accels=0")]
    [TestCase("option --cpu-clock = 'banana': must be a frequency", "--cpu-clock=banana")]
    [TestCase("option --mem-channels = '0': must be a whole number, at least 1", "--mem-channels=0")]
    [TestCase("option --l3_size = 'big': must be a size", "--l3_size=big")]
    [TestCase("option --l2_hit_latency = 'few': must be a whole number", "--l2_hit_latency=few")]
    [TestCase("option --sys-voltage = 'high': must be a voltage above 0 such as 1.0V", "--sys-voltage=high")]
    [TestCase("option --maxtime = '-1': must be a number of seconds above 0", "--maxtime=-1")]
    [TestCase("option --maxinsts = 'all': must be a whole number of instructions", "--maxinsts=all")]
    [TestCase("--num-threads -1: must be 1 to 64", "--num-threads=-1")]
    [TestCase("--sample-level huge: must be one of no, low, medium, high, very_high", "--sample-level=huge")]
    [TestCase("--sample-num 0: must be at least 1", "--sample-num=0")]
    [TestCase("--memory-policy cache: must be one of dma, acp, acp-dma-weights", "--memory-policy=cache")]
    [TestCase("--memory exact: must be one of analytical, transaction", "--memory=exact")]
    [TestCase("--values and --no-values exclude each other", "--values", "--no-values")]
    [TestCase("--print-last-output needs values", "-p", "--no-values")]
    [TestCase("--print-last-output paper: must be stdout, proto or file", "-p", "paper")]
    [TestCase("'--fast'", "--fast")]
    public void Bad_option_is_one_line_and_status_2(string message, params string[] options)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(["run", "zoo:tutorial", .. options]);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error.TrimEnd(), Does.StartWith("smaug: ").And.Contain(message).And.Not.Contain("\n"));
        });
    }
}

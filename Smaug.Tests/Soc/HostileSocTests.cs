using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Tests.Soc;

/// <summary>SoCs that cannot be are refused when they are built, by the names of their own properties, in C#, in JSON and on the command line.</summary>
public class HostileSocTests
{
    private static IEnumerable<TestCaseData> Configurations()
    {
        static TestCaseData Case(string name, Func<SocConfiguration, SocConfiguration> change, string message) => new TestCaseData(change, message).SetArgDisplayNames(name);
        static TestCaseData Memory(string name, Func<HostMemoryConfiguration, HostMemoryConfiguration> change, string message) => Case(name, c => c with { Memory = change(c.Memory) }, "Memory." + message);
        static TestCaseData Caches(string name, Func<CacheConfiguration, CacheConfiguration> change, string message) => Memory(name, m => m with { Caches = change(m.Caches) }, "Caches." + message);
        static TestCaseData Accelerators(string name, Func<AcceleratorConfiguration, AcceleratorConfiguration> change, string message) => Case(name, c => c with { Accelerators = change(c.Accelerators) }, "Accelerators." + message);

        yield return Memory("sets of the last level", m => m with { CacheSize = 3.Mebibytes() }, "CacheSize = 3 MiB with Memory.Caches.LastLevelWays = 16 and lines of 32 bytes makes 6144 sets: must be a power of two, as with 2 MiB or 4 MiB");
        yield return Memory("no last level", m => m with { CacheSize = default }, "CacheSize = 0 B: must be 512 B to 512 MiB where caches are simulated line by line");
        yield return Memory("huge last level", m => m with { CacheSize = new(1L << 45) }, "CacheSize = 32768 GiB: must be 512 B to 512 MiB");
        yield return Caches("sets of the first level", c => c with { L1DataSize = new(192) }, "L1DataSize = 192 B with Memory.Caches.L1DataWays = 2 and lines of 32 bytes makes 3 sets: must be a power of two, as with 128 B or 256 B");
        yield return Caches("huge first level", c => c with { L1DataSize = new(1L << 45) }, "L1DataSize = 32768 GiB: must be 64 B to 512 MiB");
        yield return Memory("more banks than sets", m => m with { CacheSize = new(512), Caches = m.Caches with { LastLevelBanks = 16 } }, "Caches.LastLevelBanks = 16: must be at most 1, the sets of Memory.CacheSize = 512 B");
        yield return Caches("no clock", c => c with { Frequency = default }, "Frequency is not set: must be 1 MHz to 1 THz");
        yield return Caches("a clock of days", c => c with { Frequency = Frequency.FromHertz(1) }, "Frequency = 1 Hz: must be 1 MHz to 1 THz");
        yield return Memory("capacity", m => m with { Capacity = new(long.MaxValue) }, "Capacity = 8589934592 GiB: must be above 0 and at most 262144 GiB");
        yield return Memory("line", m => m with { LineBytes = -32 }, "LineBytes = -32: must be a power of two from 16 to 256");
        yield return Memory("bandwidth", m => m with { DramFidelity = DramFidelity.Analytical, AnalyticalDram = new() { BytesPerNanosecond = 1e-12 } }, "AnalyticalDram.BytesPerNanosecond = 1E-12: must be at least 0.000001 and finite");
        yield return Memory("front end", m => m with { DramFidelity = DramFidelity.Command, Dram = "LPDDR4_3200_8Gb_x16", Capacity = 1.Gibibytes(), CommandDram = new() { FrontendLatency = SimTime.FromSeconds(1000) } }, "CommandDram.FrontendLatency = 1000 s: must be 0 to 1 ms");
        yield return Memory("null", m => m with { Caches = null! }, "Caches is null: leave it out for its defaults");
        yield return Accelerators("flush", a => a with { FlushPerLine = SimTime.MaxValue }, "FlushPerLine = 9223372.037 s: must be 0 to 1 ms");
        yield return Accelerators("channels", a => a with { DmaChannels = 0 }, "DmaChannels = 0: must be 1 to 64");
        yield return Accelerators("clock", a => a with { Frequency = Frequency.FromHertz(999_999) }, "Frequency = 999.999 kHz: must be 1 MHz to 1 THz");
        yield return Accelerators("array", a => a with { ConvolutionArray = new() { Rows = 0 } }, "ConvolutionArray.Rows = 0: must be 1 to 256");
        yield return Case("CPU clock", c => c with { Cpu = c.Cpu with { Frequency = Frequency.FromHertz(1e-6) } }, "Cpu.Frequency = 0 Hz: must be 1 MHz to 1 THz");
        yield return Case("thread pool", c => c with { Cpu = c.Cpu with { ThreadPool = new() { WakeCycles = 1e300 } } }, "Cpu.ThreadPool.WakeCycles = 1E+300: must be at most 1,000,000,000,000");
        yield return Case("energy", c => c with { Energy = null! }, "Energy is null: leave it out for its defaults");
    }

    [TestCaseSource(nameof(Configurations))]
    public void Values_out_of_range_are_one_error_that_names_them(Func<SocConfiguration, SocConfiguration> change, string message)
    {
        foreach (MemoryFidelity fidelity in (MemoryFidelity[])[MemoryFidelity.Transaction, MemoryFidelity.Message])
        {
            Assert.That(() => new SocBuilder().WithMemory(fidelity).Configure(change).Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message), $"{fidelity}");
        }
    }

    [TestCase("""{"memory":{"caches":{"frequencyHertz":0}}}""", "clock frequency 0 Hz: must be above 0 and at most 1 THz (at $.memory.caches.frequencyHertz)")]
    [TestCase("""{"cpu":{"frequencyHertz":1e-300}}""", "(at $.cpu.frequencyHertz)")]
    [TestCase("""{"accelerators":{"flushPerLineNanoseconds":1e300}}""", "1E+300: more than simulated time can be, 106 days (at $.accelerators.flushPerLineNanoseconds)")]
    [TestCase("""{"memory":{"analyticalDram":{"readLatencyNanoseconds":-1e300}}}""", "(at $.memory.analyticalDram.readLatencyNanoseconds)")]
    [TestCase("""{"memory":{"cacheSizeBytes":1e30}}""", "a value of another kind is needed here; 'smaug soc schema' says which (at $.memory.cacheSizeBytes)")]
    [TestCase("""{"cpu":{"threads":2,"threads":3}}""", "this property stands here twice: leave one of them out (at $.cpu.threads)")]
    [TestCase("""{"cpu":{"threads":2},"cpu":{"cores":3}}""", "this property stands here twice: leave one of them out (at $.cpu)")]
    [TestCase("""{"accelerators":{"count":99999999999}}""", "(at $.accelerators.count)")]
    [TestCase("""{"cpu":{"model":1}}""", "a value of another kind is needed here; 'smaug soc schema' says which (at $.cpu.model)")]
    [TestCase("""{"memory":{"fidelity":"1"}}""", "a value of another kind is needed here; 'smaug soc schema' says which (at $.memory.fidelity)")]
    [TestCase("""{"memory":{"dramFidelity":2}}""", "(at $.memory.dramFidelity)")]
    [TestCase("""{"memory":{"classic":{"prefetcher":1}}}""", "(at $.memory.classic.prefetcher)")]
    [TestCase("""{"memory":{"commandDram":{"rules":0}}}""", "(at $.memory.commandDram.rules)")]
    [TestCase("""{"accelerators":{"convolutionArray":{"dataType":0}}}""", "(at $.accelerators.convolutionArray.dataType)")]
    public void Numbers_out_of_range_in_JSON_are_one_error_with_their_place(string json, string message) =>
        Assert.That(() => SocConfigurationJson.Read(json, "soc.json"), Throws.TypeOf<InputFormatException>().With.Message.StartsWith("soc.json(1,").And.Message.EndsWith(message));

    [TestCase("""{"memory":{"dram":null}}""", "Memory.Dram is null: leave it out for its defaults")]
    [TestCase("""{"memory":{"fidelity":"Message","dramFidelity":"Command","dram":"LPDDR4_3200_8Gb_x16","capacityBytes":1073741824,"commandDram":{"mapping":null}}}""", "Memory.CommandDram: Mapping is null: leave it out for its defaults")]
    [TestCase("""{"cpu":null}""", "soc.json: $.cpu is null: leave it out for its defaults, or give an object with what differs from them ('smaug soc show tutorial' prints the whole)")]
    [TestCase("null", "soc.json: $ is null: an object like {\"name\": \"my SoC\"} is expected")]
    public void Null_in_JSON_is_one_error_that_says_what_to_do(string json, string message) =>
        Assert.That(() => SocConfigurationJson.Read(json, "soc.json"), Throws.InstanceOf<SmaugException>().With.Message.StartsWith(message));

    [TestCase("Memory.CacheSize = 3 MiB with Memory.Caches.LastLevelWays = 16", "--l2_size=3MB")]
    [TestCase("Memory.Caches.LastLevelWays = 65: must be 1 to 64", "--l2_assoc=65")]
    [TestCase("Memory.LineBytes = 48: must be a power of two from 16 to 256", "--cacheline_size=48")]
    [TestCase("Memory.CacheSize = 524288 GiB: must be 512 B to 512 MiB", "--l2_size=536870912MB")]
    [TestCase("Memory.CacheSize = 524288 GiB: must be 512 B to 512 MiB", "--l2_size=512TB")]
    [TestCase("option --mem-size = '2048TB': must be a size above 0 such as 2MB, 32kB or a number of bytes, at most 1024TB", "--mem-size=2048TB")]
    [TestCase("option --l2_size = '0': must be a size above 0", "--l2_size=0")]
    [TestCase("option --sys-clock = '2THz': must be a frequency with its unit such as 1GHz or 800MHz, above 0 and at most 1 THz", "--sys-clock=2THz")]
    [TestCase("Memory.DramRanks = 2000000000: must be 0 to 8", "--mem-ranks=2000000000")]
    [TestCase("option --num-cpus = '99999999999': must be a whole number, at least 1", "--num-cpus=99999999999")]
    [TestCase("Cpu.Frequency = 1 Hz: must be 1 MHz to 1 THz", "--sys-clock=1Hz")]
    [TestCase("option --ruby-clock = '0GHz': must be a frequency", "--ruby-clock=0GHz")]
    [TestCase("option --mem-size = '-1': must be a size above 0", "--mem-size=-1")]
    public void Options_out_of_range_end_the_command_with_one_line(string message, string option)
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run(["run", "zoo:minerva", "--no-values", "--memory", "transaction", option]);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error.Trim(), Does.Contain(message).And.Not.Contain("\n"));
        });
    }
}

using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary>CACTI's input files.</summary>
public class CactiConfigurationTests
{
    // The cache of the original's experiments.
    private const string Cache = """
        # Cache size
        //-size (bytes) 2048
        -size (bytes) 32768 # 32 kB
        -Array Power Gating - "false"
        -block size (bytes) 8
        -associativity 4
        -read-write port 0
        -exclusive read port 1
        -exclusive write port 3
        -single ended read ports 0
        -UCA bank count 2
        -technology (u) 0.040
        -Data array cell type - "itrs-hp"
        -output/input bus width 64
        -operating temperature (K) 300
        -access mode (normal, sequential, fast) - "normal"
        -design objective (weight delay, dynamic power, leakage power, cycle time, area) 0:0:0:100:0
        -Optimize ED or ED^2 (ED, ED^2, NONE): "NONE"
        """;

    [Test]
    public void Geometry_and_ports_are_read()
    {
        CactiConfiguration cache = CactiConfiguration.Parse(Cache);
        Assert.That((cache.Bytes, cache.BlockBytes, cache.Banks, cache.ReadWritePorts, cache.ReadPorts, cache.WritePorts, cache.Ports), Is.EqualTo((32768L, 8, 2, 0, 1, 3, 4)));
    }

    [Test]
    public void Keys_without_effect_are_noted_with_file_and_line_and_those_that_agree_with_the_model_are_not()
    {
        Assert.That(CactiConfiguration.Parse(Cache, "cache.cfg").Notes, Is.EqualTo(new[]
        {
            "cache.cfg(6): -associativity 4 has no effect: tags and the choice of a way are not modelled",
            "cache.cfg(14): -output/input bus width 64 has no effect: an access is a block wide",
            "cache.cfg(17): -design objective (weight delay, dynamic power, leakage power, cycle time, area) 0:0:0:100:0 has no effect: the SRAM model's table is of organisations that CACTI found by its default objective",
            "cache.cfg(18): -Optimize ED or ED^2 (ED, ED^2, NONE) NONE has no effect: the SRAM model's table is of organisations that CACTI found by its default objective",
        }));
    }

    [Test]
    public void Other_processes_and_unknown_keys_are_noted()
    {
        IReadOnlyList<string> notes = CactiConfiguration.Parse(Cache.Replace("0.040", "0.022", StringComparison.Ordinal) + "\n-colour \"red\"\n", "cache.cfg").Notes;
        Assert.That(notes, Has.Some.StartsWith("cache.cfg(12): -technology (u) 0.022 has no effect: the SRAM model has one process: 40 nm"));
        Assert.That(notes, Has.Some.EqualTo("cache.cfg(19): -colour \"red\" is not known and has no effect"));
    }

    [Test]
    public void Estimate_is_that_of_one_bank_per_access_and_of_all_banks_for_leakage_and_area()
    {
        SramCost all = CactiConfiguration.Parse(Cache).Estimate(), bank = SramModel.Evaluate(16384, 8, 4);
        Assert.That((all.ReadPicojoules, all.LeakageMilliwatts, all.AreaSquareMicrometres), Is.EqualTo((bank.ReadPicojoules, 2 * bank.LeakageMilliwatts, 2 * bank.AreaSquareMicrometres)));
    }

    [TestCase("-size (bytes) 32768", "-size (bytes) many", "cache.cfg(3", "must be a whole number")]
    [TestCase("-size (bytes) 32768", "", "cache.cfg", "there is no -size (bytes)")]
    [TestCase("-block size (bytes) 8", "-block size (bytes) 0", "cache.cfg(5", "must be 1 to")]
    [TestCase("-UCA bank count 2", "-UCA bank count 0", "cache.cfg(11", "must be 1 to 1024")]
    [TestCase("-UCA bank count 2", "-UCA bank count 3", "cache.cfg(11", "must be a power of two")]
    [TestCase("-size (bytes) 32768", "-size (bytes) -5", "cache.cfg(3", "-size (bytes) = '-5': must be a whole number, without sign and unit")]
    [TestCase("-size (bytes) 32768", "-size (bytes) 33000", "cache.cfg(3", "must be a multiple of 64, a block of 8 bytes in each of 4 way(s) and 2 bank(s), such as 32960 or 33024")]
    [TestCase("-size (bytes) 32768", "-size (bytes) 40", "cache.cfg(3", "must be a multiple of 64, a block of 8 bytes in each of 4 way(s) and 2 bank(s), such as 64")]
    [TestCase("-block size (bytes) 8", "-block size (bytes) 100000", "cache.cfg(5", "must be at most -size (bytes) = 32768")]
    [TestCase("-associativity 4", "-associativity 8192", "cache.cfg(6", "must be at most 4096, the blocks of 8 bytes in -size (bytes) = 32768")]
    [TestCase("-associativity 4", "-associativity many", "cache.cfg(6", "must be a whole number")]
    [TestCase("-exclusive read port 1", "-exclusive read port 1001", "cache.cfg(8", "must be 0 to 64")]
    [TestCase("-exclusive read port 1", "-exclusive read port 62", "cache.cfg(9", "-read-write port, -exclusive read port, -exclusive write port are 65 together: must be 1 to 64")]
    [TestCase("-associativity 4", "\u007fELF", "cache.cfg(6", "the file has the character U+007F")]
    [TestCase("-associativity 4", "PK\u0003\u0004\u001b[2J", "cache.cfg(6", "the file has the character U+0003: a text of lines '-key value' is expected")]
    [TestCase("-associativity 4", "associativity 4", "cache.cfg(6", "is no CACTI parameter")]
    public void Bad_files_are_reported_with_line(string found, string replacement, string place, string message) =>
        Assert.That(() => CactiConfiguration.Parse(Cache.Replace("\n" + found, "\n" + replacement, StringComparison.Ordinal), "cache.cfg"),
            Throws.TypeOf<InputFormatException>().With.Message.StartsWith(place).And.Message.Contains(message));

    [TestCase("")]
    [TestCase("-read-write port 0\n")]
    public void Memory_without_a_port_is_an_error_that_names_the_keys(string ports) =>
        Assert.That(() => CactiConfiguration.Parse("-size (bytes) 1024\n-block size (bytes) 4\n" + ports, "cache.cfg"),
            Throws.TypeOf<InputFormatException>().With.Message.Contains("-read-write port, -exclusive read port, -exclusive write port are 0 together: must be 1 to 64, as with '-read-write port 1'"));

    [TestCase("-size (bytes): 1024")]
    [TestCase("-size (bytes) - \"1024\"")]
    [TestCase("-size (bytes) -\"1024\"")]
    [TestCase("-size (bytes)\t1024")]
    public void Signs_around_a_value_are_none_of_it(string size) =>
        Assert.That(CactiConfiguration.Parse($"{size}\n-block size (bytes) 4\n-read-write port 1\n").Bytes, Is.EqualTo(1024));

    [Test]
    public void Fully_associative_memories_are_read() =>
        Assert.That(CactiConfiguration.Parse("-size (bytes) 1024\n-block size (bytes) 4\n-read-write port 1\n-associativity 0\n").Bytes, Is.EqualTo(1024));

    [Test]
    public void Command_does_not_echo_a_binary_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [.. "-size (bytes) 1024\n"u8, 0x1b, (byte)'[', (byte)'2', (byte)'J', 0, 7, .. new byte[1000]]);
            Infrastructure.Cli run = Infrastructure.Cli.Run("soc", "cacti", file);
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Output + run.Error.TrimEnd(), Does.Contain("(2,1): the file has the character U+001B").And.Not.Contain("\u001b").And.Not.Contain("\0"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_file_that_is_not_there_is_an_error() =>
        Assert.That(() => CactiConfiguration.Read("nowhere.cfg"), Throws.TypeOf<InputFormatException>().With.Message.Contains("cannot read the CACTI configuration"));
}

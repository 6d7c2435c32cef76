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
    [TestCase("-associativity 4", "associativity 4", "cache.cfg(6", "is no CACTI parameter")]
    public void Bad_files_are_reported_with_line(string found, string replacement, string place, string message) =>
        Assert.That(() => CactiConfiguration.Parse(Cache.Replace("\n" + found, "\n" + replacement, StringComparison.Ordinal), "cache.cfg"),
            Throws.TypeOf<InputFormatException>().With.Message.StartsWith(place).And.Message.Contains(message));

    [Test]
    public void A_file_that_is_not_there_is_an_error() =>
        Assert.That(() => CactiConfiguration.Read("nowhere.cfg"), Throws.TypeOf<InputFormatException>().With.Message.Contains("cannot read the CACTI configuration"));
}

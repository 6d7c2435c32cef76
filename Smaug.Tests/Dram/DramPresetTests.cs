using System.Text.Json;
using Smaug.Core;
using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Dram;

internal sealed class DramPresetTests
{
    private static readonly Dictionary<DramRules, DramPreset[]> s_all = Enum.GetValues<DramRules>()
        .ToDictionary(rules => rules, rules => DramPresets.Names(rules).Select(n => DramPresets.Get(n, rules)).ToArray());

    /// <summary>Every preset under a set of rules.</summary>
    internal static DramPreset[] All(DramRules rules) => s_all[rules];

    /// <summary>The standards under a set of rules as cases.</summary>
    internal static IEnumerable<TestCaseData> Standards(DramRules rules) =>
        All(rules).Select(p => p.Standard).Distinct().Select(s => new TestCaseData(rules, s));

    /// <summary>JEDEC's refresh times in nanoseconds by the density that decides them; HBM3 and HBM4: by organisation.</summary>
    private static double RefreshNanoseconds(DramPreset p) => (p.Standard, p.DensityMegabits) switch
    {
        ("GDDR6", _) => 120,
        ("DDR4", 8192) when p.Rules == DramRules.Ramulator2 => 360,
        ("DDR4", 2048) or ("DDR3", 2048) or ("GDDR5", 2048) or ("HBM" or "HBM1" or "HBM2", 2048) => 160,
        ("DDR4", 4096) or ("DDR3", 4096) or ("GDDR5", 4096) or ("HBM" or "HBM1" or "HBM2", 4096) => 260,
        ("DDR4", 8192) or ("DDR3", 8192) or ("GDDR5", 8192) or ("HBM2", 8192) => 350,
        ("DDR4", 16384) => 550,
        ("DDR3" or "GDDR5", 512) => 90,
        ("DDR3" or "GDDR5" or "HBM" or "HBM1" or "HBM2", 1024) => 110,
        ("LPDDR3", 4096) or ("LPDDR4", 2048) => 130,
        ("LPDDR3", 6144 or 8192) => 210,
        ("LPDDR4", 3072 or 4096) => 180,
        ("DDR5", 8192) => 195,
        ("DDR5", 16384) => 295,
        ("DDR5", 32768) => 410,
        ("LPDDR5", 8192) => 210,
        ("LPDDR5", 16384) => 280,
        _ => p.Organization switch
        {
            "HBM3_4Gb" or "HBM3_8Gb_8hi" => 260,
            "HBM3_16Gb_8hi" or "HBM3_32Gb_16hi" => 350,
            "HBM3_32Gb_8hi" or "HBM4_32Gb_8Hi" => 450,
            "HBM4_32Gb_4Hi" => 400,
            "HBM4_32Gb_16Hi" => 530,
            _ => throw new ArgumentException($"no refresh time for {p.Name}"),
        },
    };

    [TestCase(DramRules.Ramulator1)]
    [TestCase(DramRules.Ramulator2)]
    public void RefreshTimeOfEveryPresetIsThatOfItsDensity(DramRules rules)
    {
        Assert.Multiple(() =>
        {
            foreach (DramPreset p in All(rules))
            {
                double clock = p.CyclePicoseconds * p.CyclesPerClock / 1000;
                Assert.That(p.RefreshTime.Nanoseconds, Is.EqualTo(RefreshNanoseconds(p)).Within(clock + 0.7), p.Name);
            }
        });
    }

    [TestCase(DramRules.Ramulator1)]
    [TestCase(DramRules.Ramulator2)]
    public void PeakBandwidthOfEveryPresetIsOneAccessPerBurst(DramRules rules)
    {
        Assert.Multiple(() =>
        {
            foreach (DramPreset p in All(rules))
            {
                int burst = p.Timing.TryGetValue("nBL", out int cycles) ? cycles : p.Timing["nBL_min"];
                int buses = p.Levels.Contains("PseudoChannel") ? p.Counts[1] : 1;
                double expected = buses * p.TransactionBytes / (burst * p.CyclePicoseconds * 1e-12);
                Assert.That(p.PeakBytesPerSecond, Is.EqualTo(expected).Within(1).Percent, p.Name);
            }
        });
    }

    [Test]
    public void Ramulator2HasAllPairsOfSpeedAndOrganisation() => Assert.That(
        All(DramRules.Ramulator2).GroupBy(p => p.Standard).Select(g => $"{g.Key}: {g.Count()}"),
        Is.EqualTo(new[] { "DDR3: 168", "DDR4: 288", "DDR5: 72", "LPDDR5: 2", "GDDR6: 24", "HBM1: 6", "HBM2: 12", "HBM3: 5", "HBM4: 6" }));

    private static IEnumerable<TestCaseData> TransactionNames() => TransactionPresets.Names.Select(n => new TestCaseData(n));

    [TestCaseSource(nameof(TransactionNames))]
    public void TransactionPresetHasTheBandwidthOfItsName(string name)
    {
        TransactionConfiguration c = TransactionPresets.Get(name);
        string[] words = name.Split('_');
        double rate = double.Parse(words[^2].TrimEnd('H'), System.Globalization.CultureInfo.InvariantCulture);
        if (words[0] == "HBM") rate = 1000;
        int[] sizes = [.. words[^1].Split('x').Select(int.Parse)];
        int pins = sizes[0] * sizes[1];
        Assert.Multiple(() =>
        {
            Assert.That(c.DevicesPerRank * c.DeviceBusBits, Is.EqualTo(pins));
            Assert.That(c.PeakBytesPerSecond, Is.EqualTo(rate * 1e6 * pins / 8).Within(1).Percent);
            Assert.That(c.CapacityBytes, Is.EqualTo(c.RowBytes * (long)c.BanksPerRank * c.Ranks * c.RowsPerBank), "the mapping reaches all of it");
        });
    }

    [Test]
    public void Ramulator1HasAllValidPairsOfSpeedAndOrganisation() =>
        Assert.That(DramPresets.Names(DramRules.Ramulator1), Has.Count.EqualTo(397).And.Unique);

    [TestCase(DramRules.Ramulator1)]
    [TestCase(DramRules.Ramulator2)]
    public void CapacityIsDensityTimesDevices(DramRules rules)
    {
        Assert.Multiple(() =>
        {
            foreach (DramPreset p in All(rules))
            {
                double factor = (p.Standard, p.Organization) switch
                {
                    // The reference states the density of the 2 Gb part, which decides its refresh time.
                    ("GDDR5", "GDDR5_4Gb_x32") => 2,
                    // Densities per device with two channels, per pseudo channel, or per stack of all channels.
                    ("GDDR6", _) => 0.5,
                    ("HBM2", _) => 2,
                    ("HBM3", "HBM3_8Gb_8hi" or "HBM3_16Gb_8hi" or "HBM3_32Gb_8hi") => 0.5,
                    ("HBM4", "HBM4_32Gb_4Hi") => 0.125,
                    ("HBM4", "HBM4_32Gb_8Hi") => 0.25,
                    ("HBM4", "HBM4_32Gb_16Hi") => 0.5,
                    _ => 1,
                };
                double expected = p.DensityMegabits * 131072.0 * p.ChannelBits / p.DeviceBits * factor;
                Assert.That(p.CapacityBytesPerRank, Is.EqualTo(expected), p.Name);
            }
        });
    }

    [TestCase("DDR4_2400R_8Gb_x8", DramRules.Ramulator1, 19.2e9)]
    [TestCase("DDR3_1600K_2Gb_x8", DramRules.Ramulator1, 12.8e9)]
    [TestCase("LPDDR4_3200_8Gb_x16", DramRules.Ramulator1, 12.8e9)]
    [TestCase("GDDR5_6000_4Gb_x16", DramRules.Ramulator1, 48e9)]
    [TestCase("HBM_1Gbps_2Gb", DramRules.Ramulator1, 16e9)]
    [TestCase("DDR5_4800BN_16Gb_x8", DramRules.Ramulator2, 19.2e9)]
    [TestCase("LPDDR5_6400_8Gb_x16", DramRules.Ramulator2, 12.8e9)]
    [TestCase("HBM2_2000Mbps_4Gb", DramRules.Ramulator2, 32e9)]
    [TestCase("HBM3_6400Mbps_16Gb_8hi", DramRules.Ramulator2, 51.2e9)]
    public void PeakBandwidthIsThatOfTheDataPins(string name, DramRules rules, double expected) =>
        Assert.That(DramPresets.Get(name, rules).PeakBytesPerSecond, Is.EqualTo(expected));

    [TestCase("DDR3_1600K_2Gb_x8", DramRules.Ramulator1, 160)]
    [TestCase("DDR3_1600K_8Gb_x8", DramRules.Ramulator1, 350)]
    [TestCase("DDR4_2400R_8Gb_x8", DramRules.Ramulator1, 350)]
    [TestCase("LPDDR4_3200_8Gb_x16", DramRules.Ramulator1, 180)]
    [TestCase("HBM_1Gbps_4Gb", DramRules.Ramulator1, 260)]
    [TestCase("DDR5_4800BN_16Gb_x8", DramRules.Ramulator2, 295)]
    [TestCase("LPDDR5_6400_8Gb_x16", DramRules.Ramulator2, 210)]
    [TestCase("HBM2_2000Mbps_4Gb", DramRules.Ramulator2, 260)]
    [TestCase("HBM3_6400Mbps_16Gb_8hi", DramRules.Ramulator2, 350)]
    public void RefreshTimeIsThatOfTheStandard(string name, DramRules rules, double nanoseconds) =>
        Assert.That(DramPresets.Get(name, rules).RefreshTime.Nanoseconds, Is.EqualTo(nanoseconds).Within(1.3));

    [TestCase(DramRules.Ramulator1)]
    [TestCase(DramRules.Ramulator2)]
    public void EveryPresetCanBeSimulated(DramRules rules)
    {
        foreach (DramPreset preset in All(rules))
        {
            var memory = new DramMemory(new DramConfiguration { Preset = preset }, new Ignore());
            Assert.That(memory.TryEnqueue(0, isWrite: false, 0), Is.True);
            memory.AdvanceTo(1000);
            Assert.That(memory.HasRequests, Is.False, preset.Name);
        }
    }

    [Test]
    public void GivenConstraintsEqualThoseTheReferenceResolved()
    {
        string path = GoldenData.Require("dram", "ram2_presets.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        int compared = 0;
        foreach (JsonProperty example in document.RootElement.GetProperty("compiled_examples").EnumerateObject())
        {
            DramPreset preset = Ramulator2GoldenTests.Configuration(example.Name).Preset;
            JsonElement dram = example.Value.GetProperty("dram");
            Assert.That(preset.ReadLatencyCycles, Is.EqualTo(dram.GetProperty("read_latency").GetInt32()), example.Name);
            string[] names = [.. example.Value.GetProperty("commands").EnumerateArray().Select(c => c.GetString()!)];
            HashSet<string> expected = [];
            foreach (JsonElement c in dram.GetProperty("timing_constraints").EnumerateArray())
            {
                foreach (JsonElement from in c[1].EnumerateArray())
                {
                    foreach (JsonElement to in c[2].EnumerateArray())
                    {
                        int window = c.GetArrayLength() > 4 ? c[4].GetInt32() : 1;
                        bool sibling = c.GetArrayLength() > 5 && c[5].GetBoolean();
                        expected.Add($"{c[0]} {names[from.GetInt32()]} {names[to.GetInt32()]} {c[3]} {window} {sibling}");
                    }
                }
            }

            expected.RemoveWhere(e => e.Contains("RFM", StringComparison.Ordinal));
            IEnumerable<string> actual = preset.Constraints.Select(c =>
                $"{c.Level} {preset.CommandNames[c.From]} {preset.CommandNames[c.To]} {c.Cycles} {c.Window} {c.Sibling}").Distinct();
            Assert.That(actual, Is.EquivalentTo(expected), example.Name);
            compared++;
        }

        Assert.That(compared, Is.EqualTo(10));
    }

    [Test]
    public void TransactionPresetsHaveTheCapacityAndBandwidthOfTheirClass()
    {
        TransactionConfiguration lpddr4 = TransactionPresets.Get("LPDDR4_3200_2x16");
        TransactionConfiguration ddr3 = TransactionPresets.Get("DDR3_1600_8x8");
        Assert.Multiple(() =>
        {
            Assert.That(TransactionPresets.Names, Has.Count.EqualTo(13));
            Assert.That(lpddr4.CapacityBytes, Is.EqualTo(4L << 30));
            Assert.That(lpddr4.PeakBytesPerSecond, Is.EqualTo(12.8e9));
            Assert.That(lpddr4.Timing.Refresh.Nanoseconds, Is.EqualTo(180));
            Assert.That(ddr3.CapacityBytes, Is.EqualTo(8L << 30));
            Assert.That(ddr3.PeakBytesPerSecond, Is.EqualTo(12.8e9));
        });
    }

    [Test]
    public void PresetWithoutRefreshIntervalSaysWhatIsMissing() =>
        Assert.That(() => new TransactionController(TransactionPresets.Get("GDDR5_4000_2x32"), new TransactionBadInputTests.Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("tREFI"));

    private sealed class Ignore : IDramListener
    {
        public void OnCompleted(in DramCompletion completion)
        {
        }
    }
}

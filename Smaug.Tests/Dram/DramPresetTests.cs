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
    private static IEnumerable<DramPreset> All(DramRules rules) => DramPresets.Names(rules).Select(n => DramPresets.Get(n, rules));

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

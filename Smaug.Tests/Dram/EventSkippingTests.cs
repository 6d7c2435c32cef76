using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>The engine, which skips idle cycles, against the oracle, which evaluates every cycle.</summary>
internal sealed class EventSkippingTests
{
    private static readonly (string Preset, DramRules Rules)[] s_presets =
    [
        ("DDR3_1600K_2Gb_x8", DramRules.Ramulator1), ("DDR4_2400R_8Gb_x8", DramRules.Ramulator1),
        ("GDDR5_6000_4Gb_x16", DramRules.Ramulator1), ("HBM_1Gbps_2Gb", DramRules.Ramulator1), ("LPDDR4_3200_8Gb_x16", DramRules.Ramulator1),
        ("DDR3_1600K_2Gb_x8", DramRules.Ramulator2), ("DDR5_3200AN_8Gb_x8", DramRules.Ramulator2), ("LPDDR5_6400_8Gb_x16", DramRules.Ramulator2),
        ("GDDR6_14000_1350mV_double_8Gb_x16", DramRules.Ramulator2), ("HBM2_2000Mbps_4Gb", DramRules.Ramulator2), ("HBM3_6400Mbps_4Gb", DramRules.Ramulator2),
    ];

    /// <summary>Every scheduler with every standard; row policies and refresh managers take turns. Own types are among them.</summary>
    private static IEnumerable<TestCaseData> Cases()
    {
        IRequestScheduler[] schedulers = [.. RequestSchedulers.All, new DramUserTypeTests.YoungestReady()];
        IRowPolicy[] policies = [.. RowPolicies.All, new DramUserTypeTests.CloseAfterTwoOrTen()];
        int seed = 0;
        foreach ((string name, DramRules rules) in s_presets)
        {
            DramPreset preset = DramPresets.Get(name, rules);
            foreach (IRequestScheduler scheduler in schedulers)
            {
                IRefreshManager refresh = (seed % 3) switch
                {
                    0 => RefreshManagers.AllBank,
                    1 => preset.HasPerBankRefresh ? RefreshManagers.PerBank : RefreshManagers.Staggered,
                    _ => new DramUserTypeTests.RefreshTwiceAsOften(),
                };
                var configuration = new DramConfiguration
                {
                    Preset = preset,
                    Ranks = preset.HasFixedRanks ? null : 2,
                    Scheduler = scheduler,
                    RowPolicy = policies[seed % policies.Length],
                    Refresh = refresh,
                };
                yield return Case(configuration, ++seed);
            }

            yield return Case(new DramConfiguration { Preset = preset }, ++seed);
        }
    }

    private static TestCaseData Case(DramConfiguration configuration, int seed) => new TestCaseData(configuration, seed)
        .SetArgDisplayNames($"{configuration.Preset.Rules}/{configuration.Preset.Name}", configuration.Scheduler?.Name ?? "default",
            configuration.RowPolicy.Name, configuration.Refresh.Name);

    [TestCaseSource(nameof(Cases))]
    public void SkippingChangesNothing(DramConfiguration configuration, int seed)
    {
        const int cycles = 14_000;
        var log = new Log();
        var memory = new DramMemory(configuration, log, log);
        var oracle = SteppedMemory.Create(configuration);
        var random = new Random(seed);
        long next = 0, tag = 0;
        for (long cycle = 0; cycle < cycles; cycle++)
        {
            while (cycle == next)
            {
                ulong address = (ulong)random.Next(1 << 16) * 64;
                bool isWrite = random.Next(3) == 0;
                memory.AdvanceTo(cycle);
                DramAddress place = memory.Map(address);
                bool accepted = memory.TryEnqueue(address, isWrite, tag);
                Assert.That(oracle.TryEnqueue(place.Bank, place.Row, address, isWrite, tag), Is.EqualTo(accepted));
                tag++;
                // Bursts, trickles and long pauses.
                next += random.Next(100) switch { < 60 => 1, < 97 => random.Next(20), _ => random.Next(1500) };
            }

            oracle.Tick();
        }

        memory.AdvanceTo(cycles);
        Assert.Multiple(() =>
        {
            Assert.That(log.Commands, Is.EqualTo(oracle.Commands));
            Assert.That(log.Done, Is.EquivalentTo(oracle.Done));
            Assert.That(oracle.Done, Is.Not.Empty);
            Assert.That(memory.EvaluatedCycles, Is.LessThan(memory.Cycle));
        });
    }

    [Test]
    public void IdleTimeCostsOnlyRefreshes()
    {
        var configuration = new DramConfiguration { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8") };
        var memory = new DramMemory(configuration, new Log());
        memory.AdvanceTo(9_360_000);
        Assert.Multiple(() =>
        {
            Assert.That(memory.Statistics.Refreshes, Is.InRange(999, 1000));
            Assert.That(memory.EvaluatedCycles, Is.LessThan(5_000));
        });
    }

    [TestCase("DDR4_2400R_8Gb_x8", DramRules.Ramulator1)]
    [TestCase("DDR5_4800BN_16Gb_x8", DramRules.Ramulator2)]
    [TestCase("LPDDR5_6400_8Gb_x16", DramRules.Ramulator2)]
    [TestCase("HBM3_6400Mbps_16Gb_8hi", DramRules.Ramulator2)]
    public void SteadyStateAllocatesNothing(string preset, DramRules rules)
    {
        var memory = new DramMemory(new DramConfiguration { Preset = DramPresets.Get(preset, rules) }, new Silent());
        ulong state = 1;
        Drive(memory, ref state, 20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Drive(memory, ref state, 20_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Drive(DramMemory memory, ref ulong state, int requests)
    {
        for (int i = 0; i < requests;)
        {
            state = 6364136223846793005 * state + 1442695040888963407;
            ulong address = (state >> 33) % (1 << 21) * 64;
            while (!memory.TryEnqueue(address, (state >> 60) < 4, i)) memory.AdvanceTo(memory.NextEventCycle);
            i++;
        }
    }

    private sealed class Silent : IDramListener
    {
        public void OnCompleted(in DramCompletion completion)
        {
        }
    }

    private sealed class Log : IDramListener, IDramCommandObserver
    {
        public List<string> Commands { get; } = [];

        public Dictionary<long, (long Arrive, long Depart)> Done { get; } = [];

        public void OnCompleted(in DramCompletion c) => Done[c.Tag] = (c.Arrive, c.Depart);

        public void OnCommand(in DramCommandRecord c) => Commands.Add($"{c.Cycle},{c.Command},{c.Bank},{c.Row}");
    }
}

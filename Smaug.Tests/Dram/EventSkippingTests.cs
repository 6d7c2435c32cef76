using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>The engine, which skips idle cycles, against the oracle, which evaluates every cycle.</summary>
internal sealed class EventSkippingTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        string[] presets = ["DDR3_1600K_2Gb_x8", "DDR4_2400R_8Gb_x8", "GDDR5_6000_4Gb_x16", "HBM_1Gbps_2Gb", "LPDDR4_3200_8Gb_x16"];
        int seed = 0;
        foreach (string preset in presets)
        {
            foreach (IRequestScheduler scheduler in RequestSchedulers.All)
            {
                IRowPolicy policy = RowPolicies.All[seed % RowPolicies.All.Count];
                yield return new TestCaseData(preset, scheduler, policy, ++seed)
                    .SetArgDisplayNames(preset, scheduler.Name, policy.Name);
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void SkippingChangesNothing(string preset, IRequestScheduler scheduler, IRowPolicy policy, int seed)
    {
        var configuration = new DramConfiguration
        {
            Preset = DramPresets.Get(preset, DramRules.Ramulator1),
            Ranks = preset.StartsWith("GDDR5", StringComparison.Ordinal) ? 1 : 2,
            Scheduler = scheduler,
            RowPolicy = policy,
        };
        var log = new Log();
        var memory = new DramMemory(configuration, log, log);
        var oracle = new SteppedMemory(configuration);
        var random = new Random(seed);
        long next = 0, tag = 0;
        for (long cycle = 0; cycle < 20_000; cycle++)
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

        memory.AdvanceTo(20_000);
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

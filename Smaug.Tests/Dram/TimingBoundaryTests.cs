using Smaug.Memory.Dram;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Tests.Dram;

/// <summary>Every constraint: illegal one cycle before, legal at the cycle.</summary>
internal sealed class TimingBoundaryTests
{
    private const long Start = 100_000;

    private static IEnumerable<TestCaseData> Standards() =>
        Enum.GetValues<DramRules>().SelectMany(DramPresetTests.Standards);

    /// <summary>All presets of a standard; the probes of a preset lie so far apart that they do not meet.</summary>
    [TestCaseSource(nameof(Standards))]
    public void EveryConstraintHoldsToTheCycle(DramRules rules, string standard)
    {
        int probed = 0;
        List<string> wrong = [];
        foreach (DramPreset preset in DramPresetTests.All(rules).Where(p => p.Standard == standard))
        {
            int[] counts = [.. preset.Counts];
            if (!preset.HasFixedRanks) counts[1] = 2;
            var timing = new DeviceTiming(preset, counts);
            long start = 0;
            foreach (TimingConstraint c in preset.Constraints.Where(c => c.Cycles > 0))
            {
                int other = BankApart(preset, counts, c);
                if (other < 0) continue;
                probed++;
                start += Start;
                for (int i = 0; i < c.Window; i++) timing.Issue(c.From, 0, start + i);
                long expected = Expected(preset, c, other, start);
                long ready = timing.ReadyAt(c.To, other);
                if (ready > expected) wrong.Add($"{preset.Name} {c}: illegal at its cycle, {ready - start} instead of {expected - start}");
                if (ready < expected) wrong.Add($"{preset.Name} {c}: legal a cycle early, at {ready - start} instead of {expected - start}");
            }
        }

        Assert.That(wrong.Take(20), Is.Empty);
        Assert.That(probed, Is.GreaterThan(60));
    }

    /// <summary>No constraint keeps a column command with automatic precharge longer than the plain one, so either is legal or none.</summary>
    [TestCaseSource(nameof(Standards))]
    public void AutomaticPrechargeIsLegalWithItsColumnCommand(DramRules rules, string standard)
    {
        DramPreset preset = DramPresetTests.All(rules).First(p => p.Standard == standard);
        Assert.That(Constraints(DramCommandKind.ReadPrecharge), Is.EquivalentTo(Constraints(DramCommandKind.Read)));
        Assert.That(Constraints(DramCommandKind.WritePrecharge), Is.EquivalentTo(Constraints(DramCommandKind.Write)));

        IEnumerable<TimingConstraint> Constraints(DramCommandKind to) =>
            preset.Constraints.Where(c => c.To == to).Select(c => c with { To = DramCommandKind.Other }).Distinct();
    }

    [TestCase(DramCommandKind.Activate, DramCommandKind.Read, 0, 16, TestName = "DDR4-2400 tRCD")]
    [TestCase(DramCommandKind.Activate, DramCommandKind.Precharge, 0, 39, TestName = "DDR4-2400 tRAS")]
    [TestCase(DramCommandKind.Activate, DramCommandKind.Activate, 0, 55, TestName = "DDR4-2400 tRC")]
    [TestCase(DramCommandKind.Activate, DramCommandKind.Activate, 1, 6, TestName = "DDR4-2400 tRRD_L")]
    [TestCase(DramCommandKind.Activate, DramCommandKind.Activate, 4, 4, TestName = "DDR4-2400 tRRD_S")]
    [TestCase(DramCommandKind.Read, DramCommandKind.Read, 0, 6, TestName = "DDR4-2400 tCCD_L")]
    [TestCase(DramCommandKind.Read, DramCommandKind.Read, 4, 4, TestName = "DDR4-2400 tCCD_S")]
    [TestCase(DramCommandKind.Read, DramCommandKind.Precharge, 0, 9, TestName = "DDR4-2400 tRTP")]
    [TestCase(DramCommandKind.Write, DramCommandKind.Precharge, 0, 34, TestName = "DDR4-2400 CWL + BL + tWR")]
    [TestCase(DramCommandKind.Write, DramCommandKind.Read, 0, 25, TestName = "DDR4-2400 CWL + BL + tWTR_L")]
    [TestCase(DramCommandKind.Write, DramCommandKind.Read, 4, 19, TestName = "DDR4-2400 CWL + BL + tWTR_S")]
    [TestCase(DramCommandKind.Precharge, DramCommandKind.Activate, 0, 16, TestName = "DDR4-2400 tRP")]
    [TestCase(DramCommandKind.Refresh, DramCommandKind.Activate, 7, 420, TestName = "DDR4-2400 tRFC")]
    public void KnownConstraintsHaveTheirDataSheetValue(DramCommandKind from, DramCommandKind to, int bank, int cycles)
    {
        DramPreset preset = DramPresets.Get("DDR4_2400R_8Gb_x8", DramRules.Ramulator1);
        var timing = new DeviceTiming(preset, [.. preset.Counts]);
        timing.Issue(from, 0, Start);
        Assert.That(timing.ReadyAt(to, bank), Is.EqualTo(Start + cycles));
    }

    [Test]
    public void FifthActivateWaitsForTheWindow()
    {
        DramPreset preset = DramPresets.Get("DDR4_2400R_8Gb_x8", DramRules.Ramulator1);
        var timing = new DeviceTiming(preset, [.. preset.Counts]);
        for (int i = 0; i < 3; i++) timing.Issue(DramCommandKind.Activate, 4 * i, Start + 4 * i);
        Assert.That(timing.ReadyAt(DramCommandKind.Activate, 12), Is.EqualTo(Start + 12), "the fourth waits for tRRD_S only");
        timing.Issue(DramCommandKind.Activate, 12, Start + 12);
        Assert.That(timing.ReadyAt(DramCommandKind.Activate, 1), Is.EqualTo(Start + 26), "the fifth waits for tFAW");
    }

    /// <summary>A bank that shares the constraint's node but no lower one with bank 0; for siblings: a node beside it. -1: none.</summary>
    private static int BankApart(DramPreset preset, int[] counts, TimingConstraint c)
    {
        int split = c.Sibling ? c.Level : c.Level + 1;
        int below = 1;
        for (int level = preset.BankLevel; level > split; level--) below *= counts[level];
        bool wide = c.To is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
        if (split > preset.BankLevel) return 0;
        if (wide && !c.Sibling) return 0;
        return counts[split] > 1 ? below : c.Sibling ? -1 : 0;
    }

    /// <summary>The latest of all constraints between the two commands that hold between bank 0 and the other bank.</summary>
    private static long Expected(DramPreset preset, TimingConstraint probe, int other, long start)
    {
        int[] counts = [.. preset.Counts];
        if (!preset.HasFixedRanks) counts[1] = 2;
        long expected = -1;
        foreach (TimingConstraint c in preset.Constraints.Where(c => c.From == probe.From && c.To == probe.To))
        {
            bool wide = c.To is DramCommandKind.PrechargeAll or DramCommandKind.Refresh;
            if (wide && c.Level > 1) continue;
            int below = 1;
            for (int level = preset.BankLevel; level > c.Level; level--) below *= counts[level];
            bool sameNode = other / below == 0;
            bool sameParent = other / (below * (c.Level == 0 ? 1 : counts[c.Level])) == 0;
            bool holds = c.Sibling ? !sameNode && sameParent : sameNode;
            if (!holds || c.Window > probe.Window) continue;
            expected = Math.Max(expected, start + probe.Window - c.Window + c.Cycles);
        }

        return expected;
    }
}

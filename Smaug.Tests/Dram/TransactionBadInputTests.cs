using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Tests.Dram;

internal sealed class TransactionBadInputTests
{
    [Test]
    public void UnknownPresetListsTheKnownOnes() =>
        Assert.That(() => TransactionPresets.Get("DDR9"),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("DDR9").And.Message.Contains("LPDDR4_3200_2x16"));

    [Test]
    public void BanksThatGroupsDoNotDivideAreRefused() =>
        Assert.That(() => (TransactionPresets.Get("DDR4_2400_8x8") with { BankGroups = 5 }).Validate(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("BankGroups = 5"));

    [Test]
    public void ZeroRanksAreRefused() =>
        Assert.That(() => (TransactionPresets.Get("DDR4_2400_8x8") with { Ranks = 0 }).Validate(),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("Ranks = 0"));

    [Test]
    public void RequestsFromThePastAreRefused()
    {
        var controller = new TransactionController(TransactionPresets.Get("DDR3_1600_8x8"), new Nobody());
        controller.AdvanceTo(100.Nanoseconds());
        Assert.That(() => controller.TryAccept(99.Nanoseconds(), 0, 64, isWrite: false, 0), Throws.TypeOf<SimulationException>());
    }

    [Test]
    public void RequestsLargerThanTheQueueAreRefused()
    {
        var controller = new TransactionController(TransactionPresets.Get("DDR3_1600_8x8"), new Nobody());
        Assert.That(() => controller.TryAccept(default, 0, 64 * 33, isWrite: false, 0),
            Throws.TypeOf<SimulationException>().With.Message.Contains("33 bursts"));
    }

    internal sealed class Nobody : ITransactionListener
    {
        public void OnResponse(in TransactionResponse response)
        {
        }

        public void OnRetry(bool isWrite)
        {
        }
    }
}

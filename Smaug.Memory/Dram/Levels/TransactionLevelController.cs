using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>The transaction-level controller as a main memory.</summary>
internal sealed class TransactionLevelController(TransactionController controller) : DramController
{
    public override DramTraffic Traffic
    {
        get
        {
            TransactionStatistics s = controller.Statistics;
            int burst = controller.Configuration.BurstBytes;
            return new DramTraffic
            {
                ReadPackets = s.ReadPackets,
                WritePackets = s.WritePackets,
                ReadBursts = s.ReadBursts,
                WriteBursts = s.WriteBursts,
                DeviceReads = s.BytesRead / burst,
                DeviceWrites = s.BytesWritten / burst,
                ReadRowHits = s.ReadRowHits,
                WriteRowHits = s.WriteRowHits,
                BusBusy = s.BusBusy,
                BurstBytes = burst,
            };
        }
    }

    public override TransactionController? Transactions => controller;

    public override IReadOnlyList<DramEnergyReport> RankEnergies(SimTime end)
    {
        TransactionConfiguration configuration = controller.Configuration;
        if (!configuration.Currents.IsGiven) return [];
        DramEnergyParameters parameters = DramEnergyParameters.From(configuration);
        var ranks = new DramEnergyReport[configuration.Ranks];
        for (int r = 0; r < ranks.Length; r++) ranks[r] = controller.ActivityOf(r, end).Energy(parameters).Times(parameters.DevicesPerRank);
        return ranks;
    }

    internal override SimTime Now => controller.Now;

    internal override SimTime NextEventTime => controller.NextEventTime;

    internal override void ProcessNextEvent() => controller.ProcessNextEvent();

    internal override void AdvanceTo(SimTime time) => controller.AdvanceTo(time);

    internal override bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag) => controller.TryAccept(time, address, bytes, isWrite, tag);
}

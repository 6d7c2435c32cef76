using Smaug.Core.Units;
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

    internal override SimTime Now => controller.Now;

    internal override SimTime NextEventTime => controller.NextEventTime;

    internal override void ProcessNextEvent() => controller.ProcessNextEvent();

    internal override void AdvanceTo(SimTime time) => controller.AdvanceTo(time);

    internal override bool TryAccept(SimTime time, ulong address, int bytes, bool isWrite, long tag) => controller.TryAccept(time, address, bytes, isWrite, tag);
}

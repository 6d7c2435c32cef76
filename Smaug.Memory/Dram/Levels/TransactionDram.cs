using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>A channel whose controller places bursts from per-bank earliest times; see <see cref="TransactionController"/>.</summary>
/// <param name="Channel">Devices, timing, queues and policies, for example a preset of <see cref="TransactionPresets"/>.</param>
public sealed record TransactionDram(TransactionConfiguration Channel) : DramModel
{
    /// <inheritdoc/>
    /// <remarks>As in the reference the capacity need not be that of the devices; it decides how many rows a bank has.</remarks>
    public override void Validate(ByteSize capacity, string capacityName = "capacity")
    {
        if (capacity.Bytes < 1) throw new ConfigurationException($"{capacityName} = {capacity}: must be above 0");
        Channel.Validate();
        TransactionConfiguration channel = Channel with { MemoryBytes = capacity.Bytes };
        if (channel.RowsPerBank < 1)
        {
            // Rows are those of the next power of two of the capacity.
            long rowOfEachBank = (long)channel.RowBytes * channel.BanksPerRank * channel.Ranks;
            throw new ConfigurationException($"{capacityName} = {capacity}: {channel.Name} has no row for each bank then; must be above {new ByteSize(rowOfEachBank / 2)}");
        }

        channel.Validate();
    }

    internal override DramController Create(ITransactionListener listener, SimTime start, ByteSize capacity) =>
        new TransactionLevelController(new TransactionController(Channel with { MemoryBytes = capacity.Bytes }, listener, start));
}

using System.Globalization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>
/// Channels whose every command is placed and checked against all constraints of the standard; see <see cref="DramMemory"/>. A
/// packet is split into accesses of the devices; a write is answered when the controller has taken it.
/// </summary>
/// <param name="Memory">Preset, channels, ranks, mapping, scheduler, row policy and refresh.</param>
public sealed record CommandDram(DramConfiguration Memory) : DramModel
{
    /// <summary>Time of the controller's front end, part of every answer. Default 10 ns, as at transaction level.</summary>
    public SimTime FrontendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>Time of the way back, part of the answer to every read. Default 10 ns, as at transaction level.</summary>
    public SimTime BackendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>Currents of the devices for <see cref="DramController.Energy"/>; null, the default, for no energy.</summary>
    public DramEnergyParameters? Energy { get; init; }

    /// <inheritdoc/>
    public override void Validate(ByteSize capacity, string capacityName = "capacity")
    {
        Memory.Validate();
        if (FrontendLatency < SimTime.Zero) throw new ConfigurationException($"{nameof(FrontendLatency)} = {FrontendLatency}: must be at least 0");
        if (BackendLatency < SimTime.Zero) throw new ConfigurationException($"{nameof(BackendLatency)} = {BackendLatency}: must be at least 0");
        if (capacity.Bytes < 1) throw new ConfigurationException($"{capacityName} = {capacity}: must be above 0");
        if (!Memory.WrapAddresses && capacity.Bytes > Memory.CapacityBytes)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
                $"{capacityName} = {capacity}: {Memory.Preset.Name} with {Memory.Channels} channel(s) and {Memory.EffectiveRanks} rank(s) holds {new ByteSize(Memory.CapacityBytes)}; use more channels or ranks, a larger organisation, or less capacity"));
        }
    }

    internal override DramController Create(ITransactionListener listener, SimTime start, ByteSize capacity) => new CommandLevelController(this, listener, start);
}

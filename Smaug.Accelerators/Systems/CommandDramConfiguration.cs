using System.Text.Json.Serialization;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Levels;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Transaction;

namespace Smaug;

/// <summary>
/// Organisation and policies of DRAM that is simulated command by command (<see cref="DramFidelity.Command"/>). Its preset is
/// <see cref="HostMemoryConfiguration.Dram"/>, its ranks <see cref="HostMemoryConfiguration.DramRanks"/>. Policies of one's own go to
/// <see cref="SocBuilder.WithDram(CommandDram)"/>.
/// </summary>
public sealed record CommandDramConfiguration
{
    /// <summary>Whose rules the controllers follow; null, the default, for those of Ramulator 1 where they have the preset, else of Ramulator 2.1.</summary>
    public DramRules? Rules { get; init; }

    /// <summary>Channels, a power of two from 1 to 64; default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Address mapping, a name of <see cref="AddressMappings.All"/>; default RoBaRaCoCh.</summary>
    public string Mapping { get; init; } = "RoBaRaCoCh";

    /// <summary>Bytes that go to one channel before the next one, a power of two; 0, the default, as the mapping says.</summary>
    public int InterleaveBytes { get; init; }

    /// <summary>Scheduler, a name of <see cref="RequestSchedulers.All"/>; null, the default, for that of the rules.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Row policy, a name of <see cref="RowPolicies.All"/>; default Opened.</summary>
    public string RowPolicy { get; init; } = "Opened";

    /// <summary>Refresh manager, a name of <see cref="RefreshManagers.All"/>; default AllBank.</summary>
    public string Refresh { get; init; } = "AllBank";

    /// <summary>Time of the controller's front end, part of every answer; at most 1 ms, default 10 ns, as at transaction level.</summary>
    [JsonPropertyName("frontendLatencyNanoseconds")]
    public SimTime FrontendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>Time of the way back, part of the answer to every read; at most 1 ms, default 10 ns, as at transaction level.</summary>
    [JsonPropertyName("backendLatencyNanoseconds")]
    public SimTime BackendLatency { get; init; } = SimTime.FromNanoseconds(10);

    /// <summary>
    /// Class of <see cref="TransactionPresets"/> whose currents give the energy, as the standards' tables have none; null, the default:
    /// DRAM's energy is in no sum.
    /// </summary>
    public string? Currents { get; init; }

    /// <summary>The memory that this describes.</summary>
    /// <param name="preset">Name of the devices.</param>
    /// <param name="ranks">Ranks of a channel; 0 for those of the preset.</param>
    /// <exception cref="ConfigurationException">A name is unknown or a value out of its range.</exception>
    internal CommandDram ToModel(string preset, int ranks)
    {
        if (TransactionPresets.Contains(preset))
        {
            throw new ConfigurationException($"Memory.Dram = {preset}: a class of the transaction level; with Memory.DramFidelity = Command (--dram command) name a preset of the command level, such as LPDDR4_3200_8Gb_x16 (--dram-preset; 'smaug dram --list' has all)");
        }

        DramPreset devices = Rules is { } rules ? DramPresets.Get(preset, rules) : DramPresets.Get(preset);
        DramConfiguration memory = Require.In("Memory.CommandDram", () => Organisation(devices, ranks));
        Require.Time("Memory.CommandDram.FrontendLatency", FrontendLatency, SimTime.FromMicroseconds(1000));
        Require.Time("Memory.CommandDram.BackendLatency", BackendLatency, SimTime.FromMicroseconds(1000));
        return new CommandDram(memory) { FrontendLatency = FrontendLatency, BackendLatency = BackendLatency, Energy = Energy(memory) };
    }

    private DramConfiguration Organisation(DramPreset devices, int ranks)
    {
        IAddressMapping mapping = AddressMappings.Get(Require.Given(nameof(Mapping), Mapping));
        return new DramConfiguration
        {
            Preset = devices,
            Channels = Channels,
            Ranks = ranks == 0 ? null : ranks,
            Mapping = InterleaveBytes == 0 ? mapping : ChannelInterleaving.EveryBytes(mapping, InterleaveBytes, devices),
            Scheduler = Scheduler is null ? null : RequestSchedulers.Get(Scheduler),
            RowPolicy = RowPolicies.Get(Require.Given(nameof(RowPolicy), RowPolicy)),
            Refresh = RefreshManagers.Get(Require.Given(nameof(Refresh), Refresh)),
        };
    }

    private DramEnergyParameters? Energy(DramConfiguration memory)
    {
        if (Currents is null) return null;
        if (!TransactionPresets.Contains(Currents) || !TransactionPresets.Get(Currents).Currents.IsGiven)
        {
            throw new ConfigurationException($"Memory.CommandDram.Currents = {Currents}: must be one of {string.Join(", ", TransactionPresets.Names.Where(n => TransactionPresets.Get(n).Currents.IsGiven))}");
        }

        if (memory.Refresh.IsPerBank) throw new ConfigurationException($"Memory.CommandDram.Currents = {Currents}: the energy formulas know no refresh of single banks; leave it out, or take another Memory.CommandDram.Refresh than {Refresh}");
        return DramEnergyParameters.From(TransactionPresets.Get(Currents), memory.Preset);
    }
}

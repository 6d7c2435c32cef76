using System.Text.Json;
using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Power;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Transaction;

/// <summary>
/// The device classes of gem5's DRAM controller (gem5-Aladdin tree) with their timing, organisation and currents.
/// </summary>
public static class TransactionPresets
{
    private const string Resource = "transaction.json";

    /// <summary>The names of all presets, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            using JsonDocument document = StandardResource.Open(Resource);
            List<string> names = [.. document.RootElement.EnumerateObject().Select(p => p.Name)];
            names.Sort(StringComparer.Ordinal);
            return names;
        }
    }

    /// <summary>Whether a preset has this name, in upper or lower case.</summary>
    public static bool Contains(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The preset of a name, in upper or lower case.</summary>
    /// <exception cref="ConfigurationException">No preset has this name; the message lists all names.</exception>
    public static TransactionConfiguration Get(string name)
    {
        using JsonDocument document = StandardResource.Open(Resource);
        JsonElement preset = document.RootElement.EnumerateObject().FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        if (preset.ValueKind == JsonValueKind.Undefined)
        {
            throw new ConfigurationException(
                $"DRAM preset '{name}': no transaction-level preset has this name; known: {string.Join(", ", Names)}");
        }

        return Read(name, preset);
    }

    private static TransactionConfiguration Read(string name, JsonElement preset) => new()
    {
        Name = name,
        DeviceBytes = preset.GetProperty("device_size").GetInt64(),
        DeviceBusBits = Integer(preset, "device_bus_width"),
        BurstLength = Integer(preset, "burst_length"),
        DeviceRowBytes = Integer(preset, "device_rowbuffer_size"),
        DevicesPerRank = Integer(preset, "devices_per_rank"),
        Ranks = Integer(preset, "ranks_per_channel"),
        BankGroups = Integer(preset, "bank_groups_per_rank"),
        BanksPerRank = Integer(preset, "banks_per_rank"),
        HasDll = preset.GetProperty("dll").GetBoolean(),
        WriteQueueBursts = Integer(preset, "write_buffer_size"),
        ReadQueueBursts = Integer(preset, "read_buffer_size"),
        WriteHighPercent = Integer(preset, "write_high_thresh_perc"),
        WriteLowPercent = Integer(preset, "write_low_thresh_perc"),
        MinWritesPerSwitch = Integer(preset, "min_writes_per_switch"),
        MaxAccessesPerRow = Integer(preset, "max_accesses_per_row"),
        PagePolicy = preset.GetProperty("page_policy").GetString() switch
        {
            "open" => TransactionPagePolicy.Open,
            "close" => TransactionPagePolicy.Close,
            "close_adaptive" => TransactionPagePolicy.CloseAdaptive,
            _ => TransactionPagePolicy.OpenAdaptive,
        },
        Scheduler = preset.GetProperty("mem_sched_policy").GetString() == "fcfs" ? TransactionScheduler.Fcfs : TransactionScheduler.FrFcfs,
        Mapping = Enum.Parse<TransactionMapping>(preset.GetProperty("addr_mapping").GetString()!),
        FrontendLatency = Time(preset, "static_frontend_latency"),
        BackendLatency = Time(preset, "static_backend_latency"),
        Timing = ReadTiming(preset),
        Currents = new DramCurrents { Primary = ReadSupply(preset, "VDD", ""), Secondary = ReadSupply(preset, "VDD2", "2") },
    };

    private static TransactionTiming ReadTiming(JsonElement preset) => new()
    {
        Clock = Time(preset, "tCK"),
        Burst = Time(preset, "tBURST"),
        ColumnToColumnLong = Time(preset, "tCCD_L"),
        WriteToWriteLong = Time(preset, "tCCD_L_WR"),
        ActivateToColumn = Time(preset, "tRCD"),
        ColumnToData = Time(preset, "tCL"),
        Precharge = Time(preset, "tRP"),
        ActivateToPrecharge = Time(preset, "tRAS"),
        WriteRecovery = Time(preset, "tWR"),
        ReadToPrecharge = Time(preset, "tRTP"),
        ActivateToActivate = Time(preset, "tRRD"),
        ActivateToActivateLong = Time(preset, "tRRD_L"),
        ActivationWindow = Time(preset, "tXAW"),
        ActivationLimit = Integer(preset, "activation_limit"),
        Refresh = Time(preset, "tRFC"),
        RefreshInterval = Time(preset, "tREFI"),
        WriteToRead = Time(preset, "tWTR"),
        ReadToWrite = Time(preset, "tRTW"),
        RankSwitch = Time(preset, "tCS"),
        PowerDownExit = Time(preset, "tXP"),
        SelfRefreshExit = SimTime.Max(Time(preset, "tXS"), Time(preset, "tXSDLL")),
    };

    private static DramSupply ReadSupply(JsonElement preset, string voltage, string suffix) => new()
    {
        Volts = preset.GetProperty(voltage).GetDouble(),
        ActivatePrecharge = preset.GetProperty("IDD0" + suffix).GetDouble(),
        PrechargeStandby = preset.GetProperty("IDD2N" + suffix).GetDouble(),
        PrechargePowerDownSlow = preset.GetProperty("IDD2P0" + suffix).GetDouble(),
        PrechargePowerDownFast = preset.GetProperty("IDD2P1" + suffix).GetDouble(),
        ActiveStandby = preset.GetProperty("IDD3N" + suffix).GetDouble(),
        ActivePowerDownSlow = preset.GetProperty("IDD3P0" + suffix).GetDouble(),
        ActivePowerDownFast = preset.GetProperty("IDD3P1" + suffix).GetDouble(),
        Read = preset.GetProperty("IDD4R" + suffix).GetDouble(),
        Write = preset.GetProperty("IDD4W" + suffix).GetDouble(),
        Refresh = preset.GetProperty("IDD5" + suffix).GetDouble(),
        SelfRefresh = preset.GetProperty("IDD6" + suffix).GetDouble(),
    };

    private static int Integer(JsonElement preset, string property) => preset.GetProperty(property).GetInt32();

    // A value that the device class leaves open (GDDR5: tREFI, tCS) reads as zero; Validate then names what is missing.
    private static SimTime Time(JsonElement preset, string property) =>
        preset.TryGetProperty(property, out JsonElement value) ? SimTime.FromNanoseconds(value.GetDouble()) : SimTime.Zero;
}

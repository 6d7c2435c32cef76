namespace Smaug.Accelerators.Systolic.EnergyCounts;

/// <summary>Energy per action of each kind of component, in picojoules. Idle costs nothing unless set.</summary>
public sealed record EnergyTable
{
    /// <summary>Scratchpad access to a new address.</summary>
    public required double BufferRead { get; init; }

    /// <summary>Scratchpad access that repeats a row.</summary>
    public required double BufferRepeatedRead { get; init; }

    /// <summary>Update of the ofmap scratchpad at a new address.</summary>
    public required double BufferUpdate { get; init; }

    /// <summary>Update of the ofmap scratchpad that repeats a row.</summary>
    public required double BufferRepeatedUpdate { get; init; }

    /// <summary>DRAM access, per word.</summary>
    public required double Dram { get; init; }

    /// <summary>Access to a register of a processing element.</summary>
    public required double Register { get; init; }

    /// <summary>Multiply-accumulate.</summary>
    public required double MultiplyAccumulate { get; init; }

    /// <summary>One idle action of a scratchpad or DRAM port; default 0.</summary>
    public double Idle { get; init; }

    /// <summary>Accelergy's dummy table: 1 per primitive action, so a scratchpad access costs its parts.</summary>
    public static EnergyTable Ones { get; } = new()
    {
        BufferRead = 8,
        BufferRepeatedRead = 4,
        BufferUpdate = 7,
        BufferRepeatedUpdate = 3,
        Dram = 1,
        Register = 1,
        MultiplyAccumulate = 1,
    };

    /// <summary>Energy of one action, in picojoules.</summary>
    public double Picojoules(ActionCount action)
    {
        bool repeated = action.Deltas is (0, 0);
        if (action.Action == "idle") return Idle;
        if (action.Component.EndsWith("_dram", StringComparison.Ordinal)) return Dram;
        if (action.Component.EndsWith(".mac", StringComparison.Ordinal)) return MultiplyAccumulate;
        if (action.Component.EndsWith("_spad", StringComparison.Ordinal)) return Register;
        if (action.Action == "update") return repeated ? BufferRepeatedUpdate : BufferUpdate;
        return repeated ? BufferRepeatedRead : BufferRead;
    }
}

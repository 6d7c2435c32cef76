namespace Smaug.Memory.Dram.Power;

/// <summary>
/// Currents of one supply of a DRAM device in milliampere, as data sheets give them. 0: not given, contributes nothing.
/// </summary>
public sealed record DramSupply
{
    /// <summary>Supply voltage in volt; 0: the device has no such supply.</summary>
    public double Volts { get; init; }

    /// <summary>IDD0: activate and precharge of one bank.</summary>
    public double ActivatePrecharge { get; init; }

    /// <summary>IDD2N: standby, all banks precharged.</summary>
    public double PrechargeStandby { get; init; }

    /// <summary>IDD2P0: precharge power-down, slow exit.</summary>
    public double PrechargePowerDownSlow { get; init; }

    /// <summary>IDD2P1: precharge power-down, fast exit.</summary>
    public double PrechargePowerDownFast { get; init; }

    /// <summary>IDD3N: standby, a bank active.</summary>
    public double ActiveStandby { get; init; }

    /// <summary>IDD3P0: active power-down, slow exit.</summary>
    public double ActivePowerDownSlow { get; init; }

    /// <summary>IDD3P1: active power-down, fast exit.</summary>
    public double ActivePowerDownFast { get; init; }

    /// <summary>IDD4R: burst reads.</summary>
    public double Read { get; init; }

    /// <summary>IDD4W: burst writes.</summary>
    public double Write { get; init; }

    /// <summary>IDD5: refresh.</summary>
    public double Refresh { get; init; }

    /// <summary>IDD6: self-refresh.</summary>
    public double SelfRefresh { get; init; }
}

/// <summary>Currents of a DRAM device on its one or two supplies (VDD and, for mobile and DDR4 devices, VDD2 / VPP).</summary>
public sealed record DramCurrents
{
    /// <summary>The first supply.</summary>
    public DramSupply Primary { get; init; } = new();

    /// <summary>The second supply; its voltage is 0 where the device has one supply.</summary>
    public DramSupply Secondary { get; init; } = new();

    /// <summary>Whether any current is given, so that an energy means something.</summary>
    public bool IsGiven => Primary.Volts > 0;
}

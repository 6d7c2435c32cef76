namespace Smaug.Core.Execution;

/// <summary>How plans are made.</summary>
public sealed record PlanOptions
{
    /// <summary>Accelerators in the pool; 1 to 8, default 1.</summary>
    public int Accelerators { get; init; } = 1;

    /// <summary>
    /// Reproduce choices of the original SMAUG that are defects and that Smaug corrects by default. Default false.
    /// </summary>
    public bool Compatibility { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public void Validate()
    {
        Require.Range(nameof(Accelerators), Accelerators, 1, 8);
    }
}

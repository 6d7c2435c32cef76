namespace Smaug.Core;

/// <summary>
/// Base of every error that Smaug raises for bad input: a model, a configuration, a trace or a command line that
/// cannot be used. The message is one line that says what is wrong, where, what was found and what would be right.
/// </summary>
public class SmaugException : Exception
{
    /// <summary>Creates the error with its one-line message.</summary>
    public SmaugException(string message) : base(message) { }

    /// <summary>Creates the error with its one-line message and the error that caused it.</summary>
    public SmaugException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A configuration value is out of its range, unknown, or contradicts another one.</summary>
public sealed class ConfigurationException : SmaugException
{
    /// <summary>Creates the error with its one-line message.</summary>
    public ConfigurationException(string message) : base(message) { }

    /// <summary>Creates the error with its one-line message and the error that caused it.</summary>
    public ConfigurationException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A model cannot be built: shapes, layouts or parameters of an operator do not fit together.</summary>
public sealed class ModelException : SmaugException
{
    /// <summary>Creates the error with its one-line message.</summary>
    public ModelException(string message) : base(message) { }

    /// <summary>Creates the error with its one-line message and the error that caused it.</summary>
    public ModelException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>No tiling of an operator fits the accelerator's scratchpads, or a tiling strategy returned an invalid one.</summary>
public sealed class TilingException : SmaugException
{
    /// <summary>Creates the error with its one-line message.</summary>
    public TilingException(string message) : base(message) { }

    /// <summary>Creates the error with its one-line message and the error that caused it.</summary>
    public TilingException(string message, Exception? innerException) : base(message, innerException) { }
}

/// <summary>A simulation cannot go on: deadlock, access to unmapped memory, an accelerator that never finishes.</summary>
public class SimulationException : SmaugException
{
    /// <summary>Creates the error with its one-line message.</summary>
    public SimulationException(string message) : base(message) { }

    /// <summary>Creates the error with its one-line message and the error that caused it.</summary>
    public SimulationException(string message, Exception? innerException) : base(message, innerException) { }
}

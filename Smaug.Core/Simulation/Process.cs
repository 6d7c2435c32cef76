using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// A running asynchronous method of a simulation. Awaiting it waits for its end and gives how long that took. A process
/// that fails fails those who await it; when nobody does, it ends the run with its error: no failure is ever lost.
/// </summary>
public sealed class Process : IWaitReason
{
    private readonly ProcessTable _table;
    private readonly List<int> _joiners = [];

    internal Process(ProcessTable table, string name, bool isBackground)
    {
        _table = table;
        Name = name;
        IsBackground = isBackground;
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>Whether it may still wait when the simulation ends: a server that waits for work for ever.</summary>
    public bool IsBackground { get; }

    /// <summary>Whether it has ended, in success or failure.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>The error that it ended with; null while it runs and after success.</summary>
    public Exception? Exception { get; private set; }

    /// <summary>What it waits for at present.</summary>
    internal IWaitReason? Reason { get; set; }

    /// <summary>Called by the compiler for <c>await</c>: waits for the end of the process.</summary>
    public Wait GetAwaiter()
    {
        int id = _table.Open(this);
        if (IsCompleted) _table.CompleteNow(id, Exception);
        else _joiners.Add(id);
        return new Wait(_table, id);
    }

    internal void End(Exception? exception)
    {
        IsCompleted = true;
        Exception = exception;
        if (exception is not null && _joiners.Count == 0) _table.FailRun(this, exception);
        foreach (int id in _joiners) _table.CompleteLater(id, exception);
        _joiners.Clear();
    }

    string IWaitReason.Describe() => $"the end of process '{Name}'";
}

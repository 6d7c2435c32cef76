using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// A condition that components and processes wait for: closed at first; opening it resumes all who wait, in the order in
/// which they came, at the current time; it stays open until it is closed again.
/// </summary>
public sealed class Signal : IWaitReason
{
    private readonly Simulator _simulator;
    private readonly List<(EventTarget Target, long Tag)> _waiters = [];

    /// <summary>Creates a closed signal.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">What it means, in deadlock messages (<c>frame ready</c>).</param>
    public Signal(Simulator simulator, string name)
    {
        _simulator = simulator;
        Name = name;
    }

    /// <summary>What it means.</summary>
    public string Name { get; }

    /// <summary>Whether waiting for it takes no time.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Opens it and resumes all who wait.</summary>
    public void Open()
    {
        IsOpen = true;
        Pulse();
    }

    /// <summary>Resumes all who wait now without opening it for those who come later.</summary>
    public void Pulse()
    {
        foreach ((EventTarget target, long tag) in _waiters) _simulator.Schedule(_simulator.Now, target, tag);
        _waiters.Clear();
    }

    /// <summary>Closes it: those who come from now on wait for the next opening.</summary>
    public void Close() => IsOpen = false;

    /// <summary>Sends an event to a target when the signal is open, at the earliest later at this same time.</summary>
    public void Notify(EventTarget target, long tag = 0)
    {
        if (IsOpen) _simulator.Schedule(_simulator.Now, target, tag);
        else _waiters.Add((target, tag));
    }

    /// <summary>Waits until it is open.</summary>
    public Wait WaitAsync()
    {
        int id = _simulator.Processes.Open(this);
        Notify(_simulator.Processes, id);
        return new Wait(_simulator.Processes, id);
    }

    string IWaitReason.Describe() => $"signal '{Name}'";
}

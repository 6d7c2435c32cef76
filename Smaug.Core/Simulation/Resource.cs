using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>How those who wait for a <see cref="Resource"/> are ordered.</summary>
public enum QueueDiscipline
{
    /// <summary>First come, first served; the priority is ignored.</summary>
    Fifo,

    /// <summary>The smallest priority first; equal priorities first come, first served.</summary>
    Priority,
}

/// <summary>
/// A number of identical units that are held for a time: bus grants, DMA channels, cores. Who finds none free waits in a
/// queue. A component asks with an event (<see cref="Request"/>), a process with <c>await</c> (<see cref="AcquireAsync"/>);
/// both give the unit back with <see cref="Release"/>.
/// </summary>
public sealed class Resource : IWaitReason
{
    private readonly Simulator _simulator;
    private readonly PriorityQueue<(EventTarget Target, long Tag), (int Priority, long Sequence)> _waiting = new();
    private readonly QueueDiscipline _discipline;
    private long _sequence;
    private long _lastChange;
    private double _heldUnitPicoseconds;

    /// <summary>Creates a resource with all units free.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="capacity">Number of units, at least 1.</param>
    /// <param name="discipline">Order of the queue.</param>
    /// <exception cref="ConfigurationException">The capacity is not positive.</exception>
    public Resource(Simulator simulator, string name, int capacity, QueueDiscipline discipline = QueueDiscipline.Fifo)
    {
        if (capacity < 1) throw new ConfigurationException($"resource '{name}': capacity {capacity} must be at least 1");
        _simulator = simulator;
        _discipline = discipline;
        Name = name;
        Capacity = capacity;
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>Number of units.</summary>
    public int Capacity { get; }

    /// <summary>Units that are held at present.</summary>
    public int Held { get; private set; }

    /// <summary>Requests that wait at present.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Share of unit time held since the simulation began, 0 to 1; 0 at time zero.</summary>
    public double Utilization
    {
        get
        {
            Account();
            return _lastChange == 0 ? 0 : _heldUnitPicoseconds / ((double)_lastChange * Capacity);
        }
    }

    /// <summary>Takes a unit when one is free and nobody waits.</summary>
    /// <returns>Whether a unit was taken.</returns>
    public bool TryAcquire()
    {
        if (Held == Capacity || _waiting.Count > 0) return false;
        Take();
        return true;
    }

    /// <summary>Asks for a unit; an event tells when it has been taken, at the earliest later at this same time.</summary>
    /// <param name="target">What is told.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <param name="priority">Smaller goes first; used by <see cref="QueueDiscipline.Priority"/> only.</param>
    public void Request(EventTarget target, long tag = 0, int priority = 0)
    {
        if (TryAcquire()) _simulator.Schedule(_simulator.Now, target, tag);
        else _waiting.Enqueue((target, tag), (_discipline == QueueDiscipline.Priority ? priority : 0, _sequence++));
    }

    /// <summary>Waits for a unit and takes it.</summary>
    /// <param name="priority">Smaller goes first; used by <see cref="QueueDiscipline.Priority"/> only.</param>
    public Wait AcquireAsync(int priority = 0)
    {
        int id = _simulator.Processes.Open(this);
        Request(_simulator.Processes, id, priority);
        return new Wait(_simulator.Processes, id);
    }

    /// <summary>Gives a unit back; the first in the queue gets it at the current time.</summary>
    /// <exception cref="SimulationException">No unit is held.</exception>
    public void Release()
    {
        if (Held == 0) throw new SimulationException($"resource '{Name}' was released more often than acquired");
        Account();
        Held--;
        if (!_waiting.TryDequeue(out (EventTarget Target, long Tag) next, out _)) return;
        Take();
        _simulator.Schedule(_simulator.Now, next.Target, next.Tag);
    }

    string IWaitReason.Describe() => $"resource '{Name}' ({Held} of {Capacity} held, {Waiting} waiting)";

    private void Take()
    {
        Account();
        Held++;
    }

    private void Account()
    {
        long now = _simulator.Now.Picoseconds;
        _heldUnitPicoseconds += (double)(now - _lastChange) * Held;
        _lastChange = now;
    }
}

using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Pooling;

/// <summary>
/// Items that are due at times, passed one after the other: each is called for when the one before it has gone, so that what else falls on
/// its time sees it in the order of gem5's event queue (<see cref="Simulator.ScheduleLatestFirst"/>).
/// </summary>
/// <param name="simulator">The simulation it belongs to.</param>
/// <param name="pass">Gets each item when its time has come.</param>
internal sealed class LatestFirstQueue<T>(Simulator simulator, Action<T> pass) : EventTarget
{
    private readonly TimeQueue<T> _items = new();
    private long _next = TimeQueue<T>.Never;

    public void Add(T item, SimTime time)
    {
        bool isFirst = time.Picoseconds < _items.FirstTime;
        _items.Add(time.Picoseconds, item);
        if (isFirst) Schedule(time.Picoseconds);
    }

    public override void Handle(SimTime now, long tag)
    {
        if (now.Picoseconds != _next) return;
        _next = TimeQueue<T>.Never;
        T item = _items.First;
        _items.RemoveFirst();
        pass(item);
        if (_items.Count > 0) Schedule(Math.Max(_items.FirstTime, now.Picoseconds));
    }

    private void Schedule(long time)
    {
        if (time >= _next) return;
        _next = time;
        simulator.ScheduleLatestFirst(new SimTime(time), this);
    }
}

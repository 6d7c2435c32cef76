using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Pooling;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Cores;

/// <summary>A core that runs tasks through a port that takes lines, such as one of a coherent memory system or of a cache.</summary>
public sealed class MessageCore : EventTarget, IMemoryRequester, ICoreLines
{
    private const int LargestLine = 65_536;

    private readonly Simulator _simulator;
    private readonly MemoryPort _lines;
    private readonly int _lineBytes;
    private readonly long _period;
    private readonly CoreTaskStepper _stepper;
    private readonly Queue<Work> _queue = new();
    private readonly RequestPool _requests = new();
    private readonly Queue<MemoryRequest> _refused = new();
    private long _scheduled = long.MaxValue;

    /// <summary>Creates a core without work.</summary>
    /// <param name="lines">Where its lines go.</param>
    /// <param name="lineBytes">Bytes of a line, a power of two.</param>
    /// <param name="frequency">Its clock: it goes on at the edge after an answer.</param>
    /// <exception cref="ArgumentNullException">There is no port.</exception>
    /// <exception cref="ConfigurationException">The bytes of a line are no power of two, or the clock is not set.</exception>
    public MessageCore(MemoryPort lines, int lineBytes, Frequency frequency)
    {
        ArgumentNullException.ThrowIfNull(lines);
        Require.PowerOfTwo(nameof(lineBytes), lineBytes, 1, LargestLine);
        Require.Clock(nameof(frequency), frequency);
        (_simulator, _lines, _lineBytes) = (lines.Simulator, lines, lineBytes);
        _period = frequency.PeriodPicoseconds;
        _stepper = new CoreTaskStepper(this, lineBytes);
    }

    /// <summary>Queues a task, whose end is an event at a target.</summary>
    /// <param name="task">What to do.</param>
    /// <param name="target">Told when it is done.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="ArgumentNullException">There is no target.</exception>
    /// <exception cref="SimulationException">A value of the task is out of its range. An address beyond main memory is found when its line is read.</exception>
    public void Run(in CoreTask task, EventTarget target, long tag = 0)
    {
        CoreTaskChecks.Check($"core at {_lines.Name}", task, target);
        _queue.Enqueue(new Work(task, target, tag));
        if (_queue.Count == 1) Schedule(_simulator.Now.Picoseconds);
    }

    /// <inheritdoc/>
    public override void Handle(SimTime now, long tag)
    {
        if (now.Picoseconds != _scheduled) return;
        _scheduled = long.MaxValue;
        while (true)
        {
            if (!_stepper.IsBusy)
            {
                if (!_queue.TryPeek(out Work next)) return;
                _stepper.Begin(next.Task, now.Picoseconds);
            }

            _stepper.Step(now.Picoseconds);
            if (_stepper.IsBusy) break;
            Work done = _queue.Dequeue();
            _simulator.Schedule(now, done.Target, done.Tag);
        }

        Schedule(_stepper.NextStep);
    }

    /// <inheritdoc/>
    public void Complete(MemoryRequest request)
    {
        int slot = (int)request.Tag;
        _requests.Return(request);
        long now = _simulator.Now.Picoseconds;
        long remainder = now % _period;
        _stepper.Answered(slot, remainder == 0 ? now : now - remainder + _period);
        Schedule(_stepper.NextStep);
    }

    /// <inheritdoc/>
    public void Retry(MemoryPort port)
    {
        while (_refused.TryPeek(out MemoryRequest? request) && _lines.TrySend(request, this)) _refused.Dequeue();
    }

    long ICoreLines.Access(long address, bool write, long now, int slot)
    {
        MemoryRequest request = _requests.Take();
        request.Set(this, write ? MemoryCommand.Write : MemoryCommand.Read, address, _lineBytes);
        request.Tag = slot;
        request.IssueTime = _simulator.Now;
        if (_refused.Count > 0 || !_lines.TrySend(request, this)) _refused.Enqueue(request);
        return ICoreLines.Pending;
    }

    private void Schedule(long time)
    {
        if (time == long.MaxValue || time >= _scheduled) return;
        _scheduled = time;
        _simulator.Schedule(new SimTime(time), this);
    }

    private readonly record struct Work(CoreTask Task, EventTarget Target, long Tag);
}

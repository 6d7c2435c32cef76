using System.Runtime.ExceptionServices;
using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// The processes of a simulator and what they wait for. A wait is a slot in a table that is reused, and its event is the
/// slot's number, so that awaiting allocates nothing beyond the method's own state machine.
/// </summary>
internal sealed class ProcessTable : EventTarget
{
    private const int NoThread = -1;

    private readonly Simulator _simulator;
    private readonly List<Process> _live = [];
    private Slot[] _slots = new Slot[16];
    private int _free = -1;
    private int _used;
    private Process? _current;
    private int _thread = NoThread;

    public ProcessTable(Simulator simulator)
    {
        _simulator = simulator;
        Context = new KernelContext(this);
    }

    /// <summary>Keeps continuations of ordinary tasks on the simulator's thread.</summary>
    public SynchronizationContext Context { get; }

    public void EnterThread() => _thread = Environment.CurrentManagedThreadId;

    public void LeaveThread() => _thread = NoThread;

    public Process Start(string name, Func<Task> body, bool isBackground)
    {
        Process process = new(this, name, isBackground);
        _live.Add(process);
        int id = Allocate(null);
        ref Slot slot = ref _slots[id];
        slot.Process = process;
        slot.Continuation = () =>
        {
            Release(id);
            _ = RunAsync(process, body);
        };
        _simulator.Schedule(_simulator.Now, this, id);
        return process;
    }

    /// <summary>Opens a wait of the running process; whoever opened it completes it by an event with its number as tag.</summary>
    public int Open(IWaitReason reason)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new SimulationException("waiting for simulated time is possible only within a process: start one with Simulator.Start and run the simulator");
        }

        return Allocate(reason);
    }

    public override void Handle(SimTime now, long tag) => Complete((int)tag);

    /// <summary>Completes a wait and resumes the process that awaits it, at once.</summary>
    public void Complete(int id)
    {
        ref Slot slot = ref _slots[id];
        slot.Completed = true;
        if (slot.Continuation is not { } continuation) return;
        slot.Continuation = null;
        Process? previous = _current;
        _current = slot.Process;
        if (_current is not null) _current.Reason = null;
        continuation();
        _current = previous;
    }

    public void CompleteNow(int id, Exception? failure)
    {
        _slots[id].Completed = true;
        _slots[id].Failure = failure;
    }

    public void CompleteLater(int id, Exception? failure)
    {
        _slots[id].Failure = failure;
        _simulator.Schedule(_simulator.Now, this, id);
    }

    public bool IsCompleted(int id) => _slots[id].Completed;

    public void Continue(int id, Action continuation)
    {
        ref Slot slot = ref _slots[id];
        if (slot.Continuation is not null) throw new SimulationException("a wait can be awaited only once");
        slot.Continuation = continuation;
        slot.Process = _current;
        if (_current is not null) _current.Reason = slot.Reason;
    }

    public SimTime Close(int id)
    {
        Slot slot = _slots[id];
        if (!slot.Completed) throw new SimulationException("a wait can be awaited only once, by a process");
        Release(id);
        if (slot.Failure is not null) ExceptionDispatchInfo.Throw(slot.Failure);
        return _simulator.Now - new SimTime(slot.Opened);
    }

    public void FailRun(Process process, Exception exception) => _simulator.Fail(exception switch
    {
        OperationCanceledException => exception,
        OverflowException overflow => new SimulationException($"process '{process.Name}': {_simulator.TooLarge(overflow).Message}", exception),
        _ => new SimulationException($"process '{process.Name}' failed at {_simulator.Now}: {exception.Message}", exception),
    });

    public void DescribeWaits(List<string> waits, bool ofBackground = false)
    {
        foreach (Process process in _live)
        {
            if (process.IsBackground != ofBackground) continue;
            waits.Add($"{(ofBackground ? "background " : "")}process '{process.Name}' waits for {process.Reason?.Describe() ?? "something outside the simulation"}");
        }
    }

    private async Task RunAsync(Process process, Func<Task> body)
    {
        // Awaiting the end without throwing keeps every kind of failure, whatever its type.
        Task task = CallAsync(body);
        await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _live.Remove(process);
        process.End(task.IsCanceled ? new OperationCanceledException() : task.Exception?.InnerException);
    }

    private static async Task CallAsync(Func<Task> body) => await body();

    private int Allocate(IWaitReason? reason)
    {
        int id = _free;
        if (id >= 0)
        {
            _free = _slots[id].Next;
        }
        else
        {
            if (_used == _slots.Length) Array.Resize(ref _slots, _used * 2);
            id = _used++;
        }

        ref Slot slot = ref _slots[id];
        slot = default;
        slot.Reason = reason;
        slot.Opened = _simulator.Now.Picoseconds;
        return id;
    }

    private void Release(int id)
    {
        _slots[id] = default;
        _slots[id].Next = _free;
        _free = id;
    }

    private void Post(SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _simulator.FailFromOutside(new SimulationException(
                "a process awaited something that completed outside the simulation; a process may await only what its simulator offers"));
            return;
        }

        int id = Allocate(null);
        _slots[id].Process = _current;
        _slots[id].Continuation = () =>
        {
            Release(id);
            callback(state);
        };
        _simulator.Schedule(_simulator.Now, this, id);
    }

    private struct Slot
    {
        public Action? Continuation;
        public Process? Process;
        public IWaitReason? Reason;
        public Exception? Failure;
        public long Opened;
        public int Next;
        public bool Completed;
    }

    private sealed class KernelContext(ProcessTable table) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => table.Post(d, state);

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}

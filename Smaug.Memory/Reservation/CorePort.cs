using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Memory.Cores;
using Smaug.Memory.Validation;

namespace Smaug.Memory.Reservation;

/// <summary>
/// A core's way to memory in the reservation model. As a port it takes blocks of any size, whose lines follow one another; a
/// <see cref="MemoryCommand.Prefetch"/> is answered at once and goes on beside the others. <see cref="Run"/> takes a whole
/// task, whose reads, computation and writes alternate line by line.
/// </summary>
public sealed class CorePort : MemoryPort
{
    private const int PrefetchLines = 4;

    private readonly CoreAgent _demand;
    private readonly Func<CoreAgent> _makePrefetch;
    private CoreAgent? _prefetch;

    internal CorePort(Simulator simulator, string name, CoreAgent demand, Func<CoreAgent> makePrefetch)
        : base(simulator, name) => (_demand, _makePrefetch) = (demand, makePrefetch);

    /// <summary>Runs a task; its end is an event at a target.</summary>
    /// <param name="task">What to do.</param>
    /// <param name="target">Told when it is done.</param>
    /// <param name="tag">Handed to the target as it is.</param>
    /// <exception cref="ArgumentNullException">There is no target.</exception>
    /// <exception cref="SimulationException">A value of the task is out of its range. An address beyond main memory is found when its line is read.</exception>
    public void Run(in CoreTask task, EventTarget target, long tag = 0)
    {
        CoreTaskChecks.Check(Name, task, target, _demand.Addresses);
        _demand.Start(task, target, tag);
    }

    /// <inheritdoc/>
    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        Require.Block(Name, "block", request.Address, request.Bytes, int.MaxValue);
        switch (request.Command)
        {
            case MemoryCommand.Prefetch:
                _prefetch ??= _makePrefetch();
                _prefetch.Start(new CoreTask(request.Address, request.Bytes, 0, 0, default, PrefetchLines), owner: null);
                _demand.Start(default, request);
                break;
            case MemoryCommand.Write or MemoryCommand.Atomic:
                _demand.Start(new CoreTask(0, 0, request.Address, request.Bytes, default, 0), request);
                break;
            default:
                _demand.Start(new CoreTask(request.Address, request.Bytes, 0, 0, default, 0), request);
                break;
        }

        return true;
    }
}

using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>
/// Attributes every instant of an operator's body to one kind of work: computation when any accelerator computes, else
/// transfer in, else transfer out, else the CPU. The parts therefore add up to the body's time.
/// </summary>
internal sealed class BodyClock(Simulator simulator)
{
    private readonly int[] _accelerators = new int[5];
    private AcceleratorPhase _kind = AcceleratorPhase.Idle;
    private SimTime _since;
    private SimTime _busySince;
    private int _busy;

    public SimTime TransferIn { get; private set; }

    public SimTime Compute { get; private set; }

    public SimTime TransferOut { get; private set; }

    /// <summary>Time in which at least one accelerator was not idle, over the whole run.</summary>
    public SimTime AnyBusy { get; private set; }

    /// <summary>Starts the attribution of a body.</summary>
    public void Begin()
    {
        (TransferIn, Compute, TransferOut) = (SimTime.Zero, SimTime.Zero, SimTime.Zero);
        _since = simulator.Now;
    }

    /// <summary>Notes that an accelerator goes from one phase to another.</summary>
    public void Change(AcceleratorPhase from, AcceleratorPhase to)
    {
        SimTime now = simulator.Now;
        if (from == AcceleratorPhase.Idle && _busy++ == 0) _busySince = now;
        if (to == AcceleratorPhase.Idle && --_busy == 0) AnyBusy += now - _busySince;
        _accelerators[(int)from]--;
        _accelerators[(int)to]++;
        AcceleratorPhase kind = Current();
        if (kind == _kind) return;
        Close(now);
        _kind = kind;
    }

    /// <summary>Ends the attribution of a body.</summary>
    public void End() => Close(simulator.Now);

    private AcceleratorPhase Current() =>
        _accelerators[(int)AcceleratorPhase.Compute] > 0 ? AcceleratorPhase.Compute
        : _accelerators[(int)AcceleratorPhase.TransferIn] > 0 ? AcceleratorPhase.TransferIn
        : _accelerators[(int)AcceleratorPhase.TransferOut] > 0 ? AcceleratorPhase.TransferOut
        : AcceleratorPhase.Idle;

    private void Close(SimTime now)
    {
        SimTime time = now - _since;
        _since = now;
        switch (_kind)
        {
            case AcceleratorPhase.Compute: Compute += time; break;
            case AcceleratorPhase.TransferIn: TransferIn += time; break;
            case AcceleratorPhase.TransferOut: TransferOut += time; break;
            default: break;
        }
    }
}

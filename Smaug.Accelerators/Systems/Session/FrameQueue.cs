using System.Collections.Immutable;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The inputs that wait for the network, and the record of those it has taken.</summary>
internal sealed class FrameQueue(Simulator simulator, string? source)
{
    private readonly Queue<SimTime> _offered = new();
    private readonly Signal _available = new(simulator, $"a frame of '{source}'");
    private readonly ImmutableArray<FrameReport>.Builder _reports = ImmutableArray.CreateBuilder<FrameReport>();

    public int Started { get; private set; }

    public int Waiting => _offered.Count;

    public void Offer()
    {
        _offered.Enqueue(simulator.Now);
        _available.Open();
    }

    /// <summary>Waits for the next frame, if there is a source of them, and returns the time since which it has been in memory.</summary>
    public async Task<SimTime> TakeAsync()
    {
        SimTime offered = simulator.Now;
        if (source is not null)
        {
            await _available.WaitAsync();
            offered = _offered.Dequeue();
            if (_offered.Count == 0) _available.Close();
        }

        Started++;
        return offered;
    }

    public void Done(SimTime offered, SimTime started) => _reports.Add(new FrameReport(_reports.Count, offered, started, simulator.Now));

    public ImmutableArray<FrameReport> Reports() => _reports.ToImmutable();
}

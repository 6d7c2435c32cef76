using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Tests.Memory;

/// <summary>A memory that notes every request with its time, and answers all of them after the same time.</summary>
internal sealed class PacketLog(Simulator simulator, SimTime latency) : MemoryPort(simulator, "memory")
{
    private IMemoryRequester? _refused;

    public List<(double Nanoseconds, MemoryCommand Command, long Address, int Bytes)> Packets { get; } = [];

    public IEnumerable<double> Times => Packets.Select(p => p.Nanoseconds);

    public IEnumerable<long> Addresses => Packets.Select(p => p.Address);

    /// <summary>Packets that are taken before one is refused, which is called for at <see cref="CallsAt"/>.</summary>
    public int? RefusesAfter { get; set; }

    public SimTime CallsAt { get; init; }

    public override bool TrySend(MemoryRequest request, IMemoryRequester sender)
    {
        if (RefusesAfter == Packets.Count)
        {
            RefusesAfter = null;
            _refused = sender;
            Simulator.Schedule(CallsAt, new Then(() => _refused!.Retry(this)));
            return false;
        }

        Packets.Add((Simulator.Now.Nanoseconds, request.Command, request.Address, request.Bytes));
        Simulator.ScheduleAfter(latency, new Then(request.Respond));
        return true;
    }

    private sealed class Then(Action action) : EventTarget
    {
        public override void Handle(SimTime now, long tag) => action();
    }
}

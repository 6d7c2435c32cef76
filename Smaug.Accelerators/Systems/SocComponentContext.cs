using Smaug.Accelerators.Systems.Session;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Simulation;

namespace Smaug;

/// <summary>
/// What a component of one's own is given by the SoC that it is part of: a camera front end, a display controller, a network
/// interface, a second processor. See <see cref="SocBuilder.WithComponent"/>.
/// </summary>
public sealed class SocComponentContext
{
    private readonly SocRun _run;

    internal SocComponentContext(SocRun run, string name, MemoryPort port)
    {
        _run = run;
        Name = name;
        Port = port;
    }

    /// <summary>Name of the component.</summary>
    public string Name { get; }

    /// <summary>The simulation: time, delays, signals, resources, further processes.</summary>
    public Simulator Simulator => _run.Simulator;

    /// <summary>The component's own DMA engine, which shares the memory system with CPU and accelerators. A request has at most 4 KiB.</summary>
    public MemoryPort Port { get; }

    /// <summary>The network that runs.</summary>
    public Graph Network => _run.Graph;

    /// <summary>Runs of the network that have begun.</summary>
    public int FramesStarted => _run.Frames.Started;

    /// <summary>Frames that were offered and that the network has not begun with.</summary>
    public int FramesWaiting => _run.Frames.Waiting;

    /// <summary>
    /// Physical address of a buffer, which is given one when it has none yet: name and size of an input tensor give the place
    /// from which the network takes it.
    /// </summary>
    /// <param name="buffer">Name of a tensor of the network, or a name of the component's own.</param>
    /// <param name="bytes">Bytes that the buffer must have at least; its first request says how large it is.</param>
    /// <exception cref="SimulationException">The bytes are negative, or more than the buffer has: it cannot move, since its address is known.</exception>
    /// <exception cref="ConfigurationException">Memory is full.</exception>
    public long Address(string buffer, long bytes)
    {
        if (bytes < 0) throw new SimulationException($"component '{Name}': buffer '{buffer}' of {bytes} bytes: must be 0 or more");
        return _run.Buffers.FixedAddress(buffer, bytes) ?? throw new SimulationException(
            $"component '{Name}': buffer '{buffer}' of {bytes} bytes: it has {_run.Buffers.Size(buffer, 0)} and cannot move, since its address has been given out; ask for the largest size first");
    }

    /// <summary>
    /// Says that one more input is in memory. When the component was added by <see cref="SocBuilder.WithFrameSource"/>, each run
    /// of the network waits for one; offers that the network is not ready for wait in order.
    /// </summary>
    public void OfferFrame() => _run.Frames.Offer();
}

/// <summary>A process of a component: begins at time zero and may go on until the network has finished.</summary>
/// <param name="context">What the SoC gives the component.</param>
public delegate Task SocComponentProcess(SocComponentContext context);

using System.Numerics;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;

namespace Smaug.Memory.Interconnect;

/// <summary>
/// Divides memory among several channels behind one port, in no time: consecutive blocks lie in consecutive channels, or, where the
/// addresses are hashed, in the channel whose number is that of the block and of address bits 20 and above, exclusive or. Channels see
/// addresses of their own, without the channel's bits, and call back themselves whom they refuse. This is how gem5 divides memory with
/// <c>--mem-channels</c>.
/// </summary>
public sealed class ChannelInterleaver
{
    private const int FirstHashBit = 20;

    private readonly Lane[] _lanes;
    private readonly InputPort _port;
    private readonly int _blockShift;
    private readonly int _channelBits;
    private readonly bool _hashes;

    /// <summary>Creates the division.</summary>
    /// <param name="simulator">The simulation it belongs to.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="channels">The channels: 1, 2, 4, 8, 16, 32 or 64, each with addresses from 0.</param>
    /// <param name="blockBytes">Bytes that lie in one channel before the next one, a power of two from 8 to 4,096; in gem5 the larger of 128 and a line.</param>
    /// <param name="hashes">Whether address bits 20 and above change the channel, so that strides by powers of two use all of them.</param>
    /// <exception cref="ConfigurationException">The number of channels or of bytes is out of its range, or a channel belongs to another simulation.</exception>
    public ChannelInterleaver(Simulator simulator, string name, IReadOnlyList<MemoryPort> channels, int blockBytes = 128, bool hashes = true)
    {
        ArgumentNullException.ThrowIfNull(channels);
        Name = name;
        Require.Valid(name, () =>
        {
            Require.PowerOfTwo(nameof(channels), channels.Count, 1, 64);
            Require.PowerOfTwo(nameof(blockBytes), blockBytes, 8, 4096);
        });
        _blockShift = BitOperations.Log2((uint)blockBytes);
        _channelBits = BitOperations.Log2((uint)channels.Count);
        _hashes = hashes;
        foreach (MemoryPort channel in channels) Require.SameSimulation(name, simulator, channel);
        _lanes = [.. channels.Select((channel, number) => new Lane(this, channel, number))];
        _port = new InputPort(this, simulator);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where requests enter.</summary>
    public MemoryPort Port => _port;

    /// <summary>The channel of an address.</summary>
    public int ChannelOf(long address) => (int)((address >> _blockShift) ^ Hash(address)) & (_lanes.Length - 1);

    private long Hash(long address) => _hashes ? address >> FirstHashBit : 0;

    /// <summary>The address within its channel.</summary>
    private long Inner(long address) => (address >> (_blockShift + _channelBits) << _blockShift) | (address & ((1L << _blockShift) - 1));

    /// <summary>The address of one within a channel.</summary>
    private long Outer(long inner, int channel)
    {
        long address = (inner >> _blockShift << (_blockShift + _channelBits)) | (inner & ((1L << _blockShift) - 1));
        // The bits that are hashed lie above those of the channel, and are there already.
        return address | (((channel ^ Hash(address)) & (_lanes.Length - 1)) << _blockShift);
    }

    private bool IsInOneBlock(long address, int bytes) => address >= 0 && bytes >= 1 && address >> _blockShift == (address + bytes - 1) >> _blockShift;

    private bool Pass(MemoryRequest request, IMemoryRequester sender)
    {
        long address = request.Address;
        if (!IsInOneBlock(address, request.Bytes))
        {
            throw new SimulationException($"{Name}: {request} must lie within one block of {1 << _blockShift} bytes, at an address of 0 or above");
        }

        Lane lane = _lanes[ChannelOf(address)];
        request.Address = Inner(address);
        request.PushRoute(lane);
        if (lane.Channel.TrySend(request, sender)) return true;
        request.PopRoute();
        request.Address = address;
        return false;
    }

    private sealed class InputPort(ChannelInterleaver interleaver, Simulator simulator) : MemoryPort(simulator, interleaver.Name)
    {
        internal override object? Part => interleaver;

        // A block that no channel can answer alone is an error of its own.
        public override bool HasMemoryAt(long address, int bytes) =>
            !interleaver.IsInOneBlock(address, bytes) || interleaver._lanes[interleaver.ChannelOf(address)].Channel.HasMemoryAt(interleaver.Inner(address), bytes);

        public override bool TrySend(MemoryRequest request, IMemoryRequester sender) => interleaver.Pass(request, sender);
    }

    /// <summary>The way back from a channel.</summary>
    private sealed class Lane(ChannelInterleaver interleaver, MemoryPort channel, int number) : IMemoryRequester
    {
        public MemoryPort Channel => channel;

        public void Complete(MemoryRequest request)
        {
            request.Address = interleaver.Outer(request.Address, number);
            request.Respond();
        }

        public void Retry(MemoryPort port) { }
    }
}

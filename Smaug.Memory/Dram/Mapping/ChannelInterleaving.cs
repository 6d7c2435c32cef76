using System.Numerics;
using Smaug.Core;
using Smaug.Memory.Dram.Standards;

namespace Smaug.Memory.Dram.Mapping;

/// <summary>
/// Takes the channel from the address first, as the rules of Ramulator 2.1 do: a number of consecutive requests go to one channel
/// before the next one. The rest of the address, closed up, goes to another mapping.
/// </summary>
/// <param name="inner">Maps the address inside the channel.</param>
/// <param name="requests">Consecutive requests of one channel, a power of two.</param>
public sealed class ChannelInterleaving(IAddressMapping inner, int requests = 1) : IAddressMapping
{
    /// <summary>A mapping whose channels take turns every so many bytes.</summary>
    /// <param name="inner">Maps the address inside the channel.</param>
    /// <param name="bytes">Consecutive bytes of one channel: a power of two, at least one access of the devices.</param>
    /// <param name="devices">The devices.</param>
    /// <exception cref="ConfigurationException">The number of bytes is out of its range.</exception>
    public static ChannelInterleaving EveryBytes(IAddressMapping inner, int bytes, DramPreset devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        int access = devices.TransactionBytes;
        if (bytes < access || !BitOperations.IsPow2(bytes / access) || bytes % access != 0)
        {
            throw new ConfigurationException($"DRAM channels that take turns every {bytes} bytes: must be a power of two, at least {access} (one access of {devices.Name})");
        }

        return new ChannelInterleaving(inner, bytes / access);
    }

    /// <inheritdoc/>
    public string Name => $"{inner.Name} in channels of {requests} request(s)";

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The number of requests is not a power of two.</exception>
    public IAddressMapper Create(DramGeometry geometry)
    {
        if (requests < 1 || !BitOperations.IsPow2(requests))
        {
            throw new ConfigurationException($"DRAM channel interleaving = {requests} requests: must be a power of two, at least 1");
        }

        return new Mapper(inner.Create(new DramGeometry(geometry.Preset, 1, geometry.Counts)), geometry,
            geometry.TransactionBits + BitOperations.Log2((uint)requests));
    }

    private sealed class Mapper(IAddressMapper inner, DramGeometry geometry, int shift) : IAddressMapper
    {
        private readonly int _channelBits = geometry.ChannelBits;

        public DramAddress Map(ulong address)
        {
            ulong below = address & ((1UL << shift) - 1);
            ulong above = address >> (shift + _channelBits);
            int channel = (int)(address >> shift) & ((1 << _channelBits) - 1);
            return inner.Map(above << shift | below) with { Channel = channel };
        }
    }
}

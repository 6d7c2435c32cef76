using System.Numerics;
using Smaug.Core;

namespace Smaug.Memory.Dram.Mapping;

/// <summary>
/// Takes the channel from the address first, as the rules of Ramulator 2.1 do: a number of consecutive requests go to one channel
/// before the next one. The rest of the address, closed up, goes to another mapping.
/// </summary>
/// <param name="inner">Maps the address inside the channel.</param>
/// <param name="requests">Consecutive requests of one channel, a power of two.</param>
public sealed class ChannelInterleaving(IAddressMapping inner, int requests = 1) : IAddressMapping
{
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

namespace Smaug.Memory.Dram.Mapping;

/// <summary>Where a request goes.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Bank">Bank of the channel, counted over all ranks, pseudo channels and bank groups in level order.</param>
/// <param name="Row">Row of the bank.</param>
/// <param name="Column">Column in accesses.</param>
public readonly record struct DramAddress(int Channel, int Bank, int Row, int Column);

/// <summary>
/// Turns byte addresses into places of the devices. Implement it for a mapping of your own and give it to
/// <see cref="Command.DramConfiguration.Mapping"/>.
/// </summary>
public interface IAddressMapping
{
    /// <summary>Name for reports.</summary>
    string Name { get; }

    /// <summary>Prepares the mapping for an organisation.</summary>
    IAddressMapper Create(DramGeometry geometry);
}

/// <summary>A mapping made for one organisation.</summary>
public interface IAddressMapper
{
    /// <summary>The place of a byte address; called once per request, must not allocate.</summary>
    DramAddress Map(ulong address);
}

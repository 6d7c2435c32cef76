namespace Smaug.Memory.Cores;

/// <summary>Single lines, as a core reaches them.</summary>
internal interface ICoreLines
{
    /// <summary>Result of an access whose answer comes later.</summary>
    const long Pending = -1;

    /// <summary>Accesses a line.</summary>
    /// <param name="address">Address of its first byte.</param>
    /// <param name="write">Whether it is written.</param>
    /// <param name="now">The time, in picoseconds.</param>
    /// <param name="slot">Comes back with the answer.</param>
    /// <returns>When it is answered, where that is known at once; or <see cref="Pending"/>.</returns>
    long Access(long address, bool write, long now, int slot);
}

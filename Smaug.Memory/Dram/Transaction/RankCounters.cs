namespace Smaug.Memory.Dram.Transaction;

/// <summary>What one rank did since the start; spans of activity count when they have ended.</summary>
/// <param name="burstBytes">Bytes of a burst.</param>
/// <param name="burstPicoseconds">Time that a burst holds the data bus.</param>
internal sealed class RankCounters(long burstBytes, long burstPicoseconds)
{
    public long Activates;
    public long Precharges;
    public long BurstsRead;
    public long BurstsWritten;
    public long Refreshes;
    public long ActivePicoseconds;

    public long BytesRead => BurstsRead * burstBytes;

    public long BytesWritten => BurstsWritten * burstBytes;

    public long BusPicoseconds => (BurstsRead + BurstsWritten) * burstPicoseconds;
}

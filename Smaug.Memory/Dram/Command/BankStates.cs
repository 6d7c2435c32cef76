namespace Smaug.Memory.Dram.Command;

/// <summary>What a controller knows about the rows of its banks. Banks are counted over all ranks and bank groups.</summary>
internal sealed class BankStates
{
    private readonly int _rankShift;

    /// <param name="banks">Banks of the channel.</param>
    /// <param name="banksPerRank">Banks that one all-bank refresh covers, a power of two.</param>
    public BankStates(int banks, int banksPerRank)
    {
        OpenRow = new int[banks];
        Array.Fill(OpenRow, -1);
        Hits = new int[banks];
        LastUse = new long[banks];
        OpenInRank = new int[banks / banksPerRank];
        PerRank = banksPerRank;
        _rankShift = int.Log2(banksPerRank);
    }

    public int Count => OpenRow.Length;

    public int PerRank { get; }

    public int Ranks => OpenInRank.Length;

    /// <summary>The open row of each bank; -1: closed.</summary>
    public int[] OpenRow { get; }

    /// <summary>Column commands of each bank since its activate.</summary>
    public int[] Hits { get; }

    /// <summary>Cycle of each bank's latest activate or column command.</summary>
    public long[] LastUse { get; }

    /// <summary>Banks of each rank that are not closed.</summary>
    public int[] OpenInRank { get; }

    public int RankOf(int bank) => bank >> _rankShift;

    public void SetRow(int bank, int row)
    {
        OpenInRank[RankOf(bank)] += (row >= 0 ? 1 : 0) - (OpenRow[bank] >= 0 ? 1 : 0);
        OpenRow[bank] = row;
    }
}

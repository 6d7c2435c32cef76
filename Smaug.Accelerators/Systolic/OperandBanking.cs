using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>Banks of one read scratchpad, and the bandwidth of its prefetches.</summary>
public sealed record OperandBanking
{
    /// <summary>Whether words are stored in the order of the layout file, with bank conflicts; default false.</summary>
    public bool CustomLayout { get; init; }

    /// <summary>
    /// Words per line of the scratchpad; with a fixed interface of version 3 also the words per cycle from DRAM. At least 1,
    /// default 10.
    /// </summary>
    public int WordsPerCycle { get; init; } = 10;

    /// <summary>Banks; must divide <see cref="WordsPerCycle"/>; default 10.</summary>
    public int Banks { get; init; } = 10;

    /// <summary>Lines that a bank serves per cycle; at least 1, default 2.</summary>
    public int Ports { get; init; } = 2;

    internal void Validate(string operand)
    {
        if (WordsPerCycle < 1) throw new ConfigurationException($"{operand}SRAMBankBandwidth = {WordsPerCycle}: must be at least 1");
        if (Banks < 1) throw new ConfigurationException($"{operand}SRAMBankNum = {Banks}: must be at least 1");
        if (Ports < 1) throw new ConfigurationException($"{operand}SRAMBankPort = {Ports}: must be at least 1");
        if (WordsPerCycle % Banks != 0)
            throw new ConfigurationException($"{operand}SRAMBankNum = {Banks}: must divide {operand}SRAMBankBandwidth ({WordsPerCycle})");
    }
}

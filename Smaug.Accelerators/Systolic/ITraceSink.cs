namespace Smaug.Accelerators.Systolic;

/// <summary>Receives the traces of one layer, row by row, while it is simulated.</summary>
public interface ITraceSink
{
    /// <summary>Takes one row.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="isDram">Whether the row goes between scratchpad and DRAM; else between array and scratchpad.</param>
    /// <param name="cycle">Cycle of the row; negative before the array starts.</param>
    /// <param name="words">Word addresses in slot order; -1 for none. Valid during the call only.</param>
    void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words);

    /// <summary>Called once, when the layer is done; not called when it fails. Does nothing by default.</summary>
    void Complete()
    {
    }
}

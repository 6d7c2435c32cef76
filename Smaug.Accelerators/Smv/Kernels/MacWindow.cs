namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>The part of the input that one result of the <see cref="MacArray"/> is made of.</summary>
/// <param name="Rows">Kernel rows.</param>
/// <param name="Columns">Kernel columns.</param>
/// <param name="Channels">Channels, a multiple of 8.</param>
/// <param name="RowPitch">Input elements from one row to the next.</param>
/// <param name="ColumnPitch">Input elements from one column to the next.</param>
internal readonly record struct MacWindow(int Rows, int Columns, int Channels, int RowPitch, int ColumnPitch)
{
    /// <summary>First input element of a kernel position, counted from the first of the window.</summary>
    public int Offset(int row, int column) => row * RowPitch + column * ColumnPitch;
}

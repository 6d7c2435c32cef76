namespace Smaug.Accelerators.Smv.Execution;

/// <summary>Rows and columns of zeros around the tile in a scratchpad.</summary>
internal readonly record struct Halo(int Top, int Bottom, int Left, int Right)
{
    public int Rows => Top + Bottom;

    public int Columns => Left + Right;
}

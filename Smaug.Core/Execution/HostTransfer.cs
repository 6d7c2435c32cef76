namespace Smaug.Core.Execution;

/// <summary>What a host array is to a kernel; decides the memory policy of its transfers.</summary>
public enum OperandRole
{
    /// <summary>Activations that the kernel reads.</summary>
    Input,

    /// <summary>Parameters that the kernel reads.</summary>
    Weight,

    /// <summary>Results that the kernel writes.</summary>
    Output,
}

/// <summary>One transfer between host memory and an accelerator's scratchpad within a kernel launch.</summary>
/// <param name="Role">What the array is to the kernel.</param>
/// <param name="IsStore">Whether data go from the accelerator to the host.</param>
/// <param name="Buffer">Name of the host buffer: a tile (<c>conv0:input/tile:3</c>) or a whole tensor.</param>
/// <param name="Offset">First byte within the buffer.</param>
/// <param name="Bytes">Bytes moved.</param>
/// <param name="Chunks">Number of requests to the DMA engine or coherency port that move them.</param>
public readonly record struct HostTransfer(OperandRole Role, bool IsStore, string Buffer, long Offset, long Bytes, int Chunks);

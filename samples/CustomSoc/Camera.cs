using Smaug;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Simulation;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace CustomSoc;

/// <summary>
/// A camera front end: a sensor delivers a full-HD frame line by line, its DMA engine writes the lines into one of two buffers,
/// and a scaler then reads the frame and writes the network's input. A frame that the network has no buffer for is dropped.
/// </summary>
internal sealed class Camera(double framesPerSecond)
{
    public const int Rows = 1080, RowBytes = 1920 * 2;
    private const int BlockBytes = 4096, Buffers = 2;

    /// <summary>Time from one frame of the sensor to the next.</summary>
    public SimTime Period { get; } = SimTime.FromSeconds(1 / framesPerSecond);

    /// <summary>Frames that the network could not take.</summary>
    public int Dropped { get; private set; }

    public async Task Run(SocComponentContext soc)
    {
        TensorSpec input = soc.Network.Nodes.First(n => n.Kind == OperatorKind.Data).Outputs[0];
        long target = soc.Address(input.Name, input.StorageBytes);
        SimTime linePeriod = new(Period.Picoseconds / Rows);
        for (int frame = 0; ; frame++)
        {
            long buffer = soc.Address($"camera buffer {frame % Buffers}", (long)Rows * RowBytes);
            for (int row = 0; row < Rows; row++)
            {
                // The sensor does not wait: a line starts at its own time, however long the last one took to write.
                await soc.Simulator.DelayUntil(SimTime.Max(soc.Simulator.Now, frame * Period + row * linePeriod));
                await soc.Port.WriteAsync(buffer + (long)row * RowBytes, RowBytes);
            }

            if (soc.FramesWaiting > 0)
            {
                Dropped++;
                continue;
            }

            await Move(soc.Port, MemoryCommand.Read, buffer, (long)Rows * RowBytes);
            await Move(soc.Port, MemoryCommand.Write, target, input.StorageBytes);
            soc.OfferFrame();
        }
    }

    private static async Task Move(MemoryPort port, MemoryCommand command, long address, long bytes)
    {
        for (long at = 0; at < bytes; at += BlockBytes) await port.AccessAsync(command, address + at, (int)Math.Min(BlockBytes, bytes - at));
    }
}

using System.Globalization;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug.Cli;

/// <summary>What <c>smaug run</c> prints before and after the simulation besides the report.</summary>
internal static class RunHeader
{
    /// <summary>The network's summary and the SoC.</summary>
    public static void Write(TextWriter output, Graph graph, Soc soc, Sampling sampling)
    {
        GraphSummary.Write(output, new GraphTopology(graph));
        SocConfiguration configuration = soc.Configuration;
        output.WriteLine();
        output.WriteLine($"SoC {configuration.Name}: CPU at {configuration.Cpu.Frequency} with {configuration.Cpu.Threads} thread(s), {configuration.Accelerators.Count} accelerator(s) at {configuration.Accelerators.Frequency}, " +
            $"{configuration.Memory.CacheSize} cache with lines of {configuration.Memory.LineBytes} bytes; {graph.Backend} backend, {graph.MemoryPolicy}");
        if (configuration.Accelerators.ConvolutionArray is { } device) output.WriteLine($"convolutions on an output-stationary array of {device.Rows} x {device.Columns}{(device.Compatibility ? ", with the original's defects" : "")}");
        if (configuration.Accelerators.SystolicArray is { } array) output.WriteLine($"systolic array of {array.Rows} x {array.Columns}, {array.Dataflow}, {array.ElementType}, scratchpads of {array.IfmapKilobytes}, {array.FilterKilobytes} and {array.OfmapKilobytes} KiB");
        if (sampling.Level != SamplingLevel.None) output.WriteLine($"sampling level {sampling.Level}, {sampling.Iterations} iteration(s)");
        output.WriteLine();
    }

    /// <summary>What the network computed, in a line or two.</summary>
    public static void WriteValues(TextWriter output, FunctionalResult values)
    {
        if (values.Output is not { } tensor)
        {
            output.WriteLine($"result of {values.Operator}: dead (it lies on a branch that was not taken)");
            return;
        }

        output.WriteLine($"result of {values.Operator}: {tensor.Name} {tensor.Shape} {tensor.Type}");
        float[] elements = Elements(tensor, 1 << 16);
        if (elements.Length == 0) return;
        int largest = Array.IndexOf(elements, elements.Max());
        string shown = string.Join(" ", elements.Take(10).Select(v => v.ToString("G5", CultureInfo.InvariantCulture)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {shown}{(elements.Length > 10 ? " …" : "")}; largest at {largest}: {elements[largest]:G5}"));
        output.WriteLine();
    }

    /// <summary>The first logical elements of a tensor of floats; empty for other types.</summary>
    private static float[] Elements(Tensor tensor, int limit)
    {
        if (tensor.Type is not (DataType.Float16 or DataType.Float32)) return [];
        TensorShape shape = tensor.Shape;
        int count = (int)Math.Min(limit, shape.Size);
        var elements = new float[count];
        (int width, int stored) = (shape[-1], shape[-1] + shape.Padding);
        for (int i = 0; i < count; i++)
        {
            int index = i / width * stored + i % width;
            elements[i] = tensor.Type == DataType.Float16 ? (float)tensor.Span<Half>()[index] : tensor.Span<float>()[index];
        }

        return elements;
    }
}

using System.Collections.Immutable;
using Smaug.Accelerators.Systolic.Mapping;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic;

/// <summary>Simulates layers on a systolic array with double-buffered scratchpads, as SCALE-Sim does.</summary>
public static class SystolicArray
{
    /// <summary>Simulates one layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="configuration">Array, scratchpads and dataflow.</param>
    /// <param name="options">Memory, traces and layouts; the layer has index 0.</param>
    /// <exception cref="ConfigurationException">The layer or the configuration is not valid.</exception>
    /// <exception cref="SimulationException">The array would wait for ever, or a scratchpad is too small for it.</exception>
    public static LayerResult Simulate(SystolicLayer layer, SystolicConfiguration configuration, SystolicRunOptions? options = null)
    {
        options ??= new SystolicRunOptions();
        layer.Validate();
        Check(configuration, options);
        return SimulateLayer(layer, 0, configuration, options);
    }

    /// <summary>Simulates all layers of a topology. Layers are independent, so they run in parallel.</summary>
    /// <param name="topology">The layers.</param>
    /// <param name="configuration">Array, scratchpads and dataflow.</param>
    /// <param name="options">Memory, traces, layouts, parallelism, progress and cancellation.</param>
    /// <exception cref="ConfigurationException">A layer or the configuration is not valid.</exception>
    /// <exception cref="SimulationException">The array would wait for ever, or a scratchpad is too small for it.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SystolicResult Simulate(SystolicTopology topology, SystolicConfiguration configuration, SystolicRunOptions? options = null)
    {
        options ??= new SystolicRunOptions();
        topology.Validate();
        Check(configuration, options);
        var results = new LayerResult[topology.Layers.Length];
        int finished = 0;
        ParallelLayers.Run(results.Length, options, index =>
        {
            results[index] = SimulateLayer(topology.Layers[index], index, configuration, options);
            options.Progress?.Report(Interlocked.Increment(ref finished));
        });
        return new SystolicResult(topology, configuration, ImmutableArray.Create(results));
    }

    private static LayerResult SimulateLayer(SystolicLayer layer, int index, SystolicConfiguration configuration, SystolicRunOptions options)
    {
        ITraceSink? sink = options.Traces?.Invoke(index);
        using var disposable = sink as IDisposable;
        bool ownRow = configuration.Corrects(Corrections.Layouts) && index < options.Layouts.Length;
        LayerResult result = new LayerSimulation(
            layer,
            configuration,
            LayerSlice.Whole(layer),
            options.Memory?.Invoke(index),
            options.Layouts.IsDefaultOrEmpty ? null : options.Layouts[ownRow ? index : 0],
            sink,
            cancellation: options.Cancellation).Run();
        sink?.Complete();
        return result;
    }

    private static void Check(SystolicConfiguration configuration, SystolicRunOptions options)
    {
        configuration.Validate();
        if (configuration.UseDramLatencies && configuration.Mode == BandwidthMode.Fixed && options.Memory is null)
            throw new ConfigurationException("UseRamulatorTrace is True, but no latencies are given");
        CheckLayout(configuration, options, Operand.Ifmap);
        CheckLayout(configuration, options, Operand.Filter);
    }

    private static void CheckLayout(SystolicConfiguration configuration, SystolicRunOptions options, Operand operand)
    {
        if (!configuration.UsesLayout(operand)) return;
        if (options.Layouts.IsDefaultOrEmpty) throw new ConfigurationException($"{operand}CustomLayout is True, but no layout is given");
        int wordsPerLine = configuration.Banking(operand).WordsPerCycle;
        foreach (LayerLayout layout in options.Layouts)
        {
            OperandLayout order = operand == Operand.Ifmap ? layout.Ifmap : layout.Filter;
            order.Validate($"layout of layer '{layout.Name}', {operand}", operand == Operand.Ifmap ? 3 : 4);
            bool fits = operand == Operand.Ifmap ? order.LineWords <= wordsPerLine : order.LineWords == wordsPerLine;
            if (!fits)
            {
                throw new ConfigurationException(
                    $"layout of layer '{layout.Name}': the {operand} factors make {order.LineWords} words per line; must be "
                    + (operand == Operand.Ifmap ? "at most " : "") + $"{operand}SRAMBankBandwidth ({wordsPerLine})");
            }

            if (!configuration.Corrects(Corrections.Layouts)) return;
        }
    }
}

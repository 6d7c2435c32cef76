using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Graphs;

namespace Smaug.Cli.Commands;

/// <summary>The options of <c>smaug run</c> that put a systolic array into the SoC.</summary>
internal sealed class ArrayOptions
{
    private static readonly Dictionary<string, Dataflow> s_dataflows = new(StringComparer.OrdinalIgnoreCase)
    {
        ["os"] = Smaug.Accelerators.Systolic.Dataflow.OutputStationary,
        ["ws"] = Smaug.Accelerators.Systolic.Dataflow.WeightStationary,
        ["is"] = Smaug.Accelerators.Systolic.Dataflow.InputStationary,
    };

    private static readonly Dictionary<string, SystolicPrecision> s_elements = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fp32"] = SystolicPrecision.Float32,
        ["fp16"] = SystolicPrecision.Float16,
        ["int8"] = SystolicPrecision.Int8,
    };

    public Option<bool> UseSystolicArray { get; } = new("--use-systolic-array") { Description = "run the convolutions of an SMV model on the SoC's output-stationary array (default 8x8)" };

    public Option<string> Array { get; } = new("--array") { Description = "run convolutions, depthwise convolutions and inner products on a systolic array of this size", HelpName = "ROWSxCOLUMNS" };

    public Option<string> Dataflow { get; } = new("--dataflow") { Description = "the array's dataflow: os, ws, is (default os)", HelpName = "FLOW" };

    public Option<string> Element { get; } = new("--element") { Description = "the array's numbers: fp32, fp16, int8 (default fp32)", HelpName = "TYPE" };

    public Option<string> Scratchpads { get; } = new("--array-kb") { Description = "the array's scratchpads in KiB: ifmap,filter,ofmap, or one number for all (default 32)", HelpName = "SIZES" };

    public void AddTo(Command command)
    {
        command.Add(UseSystolicArray);
        command.Add(Array);
        command.Add(Dataflow);
        command.Add(Element);
        command.Add(Scratchpads);
    }

    /// <summary>Whether the output-stationary device is asked for.</summary>
    public bool UsesDevice(ParseResult parsed) => parsed.GetValue(UseSystolicArray);

    /// <summary>Changes the accelerators as the command line says; a model built for a systolic array gets one in any case.</summary>
    public AcceleratorConfiguration Apply(ParseResult parsed, AcceleratorConfiguration accelerators, Graph graph)
    {
        string? given = Given(parsed);
        if (UsesDevice(parsed))
        {
            if (graph.Backend != Backends.Smv.Name) throw new ConfigurationException($"--use-systolic-array: the array runs convolutions of models for {Backends.Smv.Name}, this one is for {graph.Backend}; leave the option out");
            if (given is not null) throw new ConfigurationException($"--use-systolic-array and {given} exclude each other: the one is the SoC's output-stationary device, the other an array of any size");
            return accelerators with { ConvolutionArray = accelerators.ConvolutionArray ?? OutputStationaryOptions.Example8x8, SystolicArray = null };
        }

        bool isGeneral = parsed.GetResult(Array) is not null;
        bool isSystolic = graph.Backend == Backends.Systolic.Name;
        if (given is not null && !isGeneral && !isSystolic && accelerators.SystolicArray is null)
            throw new ConfigurationException($"{given} has no effect without a systolic array: give --array ROWSxCOLUMNS too");
        if (isGeneral && graph.Backend == Backends.Reference.Name)
            throw new ConfigurationException($"--array: models for {graph.Backend} run on the host; take one for {Backends.Smv.Name} or {Backends.Systolic.Name} (--backend)");
        if (given is null && !isSystolic) return accelerators;
        return accelerators with { SystolicArray = Change(parsed, accelerators.SystolicArray ?? new SystolicArrayConfiguration()), ConvolutionArray = null };
    }

    /// <summary>The first option given that describes an array of any size; null when there is none.</summary>
    private string? Given(ParseResult parsed)
    {
        foreach (Option option in (Option[])[Array, Dataflow, Element, Scratchpads])
        {
            if (parsed.GetResult(option) is not null) return option.Name;
        }

        return null;
    }

    private SystolicArrayConfiguration Change(ParseResult parsed, SystolicArrayConfiguration array)
    {
        if (parsed.GetValue(Array) is { } size)
        {
            int[] sides = Numbers(size, 'x') is { Length: 2 } found ? found : throw new ConfigurationException($"--array {size}: must be ROWSxCOLUMNS, for example 32x32");
            array = array with { Rows = sides[0], Columns = sides[1] };
        }

        if (parsed.GetValue(Dataflow) is { } dataflow) array = array with { Dataflow = RunCommandOptions.Choice("--dataflow", dataflow, s_dataflows) };
        if (parsed.GetValue(Element) is { } element) array = array with { ElementType = RunCommandOptions.Choice("--element", element, s_elements) };
        if (parsed.GetValue(Scratchpads) is { } kilobytes)
        {
            int[] sizes = Numbers(kilobytes, ',') switch
            {
                { Length: 3 } three => three,
                { Length: 1 } one => [one[0], one[0], one[0]],
                _ => throw new ConfigurationException($"--array-kb {kilobytes}: must be three sizes in KiB, ifmap,filter,ofmap, or one for all"),
            };
            array = array with { IfmapKilobytes = sizes[0], FilterKilobytes = sizes[1], OfmapKilobytes = sizes[2] };
        }

        return array;
    }

    private static int[] Numbers(string text, char separator)
    {
        string[] parts = text.Split(separator, separator == 'x' ? 'X' : separator);
        var numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return [];
        }

        return numbers;
    }
}

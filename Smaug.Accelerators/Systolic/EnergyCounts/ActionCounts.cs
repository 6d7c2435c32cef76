using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Smaug.Accelerators.Systolic.EnergyCounts;

/// <summary>How often a component does something. Counts can be negative or fractional: a flaw of the method, kept as it is.</summary>
/// <param name="Component">Component, for example <c>ifmap_glb</c>; <c>PE[*].mac</c> stands for every processing element.</param>
/// <param name="Action">Action, for example <c>read</c>.</param>
/// <param name="Deltas">
/// Whether address and data change (1) or not (0); null for actions without arguments.
/// </param>
/// <param name="Count">Times, per component.</param>
public sealed record ActionCount(string Component, string Action, (int Address, int Data)? Deltas, double Count);

/// <summary>The actions of an array over all layers of a run, as Accelergy takes them.</summary>
public sealed class ActionCounts
{
    private readonly SystolicConfiguration _configuration;

    /// <summary>Counts the actions of a run.</summary>
    /// <param name="result">The run; the original's energy branch uses version 2.</param>
    /// <param name="repeats">Repeated accesses, summed over the layers.</param>
    /// <param name="dramRowWords">Words of a DRAM row, for idle counts; the key DRAM_row_size.</param>
    public ActionCounts(SystolicResult result, RepeatCounts repeats, int dramRowWords)
    {
        _configuration = result.Configuration;
        Actions = Count(result, repeats, dramRowWords);
    }

    /// <summary>All actions.</summary>
    public ImmutableArray<ActionCount> Actions { get; }

    /// <summary>The text of Accelergy's action-count file (YAML), with every processing element listed.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder("action_counts:\n  version: 0.3\n  local:\n");
        string[] perElement = [.. Actions.Where(action => IsPerElement(action.Component)).Select(action => action.Component).Distinct()];
        foreach (string component in Actions.Where(action => !IsPerElement(action.Component)).Select(action => action.Component).Distinct())
            AppendYaml(text, component, component);
        for (int element = 0; element < _configuration.Rows * _configuration.Columns; element++)
        {
            foreach (string component in perElement)
                AppendYaml(text, component.Replace("*", element.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), component);
        }

        return text.ToString();
    }

    /// <summary>Energy of the run.</summary>
    /// <param name="table">Energy of every action.</param>
    public double TotalPicojoules(EnergyTable table)
    {
        double total = 0;
        foreach (ActionCount action in Actions)
        {
            int copies = IsPerElement(action.Component) ? _configuration.Rows * _configuration.Columns : 1;
            total += action.Count * copies * table.Picojoules(action);
        }

        return total;
    }

    private static bool IsPerElement(string component) => component.StartsWith("PE[*]", StringComparison.Ordinal);

    private void AppendYaml(StringBuilder text, string name, string component)
    {
        text.Append(CultureInfo.InvariantCulture, $"  - name: systolic_array.{name}\n    action_counts:\n");
        foreach (ActionCount action in Actions.Where(action => action.Component == component))
        {
            text.Append(CultureInfo.InvariantCulture, $"    - name: {action.Action}\n");
            if (action.Deltas is { } deltas)
                text.Append(CultureInfo.InvariantCulture, $"      arguments:\n        address_delta: {deltas.Address}\n        data_delta: {deltas.Data}\n");
            text.Append(CultureInfo.InvariantCulture, $"      counts: {action.Count}\n");
        }
    }

    private ImmutableArray<ActionCount> Count(SystolicResult result, RepeatCounts repeats, int dramRowWords)
    {
        var actions = ImmutableArray.CreateBuilder<ActionCount>();
        Dram(actions, "ifmap_dram", "read", Sum(result, layer => layer.IfmapDram), dramRowWords);
        Dram(actions, "weights_dram", "read", Sum(result, layer => layer.FilterDram), dramRowWords);
        Dram(actions, "psum_dram", "write", Sum(result, layer => layer.OfmapDram), dramRowWords);
        Buffer(actions, "ifmap_glb", "read", Sum(result, layer => layer.IfmapSram), repeats.IfmapSram, _configuration.Rows);
        Buffer(actions, "weights_glb", "read", Sum(result, layer => layer.FilterSram), repeats.FilterSram, _configuration.Columns);
        Buffer(actions, "psum_glb", "update", Sum(result, layer => layer.OfmapSram), repeats.OfmapSram, _configuration.Columns);
        Elements(actions, result);
        return actions.ToImmutable();
    }

    private void Elements(ImmutableArray<ActionCount>.Builder actions, SystolicResult result)
    {
        double elements = (double)_configuration.Rows * _configuration.Columns;
        double Average(Func<RegisterAccesses, double> figure) => result.Layers.Sum(layer => figure(layer.RegisterAccesses)) / elements;
        (int, int) changing = (1, 1);
        (int, int) constant = (0, 0);
        (int, int) sums = _configuration.Dataflow == Dataflow.OutputStationary ? constant : changing;
        actions.Add(new ActionCount("PE[*].weights_spad", "write", changing, Average(r => r.FilterWrites)));
        actions.Add(new ActionCount("PE[*].weights_spad", "read", constant, Average(r => r.FilterReads)));
        actions.Add(new ActionCount("PE[*].ifmap_spad", "write", changing, Average(r => r.IfmapWrites)));
        actions.Add(new ActionCount("PE[*].ifmap_spad", "read", constant, Average(r => r.IfmapReads)));
        actions.Add(new ActionCount("PE[*].psum_spad", "write", sums, Average(r => r.PartialSumWrites)));
        actions.Add(new ActionCount("PE[*].psum_spad", "read", constant, Average(r => r.PartialSumReads)));
        actions.Add(new ActionCount("PE[*].mac", "mac_random", null, result.Layers.Sum(layer => layer.TotalCycles)));
    }

    private static void Dram(ImmutableArray<ActionCount>.Builder actions, string component, string action, AccessSummary sum, int rowWords)
    {
        actions.Add(new ActionCount(component, action, null, sum.Words));
        actions.Add(new ActionCount(component, "idle", null, Span(sum) * rowWords - sum.Words));
    }

    private static void Buffer(
        ImmutableArray<ActionCount>.Builder actions, string component, string action, AccessSummary sum, long repeats, int width)
    {
        actions.Add(new ActionCount(component, action, (1, 1), sum.Words - repeats));
        actions.Add(new ActionCount(component, action, (0, 0), repeats));
        actions.Add(new ActionCount(component, "idle", null, Span(sum) * width - sum.Words));
    }

    private static long Span(AccessSummary sum) => sum.StopCycle!.Value - sum.StartCycle!.Value + 1;

    /// <summary>Sums over layers; start and stop cycles too, as the original does.</summary>
    private static AccessSummary Sum(SystolicResult result, Func<LayerResult, AccessSummary> figure)
    {
        long start = 0;
        long stop = 0;
        long words = 0;
        foreach (LayerResult layer in result.Layers)
        {
            AccessSummary summary = figure(layer);
            start += summary.StartCycle ?? 0;
            stop += summary.StopCycle ?? 0;
            words += summary.Words;
        }

        return new AccessSummary(start, stop, words);
    }
}

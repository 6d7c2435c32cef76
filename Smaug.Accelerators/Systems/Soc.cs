using System.Collections.Immutable;
using Smaug.Accelerators.Host;
using Smaug.Accelerators.Systems.Session;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;

namespace Smaug;

/// <summary>
/// A simulated system-on-chip: runs networks and tells where their time goes. Immutable; any number of runs may go on at
/// the same time. Made by <see cref="SocBuilder"/> or taken from a preset.
/// </summary>
public sealed class Soc
{
    private readonly SocParts _parts;
    private readonly ImmutableArray<IBackend> _backends;

    internal Soc(SocConfiguration configuration, SocParts parts, ImmutableArray<IBackend> backends)
    {
        Configuration = configuration;
        _parts = parts;
        _backends = backends;
    }

    /// <summary>What it is made of.</summary>
    public SocConfiguration Configuration { get; }

    /// <summary>Plans how a network runs on this SoC: tiles, kernel launches, host work.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    /// <exception cref="TilingException">No tiling of an operator fits the scratchpads.</exception>
    /// <exception cref="ModelException">An operator cannot be run.</exception>
    public ExecutionPlan Plan(Graph graph, CancellationToken cancellationToken = default) =>
        Planner.Plan(graph, Backends(graph), new PlanOptions { Accelerators = Configuration.Accelerators.Count }, cancellationToken);

    /// <summary>Runs a network: its time, and its values when they are asked for.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">How; null for the time alone.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="SmaugException">The network or an option cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RunResult Run(Graph graph, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new RunOptions();
        options.Validate();
        if (options.MemoryPolicy != MemoryPolicy.Unknown) graph = graph.WithMemoryPolicy(options.MemoryPolicy);
        return Run(Plan(graph, cancellationToken), options, cancellationToken);
    }

    /// <summary>Runs a network that has been planned for this SoC.</summary>
    /// <param name="plan">The plan, with the memory policy of its graph.</param>
    /// <param name="options">How; null for the time alone.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="SmaugException">The plan or an option cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RunResult Run(ExecutionPlan plan, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new RunOptions();
        options.Validate();
        Check(plan);
        var dead = new HashSet<string>(StringComparer.Ordinal);
        FunctionalResult? values = options.ComputeValues ? Compute(plan, options, dead, cancellationToken) : null;
        RunReport report = new SocRun(Configuration, options, plan, dead, _parts).Run(cancellationToken);
        return new RunResult(report, plan, values);
    }

    private FunctionalResult Compute(ExecutionPlan plan, RunOptions options, HashSet<string> dead, CancellationToken cancellationToken)
    {
        bool hasBranches = plan.Graph.Nodes.Any(n => n.Kind == OperatorKind.Switch);
        Action<OperatorResult>? observer = options.Values.Observer;
        FunctionalOptions functional = !hasBranches ? options.Values : options.Values with
        {
            Observer = result =>
            {
                if (result.IsDead) dead.Add(result.Plan.Node.Name);
                observer?.Invoke(result);
            },
        };
        return new FunctionalExecutor(plan, Backends(plan.Graph)).Run(functional, cancellationToken);
    }

    private ImmutableArray<IBackend> Backends(Graph graph)
    {
        foreach (IBackend backend in _backends)
        {
            if (backend.Traits.Name == graph.Backend) return [backend, new HostBackend()];
        }

        string known = string.Join(", ", _backends.Select(b => b.Traits.Name).Distinct());
        throw new ConfigurationException($"network '{graph.Name}' was built for backend '{graph.Backend}', which SoC '{Configuration.Name}' does not have: it has {known}");
    }

    private void Check(ExecutionPlan plan)
    {
        if (plan.Graph.MemoryPolicy == MemoryPolicy.Unknown)
        {
            throw new ConfigurationException($"network '{plan.Graph.Name}' has no memory policy: choose AllDma, AllAcp or AllAcpWithDmaForWeights");
        }

        if (plan.Graph.MemoryPolicy != MemoryPolicy.AllDma && !Configuration.Accelerators.HasCoherencyPort)
        {
            throw new ConfigurationException($"network '{plan.Graph.Name}' has memory policy {plan.Graph.MemoryPolicy}, but the accelerators of SoC '{Configuration.Name}' have no coherency port (enable_acp): use AllDma");
        }

        foreach (OperatorPlan operatorPlan in plan.Operators)
        {
            foreach (KernelLaunch launch in operatorPlan.Launches)
            {
                if ((uint)launch.Accelerator < (uint)Configuration.Accelerators.Count) continue;
                throw new ConfigurationException($"operator {operatorPlan.Node}: planned for accelerator {launch.Accelerator}, but SoC '{Configuration.Name}' has {Configuration.Accelerators.Count}; plan the network for this SoC");
            }
        }
    }
}

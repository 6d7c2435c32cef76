using Smaug.Core.Graphs;

namespace Smaug.Core.Modeling;

/// <content>Control flow: operators whose inputs are dead do not run.</content>
public sealed partial class ModelBuilder
{
    /// <summary>Passes a tensor on to one of two outputs; the other one is dead.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="predicate">Exactly one element of type Bool.</param>
    /// <param name="name">Name.</param>
    public (ModelTensor WhenFalse, ModelTensor WhenTrue) Switch(ModelTensor input, ModelTensor predicate, string name = "switch")
    {
        ModelTensor[] outputs = AddNode(OperatorKind.Switch, name, [input, predicate], null, null, []);
        return (outputs[0], outputs[1]);
    }

    /// <summary>Passes on the first of its inputs that is not dead.</summary>
    /// <exception cref="ModelException">The shapes differ.</exception>
    public ModelTensor Merge(IEnumerable<ModelTensor> inputs, string name = "merge")
    {
        ModelTensor[] all = [.. inputs];
        if (all.Length == 0) throw new ModelException($"{name} (Merge): it has no inputs; at least 1 would fit");
        return Add(OperatorKind.Merge, name, all);
    }

    /// <summary>
    /// Runs one of two branches, as a predicate says at run time. Tensors from outside that a branch uses go through Switches,
    /// the results of both through Merges. Branches may hold further conditions.
    /// </summary>
    /// <param name="predicate">Exactly one element of type Bool.</param>
    /// <param name="whenTrue">Builds the branch for true and returns its results.</param>
    /// <param name="whenFalse">Builds the branch for false and returns as many results of the same shapes.</param>
    /// <param name="name">Name.</param>
    /// <returns>The results of the branch that runs.</returns>
    /// <exception cref="ModelException">The branches' results do not fit together.</exception>
    public IReadOnlyList<ModelTensor> Cond(
        ModelTensor predicate, Func<IReadOnlyList<ModelTensor>> whenTrue, Func<IReadOnlyList<ModelTensor>> whenFalse, string name = "cond")
    {
        string unique = Unique(name, reserve: true);
        ModelTensor[] resultsTrue = BuildBranch(predicate, whenTrue, taken: true);
        ModelTensor[] resultsFalse = BuildBranch(predicate, whenFalse, taken: false);
        if (resultsTrue.Length != resultsFalse.Length) throw new ModelException($"{unique}: the branch for true gives {resultsTrue.Length} results, that for false {resultsFalse.Length}; both must be equal");
        var merged = new ModelTensor[resultsTrue.Length];
        for (int i = 0; i < merged.Length; i++) merged[i] = Merge([resultsTrue[i], resultsFalse[i]]);
        return merged;
    }

    private ModelTensor[] BuildBranch(ModelTensor predicate, Func<IReadOnlyList<ModelTensor>> build, bool taken)
    {
        Branch? around = _branch;
        _branch = new Branch(around);
        try
        {
            int start = _nodes.Count;
            ModelTensor[] results = [.. build()];
            HashSet<ModelNode> own = [.. _nodes.Skip(start).Where(n => n.Kind != OperatorKind.Data)];
            int end = _nodes.Count;
            for (int n = start; n < end; n++)
            {
                ModelNode node = _nodes[n];
                if (node.Kind is OperatorKind.Data or OperatorKind.Switch) continue;
                for (int i = 0; i < node.Inputs.Length; i++)
                {
                    if (own.Contains(node.Inputs[i].Source!)) continue;
                    node.Inputs[i].Targets.Remove(node);
                    node.Inputs[i] = Guard(node.Inputs[i], predicate, taken);
                    node.Inputs[i].Targets.Add(node);
                }
            }

            // A result that comes from outside must be dead, too, when the other branch runs.
            for (int i = 0; i < results.Length; i++)
            {
                if (results[i].Source is null || !own.Contains(results[i].Source!)) results[i] = Guard(results[i], predicate, taken);
            }

            return results;
        }
        finally
        {
            _branch = around;
        }
    }

    private ModelTensor Guard(ModelTensor tensor, ModelTensor predicate, bool taken)
    {
        (ModelTensor whenFalse, ModelTensor whenTrue) = Switch(tensor, predicate);
        return taken ? whenTrue : whenFalse;
    }
}

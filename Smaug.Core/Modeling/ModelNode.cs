using System.Collections.Immutable;
using Smaug.Core.Graphs;

namespace Smaug.Core.Modeling;

/// <summary>One branch of a condition, within the branch around it.</summary>
internal sealed class Branch(Branch? parent)
{
    private readonly Branch? _parent = parent;

    /// <summary>Whether what was built in another branch (null: outside all) always runs when this one runs.</summary>
    public static bool Sees(Branch? from, Branch? other)
    {
        for (Branch? branch = from; ; branch = branch._parent)
        {
            if (ReferenceEquals(branch, other)) return true;
            if (branch is null) return false;
        }
    }
}

/// <summary>An operator of a model that is being built; inputs may still be replaced.</summary>
internal sealed class ModelNode(string name, OperatorKind kind, ModelTensor[] inputs, OperatorParameters? parameters, Activation? activation, Branch? branch)
{
    public string Name { get; } = name;

    public OperatorKind Kind { get; } = kind;

    public ModelTensor[] Inputs { get; } = inputs;

    public ModelTensor[] Outputs { get; set; } = [];

    public Branch? Branch { get; } = branch;

    public Node Freeze() => new()
    {
        Name = Name,
        Kind = Kind,
        Parents = Kind == OperatorKind.Data ? [] : [.. Inputs.Select(i => new NodeInput(i.Source!.Name, i.OutputIndex))],
        Inputs = [.. Inputs.Select(i => i.Spec)],
        Outputs = [.. Outputs.Select(o => o.Spec)],
        Parameters = parameters,
        Activation = activation,
    };
}

using Smaug.Core.Modeling;

namespace Smaug.Zoo;

/// <summary>A network of the zoo.</summary>
public sealed record ZooModel
{
    internal ZooModel(string name, string description, Action<ModelBuilder> build)
    {
        Name = name;
        Description = description;
        Builder = build;
    }

    /// <summary>Name, for <see cref="ModelZoo.Create(string, Core.Execution.BackendTraits, ModelOptions?)"/> and, as <c>zoo:NAME</c>, for the command line.</summary>
    public string Name { get; }

    /// <summary>What it is, in one line.</summary>
    public string Description { get; }

    internal Action<ModelBuilder> Builder { get; }
}

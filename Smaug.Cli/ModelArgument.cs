using System.CommandLine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;
using Smaug.Zoo;

namespace Smaug.Cli;

/// <summary>
/// The arguments <c>MODEL [PARAMS]</c> and the option <c>--backend</c> that commands on models share, and how a model is
/// loaded from them.
/// </summary>
internal sealed class ModelArgument
{
    private const string ZooPrefix = "zoo:";

    public Argument<string> Model { get; } = new("MODEL") { Description = "zoo:NAME (see 'smaug zoo'), or a topology file (.pbtxt)" };

    public Argument<string?> Parameters { get; } = new("PARAMS")
    {
        Description = "parameter file (.pb); without it a zoo model has seeded parameters",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Backend { get; } = new("--backend")
    {
        Description = $"backend that a zoo model is built for: {string.Join(", ", Backends.All.Select(b => b.Name))} (default {Backends.Smv.Name})",
        HelpName = "NAME",
    };

    /// <summary>Adds arguments and option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(Parameters);
        command.Add(Backend);

        // A mistyped option would otherwise be taken for the parameter file.
        Parameters.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value.StartsWith('-')) result.AddError($"Unrecognized option '{result.Tokens[0].Value}'.");
        });
    }

    /// <summary>Loads the model of a command line.</summary>
    public Graph Load(ParseResult parseResult, ModelOptions? options = null) =>
        Load(parseResult.GetRequiredValue(Model), parseResult.GetValue(Parameters), parseResult.GetValue(Backend), options);

    /// <summary>Loads a model.</summary>
    /// <param name="model"><c>zoo:NAME</c> or a topology file.</param>
    /// <param name="parameters">Parameter file; null for seeded parameters (zoo) or none (file).</param>
    /// <param name="backend">Backend; null for SMV (zoo) or that of the file.</param>
    /// <param name="options">Seed and memory policy of zoo models.</param>
    /// <exception cref="SmaugException">The model cannot be found or read.</exception>
    public static Graph Load(string model, string? parameters, string? backend, ModelOptions? options = null)
    {
        if (model.Length == 0) throw new ConfigurationException("MODEL '': must be zoo:NAME (see 'smaug zoo') or a topology file (.pbtxt)");
        BackendTraits? traits = backend is null ? null : Backends.Get(backend);
        if (model.StartsWith(ZooPrefix, StringComparison.OrdinalIgnoreCase))
        {
            Graph zoo = ModelZoo.Create(model[ZooPrefix.Length..], traits ?? Backends.Smv, options);
            return parameters is null ? zoo : ModelFile.WithParameters(zoo, parameters);
        }

        if (!File.Exists(model) && ModelZoo.Models.Any(m => m.Name.Equals(model, StringComparison.OrdinalIgnoreCase)))
        {
            throw new InputFormatException(model, 0, 0, $"network topology file not found; the zoo's network is called {ZooPrefix}{model}");
        }

        Graph graph = ModelFile.Read(model, parameters);
        Backends.Get(graph.Backend);
        if (traits is not null && traits.Name != graph.Backend)
        {
            throw new ConfigurationException($"--backend {backend}: {model} was built for {graph.Backend}, its layouts and types are fixed; leave the option out or use a zoo model");
        }

        return graph;
    }
}

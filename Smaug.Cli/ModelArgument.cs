using System.Collections.Immutable;
using System.CommandLine;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Formats;
using Smaug.Core.Formats.Onnx;
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

    public Argument<string> Model { get; } = new("MODEL") { Description = "zoo:NAME (see 'smaug zoo'), a topology file (.pbtxt), or an ONNX model (.onnx)" };

    public Argument<string?> Parameters { get; } = new("PARAMS")
    {
        Description = "parameter file (.pb); without it a zoo model has seeded parameters",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Backend { get; } = new("--backend")
    {
        Description = $"backend that a zoo or ONNX model is built for: {string.Join(", ", Backends.All.Select(b => b.Name))} (default {Backends.Smv.Name})",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _define = Definitions.Option("size of a symbolic dimension of an ONNX model; may be repeated");

    /// <summary>Adds arguments and options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(Model);
        command.Add(Parameters);
        command.Add(Backend);
        command.Add(_define);

        // A mistyped option would otherwise be taken for the parameter file.
        Parameters.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value.StartsWith('-')) result.AddError($"Unrecognized option '{result.Tokens[0].Value}'.");
        });
    }

    /// <summary>Whether a name is that of a model of the zoo.</summary>
    public static bool IsZoo(string model) => model.StartsWith(ZooPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Loads the model of a command line.</summary>
    public Graph Load(ParseResult parseResult, ModelOptions? options = null)
    {
        List<string> notes = [];
        Graph graph = Load(
            parseResult.GetRequiredValue(Model), parseResult.GetValue(Parameters), parseResult.GetValue(Backend), Definitions.Parse(parseResult.GetValue(_define)!), notes, options);
        foreach (string note in notes) parseResult.InvocationConfiguration.Error.WriteLine("note: " + note);
        return graph;
    }

    /// <summary>Loads a model.</summary>
    /// <param name="model"><c>zoo:NAME</c>, a topology file, or an ONNX model.</param>
    /// <param name="parameters">Parameter file; null for seeded parameters (zoo), none (file), or the model's own (ONNX).</param>
    /// <param name="backend">Backend; null for SMV (zoo, ONNX) or that of the file.</param>
    /// <param name="dimensions">Sizes of an ONNX model's symbolic dimensions; null for none.</param>
    /// <param name="notes">Takes what the network does otherwise than the file; null when nobody wants to know.</param>
    /// <param name="options">Seed and memory policy of zoo and ONNX models.</param>
    /// <exception cref="SmaugException">The model cannot be found or read.</exception>
    public static Graph Load(
        string model, string? parameters, string? backend, ImmutableDictionary<string, int>? dimensions = null, ICollection<string>? notes = null, ModelOptions? options = null)
    {
        if (model.Length == 0) throw new ConfigurationException("MODEL '': must be zoo:NAME (see 'smaug zoo'), a topology file (.pbtxt) or an ONNX model (.onnx)");
        BackendTraits? traits = backend is null ? null : Backends.Get(backend);
        dimensions ??= ImmutableDictionary<string, int>.Empty;
        if (TopologyArgument.IsOnnx(model)) return LoadOnnx(model, parameters, traits ?? Backends.Smv, dimensions, notes, options);
        if (!dimensions.IsEmpty) throw new ConfigurationException($"--define {dimensions.Keys.First()}: {model} has no symbolic dimensions; ONNX models do");
        if (IsZoo(model))
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

    private static Graph LoadOnnx(
        string model, string? parameters, BackendTraits backend, ImmutableDictionary<string, int> dimensions, ICollection<string>? notes, ModelOptions? options)
    {
        if (parameters is not null) throw new ConfigurationException($"PARAMS {parameters}: an ONNX model holds its parameters; leave the argument out");
        OnnxImport import = OnnxFile.Read(model, new OnnxImportOptions { Dimensions = dimensions }).Import(backend, options);
        foreach (string note in import.Notes) notes?.Add(note);
        return import.Graph;
    }
}

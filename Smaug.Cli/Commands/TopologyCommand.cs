using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Core.Formats;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug topology</c>: the layers of a model as a topology file of SCALE-Sim.</summary>
internal static class TopologyCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = TopologyArgument.Forms };
        Option<string[]> define = Definitions.Option("value of a symbolic dimension of an ONNX model, or of a name in a template topology; may be repeated");
        Option<string> file = OutputOption.File("--out", "write the topology into a file; without it, it is printed");
        var command = new Command("topology", "Write the convolutions and matrix products of a model as a topology file of SCALE-Sim.") { model, define, file };
        command.SetAction(parsed => Run(parsed, parsed.GetRequiredValue(model), parsed.GetValue(define)!, parsed.GetValue(file)));
        return command;
    }

    private static void Run(ParseResult parsed, string model, string[] definitions, string? path)
    {
        TopologyFileContent content = TopologyArgument.Read(model, new TopologyReadOptions { Variables = Definitions.Parse(definitions) });
        foreach (string note in content.Notes) parsed.InvocationConfiguration.Error.WriteLine("note: " + note);
        TextWriter output = parsed.InvocationConfiguration.Output;
        string text = TopologyFile.Format(content.Topology);
        if (path is null)
        {
            output.Write(text);
            return;
        }

        AtomicFile.WriteText(path, text);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{content.Topology.Layers.Length:N0} layers with {content.Topology.MultiplyAccumulates:N0} multiply-accumulates written to {path}"));
    }
}

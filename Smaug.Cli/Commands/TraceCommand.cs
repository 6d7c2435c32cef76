using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Accelerators.Smv.Traced;
using Smaug.Accelerators.Tracing;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug trace</c>: writes the dynamic trace of one SMV kernel.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var kernel = new Argument<string>("kernel") { Description = $"Kernel: {KernelTraces.Kernels}." };
        var shape = new Argument<string[]>("shape")
        {
            Description = "KEY=VALUE pairs. conv: H W C K R S pad stride; mm: M K N; pools: H W C pool stride; batch norm: N H W C; " +
                "softmax: N D; others: elements. act=CODE applies to conv, mm and batch norm, level=0..4 and samples=N to all but batch norm after a product. " +
                "Tiles that belong to a larger tensor: see docs/tracing.md.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var file = new Option<string>("--output", "-o") { Description = "Trace file; gzip when it ends in .gz.", Required = true };
        Option<string> datapath = OutputOption.File("--datapath", "also write the SMV engine's published datapath, for 'smaug aladdin NAME TRACE FILE'");
        var command = new Command("trace", "Write the dynamic trace of an SMV kernel in the standard format.") { kernel, shape, file, datapath };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            var words = new KernelWords(parsed.GetValue(shape) ?? []);
            Func<KernelTracerOptions?, SmvKernelRun> prepared = KernelTraces.Prepare(parsed.GetRequiredValue(kernel), words);
            words.RequireAllUsed();
            SmvKernelRun run = prepared(new KernelTracerOptions { OutputPath = path });
            if (parsed.GetValue(datapath) is { } configuration) DatapathConfigurationFile.Write(SmvDatapath.Published, configuration);
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {run.Trace.NodeCount} nodes"));
            return 0;
        });
        return command;
    }
}

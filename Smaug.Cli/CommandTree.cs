using System.CommandLine;
using Smaug.Cli.Commands;

namespace Smaug.Cli;

/// <summary>All commands of <c>smaug</c>, one class each in the folder <c>Commands</c>.</summary>
internal static class CommandTree
{
    public static RootCommand Create() =>
        new("Design machine-learning hardware: build a model, tile it, and run it end to end on a simulated SoC.")
        {
            AladdinCommand.Create(),
            DramCommand.Create(),
            RunCommand.Create(),
            ScaleSimCommand.Create(),
            SocCommand.Create(),
            SummaryCommand.Create(),
            SweepCommand.Create(),
            TileCommand.Create(),
            TopologyCommand.Create(),
            TraceCommand.Create(),
            ZooCommand.Create(),
        };
}

using Smaug.Accelerators.Aladdin;
using Smaug.Sweeps;
using Spectre.Console;

namespace Smaug.Cli;

/// <summary>Shows how far a run has come, on a terminal only: output that goes to a file or a pipe stays clean.</summary>
internal static class LiveProgress
{
    public static RunResult Show(TextWriter output, RunOptions options, Func<RunOptions, RunResult> run)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        if (!isTerminal || options.Progress is not null) return run(options);
        RunResult? result = null;
        AnsiConsole.Progress().AutoClear(true).HideCompleted(true).Start(context =>
        {
            ProgressTask task = context.AddTask("starting");
            result = run(options with { Progress = new TaskProgress(task) });
        });
        return result!;
    }

    public static SweepResult Show(TextWriter output, SweepOptions options, Func<SweepOptions, SweepResult> run)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        if (!isTerminal) return run(options);
        SweepResult? result = null;
        AnsiConsole.Progress().AutoClear(true).HideCompleted(true).Start(context =>
        {
            ProgressTask task = context.AddTask("points");
            result = run(options with { Progress = new SweepTask(task) });
        });
        return result!;
    }

    public static IReadOnlyList<DesignOutcome> Show(TextWriter output, int designs, Func<IProgress<int>?, IReadOnlyList<DesignOutcome>> run)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        if (!isTerminal) return run(null);
        IReadOnlyList<DesignOutcome> outcomes = [];
        AnsiConsole.Progress().AutoClear(true).HideCompleted(true).Start(context => outcomes = run(new DesignTask(context.AddTask("designs", maxValue: designs), designs)));
        return outcomes;
    }

    private sealed class DesignTask(ProgressTask task, int total) : IProgress<int>
    {
        public void Report(int value)
        {
            task.Value = Math.Max(task.Value, value);
            task.Description = $"{value} of {total} designs";
        }
    }

    private sealed class SweepTask(ProgressTask task) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = $"{value.Done} of {value.Total} points";
        }
    }

    private sealed class TaskProgress(ProgressTask task) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = Markup.Escape(value.Operator);
        }
    }
}

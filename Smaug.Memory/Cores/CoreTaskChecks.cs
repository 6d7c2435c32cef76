using Smaug.Core;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Memory.Cores;

/// <summary>Checks a task once, before its lines are stepped through.</summary>
internal static class CoreTaskChecks
{
    /// <summary>Checks a task and who is told of its end.</summary>
    /// <param name="core">Name of the core, or of its port.</param>
    /// <param name="task">The task.</param>
    /// <param name="target">Told of its end.</param>
    /// <param name="addresses">One more than the last address that the core can tell apart.</param>
    /// <exception cref="ArgumentNullException">There is no target.</exception>
    /// <exception cref="SimulationException">A value of the task is out of its range.</exception>
    public static void Check(string core, in CoreTask task, EventTarget target, long addresses = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(target);
        Stream(core, nameof(task.ReadBytes), task.ReadBytes, nameof(task.Source), task.Source, addresses);
        Stream(core, nameof(task.WriteBytes), task.WriteBytes, nameof(task.Destination), task.Destination, addresses);
        NotNegative(core, nameof(task.Computation), task.Computation);
        NotNegative(core, nameof(task.Hidden), task.Hidden);
        NotNegative(core, nameof(task.MissOverhead), task.MissOverhead);
        if (task.LinesAhead is < 0 or > CoreTask.MaximumLinesAhead) throw Bad(core, $"{nameof(task.LinesAhead)} = {task.LinesAhead}: must be 0 to {CoreTask.MaximumLinesAhead}");
    }

    private static void Stream(string core, string bytesName, long bytes, string addressName, long address, long addresses)
    {
        if (bytes < 0) throw Bad(core, $"{bytesName} = {bytes}: must be 0 or more");
        if (bytes == 0) return;
        if (address < 0) throw Bad(core, $"{addressName} = {address}: must be 0 or more");
        if (bytes > addresses || address > addresses - bytes) throw Bad(core, $"{bytes} bytes at {addressName} = 0x{address:x}: there are no such addresses");
    }

    private static void NotNegative(string core, string name, SimTime time)
    {
        if (time < SimTime.Zero) throw Bad(core, $"{name} = {time}: must be 0 or more");
    }

    private static SimulationException Bad(string core, string problem) => new($"{core}: a task with {problem}");
}

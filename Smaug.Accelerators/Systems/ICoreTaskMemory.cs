using Smaug.Core.Simulation;
using Smaug.Memory.Cores;

namespace Smaug;

/// <summary>A memory system that steps a core's tasks line by line, so that reads, computation and writes alternate.</summary>
internal interface ICoreTaskMemory : IHostMemory
{
    /// <summary>Runs a task on a core; its end is an event at a target.</summary>
    void Run(int core, in CoreTask task, EventTarget target);
}

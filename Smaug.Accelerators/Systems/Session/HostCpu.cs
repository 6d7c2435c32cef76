using System.Collections.Immutable;
using Smaug.Accelerators.Systems.Analytical;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The host CPU: the core that runs the framework, and the cores of the worker threads.</summary>
internal sealed class HostCpu
{
    private readonly SocRun _run;
    private readonly ICpuModel _model;
    private readonly CpuConfiguration _configuration;
    private readonly MemoryPort[] _ports;
    private readonly string[] _tracks;

    public HostCpu(SocRun run, ICpuModel model, AnalyticalMemory memory)
    {
        _run = run;
        _model = model;
        _configuration = run.Configuration.Cpu;
        _ports = new MemoryPort[_configuration.Threads];
        _tracks = new string[_configuration.Threads];
        for (int i = 0; i < _ports.Length; i++)
        {
            _tracks[i] = i == 0 ? "CPU" : $"CPU {i}";
            _ports[i] = new AnalyticalCpuPort(run.Simulator, _tracks[i], memory);
        }
    }

    public long ReadBytes { get; private set; }

    public long WriteBytes { get; private set; }

    /// <summary>Runs a piece of framework software on the first core.</summary>
    public Wait Overhead(CpuOverhead overhead, double times = 1) => Cycles(_model.Cycles(overhead) * times);

    /// <summary>
    /// Fills or gathers tiles: with several threads, each gets an equal stretch of the tasks and a core of its own.
    /// </summary>
    public async Task Tiles(ImmutableArray<HostTask> tasks, string name, string category)
    {
        int threads = Math.Min(_configuration.Threads, tasks.Length);
        if (threads <= 1)
        {
            await Share(tasks, 0, tasks.Length, 0, name, category);
            return;
        }

        await Cycles(_configuration.ForkJoinCycles);
        int share = (tasks.Length + _configuration.Threads - 1) / _configuration.Threads;
        var workers = new List<Process>(threads);
        for (int thread = 0; thread * share < tasks.Length; thread++)
        {
            (int begin, int core) = (thread * share, thread);
            int end = Math.Min(tasks.Length, begin + share);
            workers.Add(_run.Simulator.Start(_tracks[core], () => Share(tasks, begin, end, core, name, category)));
        }

        foreach (Process worker in workers) await worker;
    }

    /// <summary>Runs tasks one after the other on the first core.</summary>
    public Task Tasks(ImmutableArray<HostTask> tasks, string name, string category) => Share(tasks, 0, tasks.Length, 0, name, category);

    private async Task Share(ImmutableArray<HostTask> tasks, int begin, int end, int core, string name, string category)
    {
        SimTime start = _run.Simulator.Now;
        for (int i = begin; i < end; i++) await RunTask(tasks[i], core);
        _run.Timeline?.Add(_tracks[core], name, category, start, _run.Simulator.Now - start);
    }

    private async Task RunTask(HostTask task, int core)
    {
        CpuWork work = _model.Work(task, _run.Configuration.Memory.LineBytes);
        MemoryPort port = _ports[core];
        if (work.ReadBytes > 0)
        {
            long source = _run.Buffers.Address(task.Source, work.ReadBytes);
            await Access(port, work.HidesReadMisses ? MemoryCommand.Prefetch : MemoryCommand.Read, source, work.ReadBytes);
        }

        await Cycles(work.Cycles);
        if (work.WriteBytes > 0)
        {
            long destination = _run.Buffers.Address(task.Destination, work.WriteBytes);
            await Access(port, MemoryCommand.Write, destination, work.WriteBytes);
        }

        ReadBytes += work.ReadBytes;
        WriteBytes += work.WriteBytes;
    }

    private static async Task Access(MemoryPort port, MemoryCommand command, long address, long bytes)
    {
        const int largest = 1 << 20;
        for (long offset = 0; offset < bytes; offset += largest)
        {
            await port.AccessAsync(command, address + offset, (int)Math.Min(largest, bytes - offset));
        }
    }

    private Wait Cycles(double cycles) => _run.Simulator.Delay(_configuration.Frequency.Cycles((long)Math.Round(cycles)));
}

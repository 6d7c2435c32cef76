using System.Collections.Immutable;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Memory.Cores;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>The host CPU: the core that runs the framework, and the cores of the worker threads.</summary>
internal sealed class HostCpu : IStatisticsSource
{
    private const long LargestColdRead = 4096;
    private readonly SocRun _run;
    private readonly ICpuModel _model;
    private readonly CpuConfiguration _configuration;
    private readonly MemoryPort[] _ports;
    private readonly ICoreTaskMemory? _tasks;
    private readonly TaskEnd[] _ends;
    private readonly bool[] _hasWorked;
    private readonly string[] _tracks;
    private readonly CoreCounters[] _counters;

    public HostCpu(SocRun run, ICpuModel model, IHostMemory memory)
    {
        _run = run;
        _model = model;
        _configuration = run.Configuration.Cpu;
        _ports = new MemoryPort[_configuration.CoreCount];
        _tracks = new string[_configuration.CoreCount];
        _tasks = memory as ICoreTaskMemory;
        _ends = new TaskEnd[_configuration.CoreCount];
        _counters = new CoreCounters[_configuration.CoreCount];
        _hasWorked = new bool[_configuration.CoreCount];
        for (int i = 0; i < _ports.Length; i++)
        {
            _counters[i] = new CoreCounters(_configuration.Frequency);
            _tracks[i] = i == 0 ? "CPU" : $"CPU {i}";
            _ports[i] = memory.CpuPort(i);
            _ends[i] = new TaskEnd(run.Simulator, _tracks[i]);
        }
    }

    public long ReadBytes { get; private set; }

    public long WriteBytes { get; private set; }

    /// <summary>Instructions of all cores.</summary>
    public double Instructions => _counters.Sum(c => c.Instructions);

    /// <summary>Instructions of each core.</summary>
    public double[] InstructionsOfCores() => [.. _counters.Select(c => c.Instructions)];

    /// <summary>Runs a piece of framework software on the first core.</summary>
    public async Task Overhead(CpuOverhead overhead, int times = 1)
    {
        (double cycles, double instructions) = (_model.Cycles(overhead), _model.Instructions(overhead));
        if ((Problem("Cycles", cycles) ?? Problem("Instructions", instructions)) is { } problem) throw Impossible(problem, overhead);
        await Cycles(0, cycles * times, instructions * times);
        CpuWork cold = _model.ColdReads(overhead);
        if (Problem(cold) is { } coldProblem) throw Impossible($"ColdReads.{coldProblem}", overhead);
        if (cold.ReadBytes > 0) await ColdReads(cold, cold.ReadBytes * times);
    }

    public void Describe(RunStatistics statistics)
    {
        statistics.Level("sim_insts", "instructions", "Instructions of all cores since the begin", () => Instructions);
        for (int i = 0; i < _counters.Length; i++) _counters[i].Describe(statistics, _counters.Length == 1 ? "switch_cpus" : $"switch_cpus{i}");
    }

    /// <summary>
    /// Fills or gathers tiles: with several threads, each gets an equal stretch of the tasks and a core of its own beside that of the
    /// framework, which dispatches the stretches and waits.
    /// </summary>
    public async Task Tiles(ImmutableArray<HostTask> tasks, string name, string category)
    {
        PlacedTask[] placed = Place(tasks);
        if (_configuration.Threads == 1 || tasks.Length <= 1)
        {
            await Share(placed, 0, placed.Length, 0, name, category);
            return;
        }

        ThreadPoolConfiguration pool = _configuration.ThreadPool;
        int share = (placed.Length + _configuration.Threads - 1) / _configuration.Threads;
        var workers = new List<Process>(_configuration.Threads);
        for (int thread = 0; thread * share < placed.Length; thread++)
        {
            (int begin, int core) = (thread * share, thread + 1);
            int end = Math.Min(placed.Length, begin + share);
            await Cycles(0, pool.DispatchCycles);
            workers.Add(_run.Simulator.Start(_tracks[core], () => Worker(placed, begin, end, core, name, category)));
        }

        foreach (Process worker in workers) await worker;
        await Cycles(0, pool.JoinCycles);
    }

    private async Task Worker(PlacedTask[] tasks, int begin, int end, int core, string name, string category)
    {
        await Cycles(core, _configuration.ThreadPool.WakeCycles);
        if (!_hasWorked[core]) await Cycles(core, _configuration.ThreadPool.FirstUseCycles);
        _hasWorked[core] = true;
        await Share(tasks, begin, end, core, name, category);
    }

    /// <summary>Runs tasks one after the other on the first core.</summary>
    public Task Tasks(ImmutableArray<HostTask> tasks, string name, string category) =>
        Share(Place(tasks), 0, tasks.Length, 0, name, category);

    /// <summary>
    /// Says where in their buffers tasks read and write: tasks of one list go through a tensor one behind the other, and the
    /// last ones end at its end where tiles overlap.
    /// </summary>
    private PlacedTask[] Place(ImmutableArray<HostTask> tasks)
    {
        var placed = new PlacedTask[tasks.Length];
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int i = 0; i < placed.Length; i++)
        {
            HostTask task = tasks[i];
            CpuWork work = _model.Work(task, _run.Configuration.Memory.LineBytes);
            if (Problem(work) is { } problem) throw Impossible($"Work.{problem}", task.Kind);
            (double source, double destination) = (_run.Buffers.PaddingRatio(task.Source), _run.Buffers.PaddingRatio(task.Destination));

            // A tile has the padding of its tensor.
            if (task.Kind is HostTaskKind.TileScatter or HostTaskKind.TileGather) source = destination = Math.Max(source, destination);
            (long readBytes, long writeBytes) = ((long)(work.ReadBytes * source), (long)(work.WriteBytes * destination));
            placed[i] = new PlacedTask(work, Position(positions, task.Source, readBytes), readBytes, Position(positions, task.Destination, writeBytes), writeBytes);
        }

        return placed;
    }

    private long Position(Dictionary<string, long> positions, string buffer, long bytes)
    {
        long address = _run.Buffers.Address(buffer, bytes);
        long position = positions.GetValueOrDefault(buffer);
        positions[buffer] = position + bytes;
        return address + Math.Min(position, _run.Buffers.Size(buffer, bytes) - bytes);
    }

    private async Task Share(PlacedTask[] tasks, int begin, int end, int core, string name, string category)
    {
        SimTime start = _run.Simulator.Now;
        double instructions = 0;
        for (int i = begin; i < end; i++)
        {
            await RunTask(tasks[i], core);
            instructions += tasks[i].Work.Instructions;
        }

        _counters[core].Add(_run.Simulator.Now - start, instructions);
        _run.Timeline?.Add(_tracks[core], name, category, start, _run.Simulator.Now - start);
    }

    /// <summary>
    /// Reads lines that were never read before: line by line from a region of their own, so that they wait as long as memory is busy;
    /// where memory is simulated by the page, at the time of a miss.
    /// </summary>
    private async Task ColdReads(CpuWork work, long bytes)
    {
        SimTime start = _run.Simulator.Now;
        if (_tasks is null)
        {
            HostMemoryConfiguration memory = _run.Configuration.Memory;
            await _run.Simulator.Delay(SimTime.FromPicoseconds(bytes * memory.CpuReadMiss.Picoseconds / memory.LineBytes));
        }
        else
        {
            for (long left = bytes; left > 0; left -= LargestColdRead)
            {
                long piece = Math.Min(left, LargestColdRead);
                await _ends[0].Run(_tasks, 0, new CoreTask(_run.Buffers.ColdAddress(piece), piece, 0, 0, SimTime.Zero, LinesAhead: 0, Time(work.HiddenCycles), Time(work.MissCycles)));
            }
        }

        _counters[0].Add(_run.Simulator.Now - start, 0);
    }

    private async Task RunTask(PlacedTask task, int core)
    {
        if (_tasks is not null)
        {
            int linesAhead = task.Work.HidesReadMisses ? task.Work.LinesAhead : 0;
            var work = new CoreTask(task.Source, task.ReadBytes, task.Destination, task.WriteBytes, Time(task.Work.Cycles), linesAhead, Time(task.Work.HiddenCycles), Time(task.Work.MissCycles));
            await _ends[core].Run(_tasks, core, work);
        }
        else
        {
            MemoryPort port = _ports[core];
            await Access(port, task.Work.HidesReadMisses ? MemoryCommand.Prefetch : MemoryCommand.Read, task.Source, task.ReadBytes);
            await _run.Simulator.Delay(Time(task.Work.Cycles));
            await Access(port, MemoryCommand.Write, task.Destination, task.WriteBytes);
        }

        ReadBytes += task.ReadBytes;
        WriteBytes += task.WriteBytes;
    }

    private static async Task Access(MemoryPort port, MemoryCommand command, long address, long bytes)
    {
        const int largest = 1 << 20;
        for (long offset = 0; offset < bytes; offset += largest)
        {
            await port.AccessAsync(command, address + offset, (int)Math.Min(largest, bytes - offset));
        }
    }

    /// <summary>Keeps a core busy.</summary>
    private Wait Cycles(int core, double cycles, double instructions = 0)
    {
        SimTime time = Time(cycles);
        _counters[core].Add(time, instructions);
        return _run.Simulator.Delay(time);
    }

    private SimTime Time(double cycles) => _configuration.Frequency.Cycles((long)Math.Round(cycles));

    /// <summary>What a core cannot do; null where it can. A model of one's own may say anything.</summary>
    private static string? Problem(in CpuWork work)
    {
        if (work.ReadBytes < 0) return $"ReadBytes = {work.ReadBytes}: must be 0 or more";
        if (work.WriteBytes < 0) return $"WriteBytes = {work.WriteBytes}: must be 0 or more";
        if (work.HidesReadMisses && work.LinesAhead is < 1 or > CoreTask.MaximumLinesAhead) return $"LinesAhead = {work.LinesAhead}: must be 1 to {CoreTask.MaximumLinesAhead}";
        return Problem("Instructions", work.Instructions) ?? Problem("Cycles", work.Cycles) ?? Problem("MissCycles", work.MissCycles) ?? Problem("HiddenCycles", work.HiddenCycles);
    }

    private static string? Problem(string name, double value) =>
        value >= 0 && !double.IsInfinity(value) ? null : FormattableString.Invariant($"{name} = {value}: must be 0 or more and finite");

    private SimulationException Impossible(string problem, Enum what) => new($"CPU model {_model.GetType().Name}, {what}: {problem}");

    /// <summary>Resumes the process that waits for a core's task.</summary>
    private sealed class TaskEnd(Simulator simulator, string name) : EventTarget
    {
        private readonly Signal _done = new(simulator, $"{name} has done its task");

        public Wait Run(ICoreTaskMemory memory, int core, in CoreTask task)
        {
            Wait wait = _done.WaitAsync();
            memory.Run(core, task, this);
            return wait;
        }

        public override void Handle(SimTime now, long tag) => _done.Pulse();
    }

    private readonly record struct PlacedTask(CpuWork Work, long Source, long ReadBytes, long Destination, long WriteBytes);
}

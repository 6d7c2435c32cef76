using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Device;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug.Tests.Integration;

/// <summary>
/// The host side of one of the reference's integration programs: initialises the host arrays with stores of the CPU, line by
/// line in the order of addresses, and invokes every accelerator. Which lines are host data follows from the trace.
/// </summary>
internal sealed class IntegrationProgram(Gem5System system, Gem5Configuration configuration, string name, SimTime startUp)
{
    private const long Flag = 0x10_0000;

    // A core needs 1.2 to 1.8 us to map an accelerator's arrays and to launch it.
    private static readonly SimTime s_launch = SimTime.FromMicroseconds(1.2);

    public static Gem5System Build(string configurationFile, Gem5RunOptions options, out Gem5Configuration configuration)
    {
        configuration = Gem5Configuration.Read(configurationFile);
        return Gem5System.Build(configuration, options);
    }

    public void Run()
    {
        system.Simulator.Start("host", HostAsync);
        system.Simulator.Run();
    }

    private async Task HostAsync()
    {
        var lines = new SortedSet<long>();
        int invocations = 0;
        foreach (Gem5Accelerator accelerator in configuration.Accelerators)
        {
            DatapathConfiguration datapath = DatapathConfigurationFile.Read(accelerator.DatapathPath);
            KernelTrace trace = KernelTrace.Read(accelerator.TracePath, readyMode: datapath.ReadyMode);
            invocations = Math.Max(invocations, trace.InvocationCount);
            foreach (DynamicTrace invocation in trace.Invocations) AddHostLines(lines, invocation, datapath);
        }

        await system.Simulator.DelayUntil(startUp);
        foreach (long line in lines) await system.CpuData.WriteAsync(system.Pages.Translate(line), 4);
        for (int i = 0; i < invocations; i++) await InvokeAll(i);
    }

    private async Task InvokeAll(int invocation)
    {
        List<Task<AladdinInvocation>> running = [];
        foreach (AladdinDevice device in system.Devices)
        {
            // The programs with a second run of the same kernel switch its arrays from DMA to the coherency port.
            if (invocation == 1 && name is "test_host_load_store" or "test_command_queue")
            {
                device.SetMemoryType("store_vals_host", ArrayMemory.Acp);
                device.SetMemoryType("store_loc_host", ArrayMemory.Acp);
            }

            if (running.Count > 0) await system.Simulator.Delay(s_launch);
            running.Add(device.InvokeAsync(Flag + (4096 * running.Count)));
        }

        foreach (Task<AladdinInvocation> task in running) await task;
    }

    private void AddHostLines(SortedSet<long> lines, DynamicTrace trace, DatapathConfiguration datapath)
    {
        foreach (HostOperation operation in trace.HostOperations)
        {
            bool load = OpcodeClasses.Is(trace.Opcodes[operation.Node], OpcodeClass.HostLoad);
            if (!load && !OpcodeClasses.Is(trace.Opcodes[operation.Node], OpcodeClass.HostStore)) continue;
            Add(lines, load ? operation.SourceAddress : operation.DestinationAddress, operation.Bytes);
        }

        HashSet<string> host = [.. datapath.Arrays.Where(a => a.Memory is ArrayMemory.Cache or ArrayMemory.Acp).Select(a => a.Name)];
        long[] bases = [.. trace.BaseAddresses.Values.Order()];
        foreach ((int nameId, long start) in trace.BaseAddresses)
        {
            if (!host.Contains(trace.Program.Names.Text(nameId))) continue;
            long end = bases.FirstOrDefault(b => b > start, long.MaxValue);
            for (int node = 0; node < trace.NodeCount; node++)
            {
                if (!OpcodeClasses.Is(trace.Opcodes[node], OpcodeClass.Memory)) continue;
                int access = trace.Access[node];
                long address = trace.Accesses.Address.Items[access];
                if (address >= start && address < end) Add(lines, address, trace.Accesses.Bytes.Items[access]);
            }
        }
    }

    private void Add(SortedSet<long> lines, long address, long bytes)
    {
        int line = system.Options.LineBytes;
        for (long at = address / line * line; at < address + bytes; at += line) lines.Add(at);
    }
}

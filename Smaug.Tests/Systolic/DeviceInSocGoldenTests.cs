using Smaug.Accelerators.Systems;
using Smaug.Accelerators.Systems.Coherent;
using Smaug.Core.Execution;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Tensors;

namespace Smaug.Tests.Systolic;

/// <summary>The golden invocations of the output-stationary device, launched by the CPU of an SoC.</summary>
[Category("Golden")]
[Category("Golden.Systolic")]
internal sealed class DeviceInSocGoldenTests
{
    [TestCaseSource(typeof(DeviceGolden), nameof(DeviceGolden.Cases))]
    public void A_launch_with_ideal_memory_takes_the_devices_cycles_and_at_most_one_per_phase_border(string name)
    {
        DeviceGolden golden = DeviceGolden.Read(name);
        InvocationReport launch = new DeviceLaunchRun(golden).Run((simulator, _) => new IdealMemory(simulator)).Report.Invocations.Single();
        long cycles = golden.Rows()[0]["compute_cycles"];
        Assert.Multiple(() =>
        {
            Assert.That(launch.Compute.Picoseconds, Is.EqualTo(cycles * 1000));
            Assert.That(launch.TransferIn.Picoseconds, Is.InRange(1, 2000), "two borders: behind inputs and weights");
            Assert.That(launch.TransferOut.Picoseconds, Is.InRange(1, 2000), "two borders: before and behind the results");
            Assert.That(launch.MultiplyAccumulates, Is.EqualTo(golden.Invocation.MultiplyAccumulates));
            Assert.That(launch.Energy.Picojoules, Is.GreaterThan(0));
        });
    }

    [TestCaseSource(typeof(DeviceGolden), nameof(DeviceGolden.Cases))]
    public void Values_of_a_launch_are_those_of_the_device_bit_by_bit(string name)
    {
        DeviceGolden golden = DeviceGolden.Read(name);
        Tensor output = new DeviceLaunchRun(golden).Run((simulator, _) => new IdealMemory(simulator), computeValues: true).Values!.Output!;
        Half[] values = output.ToArray<Half>();
        Assert.That(golden.Differences((pixel, channel) => values[pixel * golden.Invocation.OutputChannels + channel]), Is.Empty);
    }

    /// <summary>
    /// The CPU has written all three buffers, as it had in the measured runs. A refresh of DRAM falls into some transfers: of ours
    /// the shortest of three starts counts; of the measured ones, c_s2_same has one, so that it is taken to 10 per cent.
    /// </summary>
    [TestCaseSource(typeof(DeviceGolden), nameof(DeviceGolden.Cases))]
    public void Transfers_line_by_line_take_the_measured_time(string name)
    {
        DeviceGolden golden = DeviceGolden.Read(name);
        DeviceGoldenRow row = golden.Rows().Single(r => r.Memory == "ruby");
        InvocationReport[] launches = LineByLine(golden);
        Assert.That(launches.Min(l => l.TransferIn.Picoseconds), Is.EqualTo(row["c0"] - row["in0"]).Within(name == "c_s2_same" ? 10 : 3).Percent);

        // The original leaves the tail of results with padding channels behind.
        if (golden.Invocation.OutputChannels % 8 != 0) return;
        Assert.That(launches.Min(l => l.TransferOut.Picoseconds), Is.EqualTo(row["f"] - row["c1"]).Within(3).Percent);
    }

    /// <summary>The launch at three starts, which the refreshes of DRAM meet at different places.</summary>
    internal static InvocationReport[] LineByLine(DeviceGolden golden) =>
        [.. new[] { 1_000_000, 1_001_300, 1_002_600 }.Select(start => new DeviceLaunchRun(golden).Run(Written, startCycles: start).Report.Invocations.Single())];

    private static IHostMemory Written(Simulator simulator, SocConfiguration configuration)
    {
        LineHostMemory memory = DirectoryHierarchy.Create(new HierarchyContext(simulator, configuration, dram: null));
        simulator.Start("initialisation", async () =>
        {
            // Buffers lie one behind the other from the second page on.
            for (long address = 4096; address < 15 * 4096; address += 4096) await memory.CpuPort(0).AccessAsync(MemoryCommand.Write, address, 4096);
        });
        return memory;
    }
}

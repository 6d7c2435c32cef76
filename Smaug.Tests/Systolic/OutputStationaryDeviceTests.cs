using Smaug.Accelerators.Systolic.Device;
using Smaug.Core;

namespace Smaug.Tests.Systolic;

internal sealed class OutputStationaryDeviceTests
{
    [Category("Golden")]
    [Category("Golden.Systolic")]
    [TestCaseSource(typeof(DeviceGolden), nameof(DeviceGolden.Cases))]
    public void Cycles_equal_those_of_the_cycle_accurate_model(string name)
    {
        DeviceGolden golden = DeviceGolden.Read(name);
        var device = new OutputStationaryDevice(golden.Options);
        DeviceGoldenRow[] rows = golden.Rows();
        Assert.That(rows, Is.Not.Empty);
        foreach (DeviceGoldenRow row in rows)
        {
            Assert.That(device.PrefillCycles(golden.Invocation), Is.EqualTo(row["prefill_cycles"]));
            Assert.That(device.ComputeCycles(golden.Invocation), Is.EqualTo(row["compute_cycles"]));
        }
    }

    [Category("Golden")]
    [Category("Golden.Systolic")]
    [TestCaseSource(typeof(DeviceGolden), nameof(DeviceGolden.Cases))]
    public void Values_equal_those_of_the_cycle_accurate_model_bit_by_bit(string name)
    {
        DeviceGolden golden = DeviceGolden.Read(name);
        DeviceInvocation invocation = golden.Invocation;
        var output = new Half[invocation.OutputPixels * OutputStationaryDevice.PaddedChannels(invocation.OutputChannels)];
        new OutputStationaryDevice(golden.Options).Compute(invocation, golden.Input, golden.Weights, output);
        Assert.That(golden.Differences((pixel, channel) => output[pixel * OutputStationaryDevice.PaddedChannels(invocation.OutputChannels) + channel]), Is.Empty);
    }

    [TestCase(3, 8, 8, "never ends: 3 output pixels")]
    [TestCase(64, 8, 8, "never starts: a fetch unit has 8 lines")]
    [TestCase(512, 4, 2, "never ends: commit units wait")]
    public void Compatible_device_names_why_the_original_would_hang(int pixels, int kernels, int columns, string reason)
    {
        DeviceInvocation invocation = MatrixProduct(pixels, kernels);
        var compatible = new OutputStationaryDevice(new OutputStationaryOptions { Columns = columns, Compatibility = true });
        Assert.That(() => compatible.ComputeCycles(invocation), Throws.TypeOf<SimulationException>().With.Message.Contains(reason));
        var corrected = new OutputStationaryDevice(new OutputStationaryOptions { Columns = columns });
        Assert.That(corrected.ComputeCycles(invocation), Is.GreaterThan(0));
    }

    [Test]
    public void Starved_fetch_units_abort_the_original_and_slow_the_corrected_device()
    {
        DeviceInvocation invocation = MatrixProduct(512, 16);
        var compatible = new OutputStationaryDevice(new OutputStationaryOptions { Columns = 16, Compatibility = true });
        Assert.That(() => compatible.ComputeCycles(invocation), Throws.TypeOf<SimulationException>().With.Message.Contains("runs out of data"));
        long fed = new OutputStationaryDevice(new OutputStationaryOptions { Columns = 16, LineBytes = 32 }).ComputeCycles(invocation);
        long starved = new OutputStationaryDevice(new OutputStationaryOptions { Columns = 16 }).ComputeCycles(invocation);
        Assert.That(starved, Is.GreaterThan(fed));
    }

    [Test]
    public void Units_without_work_do_not_delay_the_prefill()
    {
        var device = new OutputStationaryDevice();
        Assert.That(device.PrefillCycles(MatrixProduct(512, 16)), Is.EqualTo(31 * 8), "32 lines for each of 8 units");
        Assert.That(device.PrefillCycles(MatrixProduct(3, 5)), Is.EqualTo(0 * 5), "one line of 8 channels for each of 5 units");
        Assert.That(device.PrefillCycles(MatrixProduct(3, 5) with { InputChannels = 32, KernelChannels = 32 }), Is.EqualTo(3 * 5));
    }

    [Test]
    public void Integers_and_floats_agree_where_both_are_exact()
    {
        DeviceInvocation invocation = MatrixProduct(10, 8);
        int[] input = [.. Enumerable.Range(0, 80).Select(i => i % 7 - 3)];
        int[] weights = [.. Enumerable.Range(0, 64).Select(i => i % 5 - 2)];
        int[] integers = new int[80];
        float[] floats = new float[80];
        var device = new OutputStationaryDevice();
        device.Compute(invocation, input, weights, integers);
        device.Compute(invocation, Array.ConvertAll(input, i => (float)i), Array.ConvertAll(weights, i => (float)i), floats);
        Assert.That(floats, Is.EqualTo(Array.ConvertAll(integers, i => (float)i)));
    }

    private static DeviceInvocation MatrixProduct(int pixels, int kernels) => new()
    {
        InputRows = pixels,
        InputColumns = 1,
        InputChannels = 8,
        Kernels = kernels,
        KernelRows = 1,
        KernelColumns = 1,
        KernelChannels = 8,
        OutputRows = pixels,
        OutputColumns = 1,
        OutputChannels = kernels,
    };
}

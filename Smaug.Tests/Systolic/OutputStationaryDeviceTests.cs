using System.Globalization;
using System.Text.Json;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

internal sealed class OutputStationaryDeviceTests
{
    private static readonly float[] s_values = [-1.25f, -1, -.75f, -.5f, -.25f, 0, .25f, .5f, .75f, 1, 1.25f];

    private static IEnumerable<TestCaseData> GoldenCases() => GoldenData.Cases("gem5aladdin/systolic/cases.json", path =>
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.EnumerateObject().Select(entry => new TestCaseData(entry.Name).SetArgDisplayNames(entry.Name)).ToArray();
    });

    [Category("Golden")]
    [Category("Golden.Systolic")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Cycles_equal_those_of_the_cycle_accurate_model(string name)
    {
        (DeviceInvocation invocation, OutputStationaryOptions options, _, _) = Case(name);
        var device = new OutputStationaryDevice(options);
        string[] lines = File.ReadAllLines(GoldenData.Require("gem5aladdin", "systolic", "systolic.csv"));
        string[] header = lines[0].Split(',');
        int compared = 0;
        foreach (string[] row in lines.Skip(1).Select(line => line.Split(',')).Where(row => row[0] == name))
        {
            long Column(string column) => long.Parse(row[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
            Assert.That(device.PrefillCycles(invocation), Is.EqualTo(Column("prefill_cycles")));
            Assert.That(device.ComputeCycles(invocation), Is.EqualTo(Column("compute_cycles")));
            compared++;
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(1));
    }

    [Category("Golden")]
    [Category("Golden.Systolic")]
    [TestCaseSource(nameof(GoldenCases))]
    public void Values_equal_those_of_the_cycle_accurate_model_bit_by_bit(string name)
    {
        (DeviceInvocation invocation, OutputStationaryOptions options, uint seed, string hex) = Case(name);
        Half[] input = new Half[invocation.InputRows * invocation.InputColumns * invocation.InputChannels];
        Half[] weights = new Half[invocation.Kernels * invocation.WindowElements];
        foreach (Half[] tensor in new[] { input, weights })
        {
            for (int i = 0; i < tensor.Length; i++)
            {
                seed = unchecked(seed * 1103515245 + 12345);
                tensor[i] = (Half)s_values[(seed >> 16) % 11];
            }
        }

        Half[] output = new Half[invocation.OutputPixels * OutputStationaryDevice.PaddedChannels(invocation.OutputChannels)];
        new OutputStationaryDevice(options).Compute(invocation, input, weights, output);
        byte[] expected = Convert.FromHexString(hex);
        Assert.That(expected, Has.Length.EqualTo(output.Length * 2));

        // Padding channels hold what the commit units' registers had left over; only results are compared.
        int pitch = OutputStationaryDevice.PaddedChannels(invocation.OutputChannels);
        int sent = invocation.OutputPixels * invocation.OutputChannels;
        var differences = new List<string>();
        for (int i = 0; i < sent; i++)
        {
            if (i % pitch >= invocation.EffectiveKernels) continue;
            ushort found = BitConverter.HalfToUInt16Bits(output[i]);
            ushort golden = BitConverter.ToUInt16(expected, 2 * i);
            if (found != golden) differences.Add($"{i}: {golden:x4} expected, {found:x4} found");
        }

        Assert.That(differences, Is.Empty);
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

    internal static (DeviceInvocation Invocation, OutputStationaryOptions Options, uint Seed, string Hex) Case(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("gem5aladdin", "systolic", "cases.json")));
        JsonElement golden = document.RootElement.GetProperty(name);
        int Value(string key) => golden.GetProperty("params").GetProperty(key).GetInt32();
        OperatorKind? activation = Value("ACT") switch
        {
            1 => OperatorKind.ReLU,
            4 => OperatorKind.ELU,
            5 => OperatorKind.SELU,
            6 => OperatorKind.Tanh,
            7 => OperatorKind.HardTanh,
            8 => OperatorKind.Sigmoid,
            _ => null,
        };
        var invocation = new DeviceInvocation
        {
            InputRows = Value("H"),
            InputColumns = Value("W"),
            InputChannels = Value("C"),
            Kernels = Value("K"),
            KernelRows = Value("R"),
            KernelColumns = Value("S"),
            KernelChannels = Value("CW"),
            OutputRows = Value("P"),
            OutputColumns = Value("Q"),
            OutputChannels = Value("M"),
            Stride = Value("STR"),
            PaddingTop = Value("PT"),
            PaddingLeft = Value("PL"),
            FirstInputChannel = Value("IFS"),
            FirstKernel = Value("KS"),
            Activation = activation is { } kind ? new Activation(kind) { Slope = 0.1f, Alpha = 1, Lambda = 1.0507f } : null,
        };
        var options = new OutputStationaryOptions
        {
            Rows = Value("rows"),
            Columns = Value("cols"),
            FetchQueueLines = Value("fq"),
            LineBytes = Value("line"),
            ScratchpadBytes = Value("sram"),
            Compatibility = true,
        };
        return (invocation, options, (uint)Value("SEED"), golden.GetProperty("output_half_hex").GetString()!);
    }
}

using System.Globalization;
using System.Text.Json;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Core.Graphs;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

/// <summary>One case of gem5aladdin/systolic: an invocation of the cycle-by-cycle device with its operands and its results.</summary>
internal sealed class DeviceGolden
{
    private static readonly float[] s_values = [-1.25f, -1, -.75f, -.5f, -.25f, 0, .25f, .5f, .75f, 1, 1.25f];

    private readonly byte[] _output;

    private DeviceGolden(string name, JsonElement golden)
    {
        Name = name;
        int Value(string key) => golden.GetProperty("params").GetProperty(key).GetInt32();
        Invocation = new DeviceInvocation
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
            Activation = ActivationOf(Value("ACT")),
        };
        Options = new OutputStationaryOptions
        {
            Rows = Value("rows"),
            Columns = Value("cols"),
            FetchQueueLines = Value("fq"),
            LineBytes = Value("line"),
            ScratchpadBytes = Value("sram"),
            Compatibility = true,
        };
        Input = new Half[Invocation.InputRows * Invocation.InputColumns * Invocation.InputChannels];
        Weights = new Half[Invocation.Kernels * Invocation.WindowElements];
        uint seed = (uint)Value("SEED");
        foreach (Half[] tensor in new[] { Input, Weights })
        {
            for (int i = 0; i < tensor.Length; i++)
            {
                seed = unchecked(seed * 1103515245 + 12345);
                tensor[i] = (Half)s_values[(seed >> 16) % 11];
            }
        }

        _output = Convert.FromHexString(golden.GetProperty("output_half_hex").GetString()!);
    }

    public string Name { get; }

    public DeviceInvocation Invocation { get; }

    public OutputStationaryOptions Options { get; }

    public Half[] Input { get; }

    public Half[] Weights { get; }

    public static IEnumerable<TestCaseData> Cases() => GoldenData.Cases("gem5aladdin/systolic/cases.json", path =>
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.EnumerateObject().Select(entry => new TestCaseData(entry.Name).SetArgDisplayNames(entry.Name)).ToArray();
    });

    public static DeviceGolden Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(GoldenData.Require("gem5aladdin", "systolic", "cases.json")));
        return new DeviceGolden(name, document.RootElement.GetProperty(name));
    }

    /// <summary>The measured times: one row for each memory system.</summary>
    public DeviceGoldenRow[] Rows()
    {
        string[] lines = File.ReadAllLines(GoldenData.Require("gem5aladdin", "systolic", "systolic.csv"));
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => new DeviceGoldenRow(header, line.Split(','))).Where(row => row.Case == Name)];
    }

    /// <summary>
    /// Where results differ. Padding channels hold what the commit units' registers had left over, and the tail of a padded output is
    /// not sent; only results are compared.
    /// </summary>
    public List<string> Differences(Func<int, int, Half> result)
    {
        int pitch = OutputStationaryDevice.PaddedChannels(Invocation.OutputChannels);
        int sent = Invocation.OutputPixels * Invocation.OutputChannels;
        Assert.That(_output, Has.Length.EqualTo(Invocation.OutputPixels * pitch * 2));
        var differences = new List<string>();
        for (int i = 0; i < sent; i++)
        {
            if (i % pitch >= Invocation.EffectiveKernels) continue;
            ushort found = BitConverter.HalfToUInt16Bits(result(i / pitch, i % pitch));
            ushort golden = BitConverter.ToUInt16(_output, 2 * i);
            if (found != golden) differences.Add($"{i}: {golden:x4} expected, {found:x4} found");
        }

        return differences;
    }

    private static Activation? ActivationOf(int code)
    {
        OperatorKind? kind = code switch
        {
            1 => OperatorKind.ReLU,
            4 => OperatorKind.ELU,
            5 => OperatorKind.SELU,
            6 => OperatorKind.Tanh,
            7 => OperatorKind.HardTanh,
            8 => OperatorKind.Sigmoid,
            _ => null,
        };
        return kind is { } function ? new Activation(function) { Slope = 0.1f, Alpha = 1, Lambda = 1.0507f } : null;
    }
}

/// <summary>A row of systolic.csv.</summary>
internal sealed class DeviceGoldenRow(string[] header, string[] fields)
{
    public string Case => fields[0];

    public string Memory => fields[1];

    public long this[string column] => long.Parse(fields[Array.IndexOf(header, column)], CultureInfo.InvariantCulture);
}

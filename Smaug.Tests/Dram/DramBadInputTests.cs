using System.IO.Compression;
using System.Text;
using Smaug.Core;
using Smaug.Memory.Dram.Command;
using Smaug.Memory.Dram.Mapping;
using Smaug.Memory.Dram.Standards;
using Smaug.Memory.Dram.Traces;

namespace Smaug.Tests.Dram;

internal sealed class DramBadInputTests
{
    private static DramConfiguration Ddr4 => new() { Preset = DramPresets.Get("DDR4_2400R_8Gb_x8") };

    [TestCase("0x40 R\nnonsense\n", 2, "nonsense")]
    [TestCase("0x40 X\n", 1, "R or W")]
    [TestCase("0x40 R\n\n0x40 R 12 13\n", 3, "13")]
    [TestCase("0x40 R -1\n", 1, "cycle")]
    [TestCase("ST\n", 1, "LD|ST ADDR")]
    [TestCase("0xzz W\n", 1, "0xzz")]
    public void MalformedLineIsNamedWithItsNumber(string text, int line, string contains)
    {
        InputFormatException? error = Assert.Throws<InputFormatException>(() => ReadAll(text));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Line, Is.EqualTo(line));
            Assert.That(error.Message, Does.Contain("t.trace(").And.Contain(contains));
        });
    }

    [TestCase(0.5)]
    [TestCase(0.9)]
    [TestCase(0.0)]
    public void GzipFileCutShortIsAnError(double share)
    {
        byte[] whole = Gzip(20_000);
        InputFormatException? error = Assert.Throws<InputFormatException>(() => CountLines(whole[..(int)(whole.Length * share)]));
        Assert.That(error!.Message, Does.Contain("t.trace.gz").And.Contain("cut short"));
    }

    [Test]
    public void GzipFileWithoutItsLastByteIsAnError() =>
        Assert.That(() => CountLines(Gzip(20_000)[..^1]), Throws.TypeOf<InputFormatException>());

    [Test]
    public void JoinedGzipFilesAreReadAsOne() => Assert.That(CountLines([.. Gzip(20_000), .. Gzip(300)]), Is.EqualTo(20_300));

    private static byte[] Gzip(int lines)
    {
        using var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(i => $"0x{(i * 7919L % 65536) * 64:x} R\n"))));
        }

        return whole.ToArray();
    }

    private static int CountLines(byte[] file)
    {
        string folder = Directory.CreateTempSubdirectory("smaug-dram").FullName;
        try
        {
            string path = Path.Combine(folder, "t.trace.gz");
            File.WriteAllBytes(path, file);
            using DramTraceReader reader = DramTraceReader.Open(path);
            int lines = 0;
            while (reader.TryRead(out _)) lines++;
            return lines;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void AllFormsOfLinesAreRead() =>
        Assert.That(ReadAll("0x40 R\n0x80 W 17\n# comment\n0xC0\nLD 256\nST 0x140 3"), Is.EqualTo(new DramTraceRequest[]
        {
            new(0x40, false, 0), new(0x80, true, 17), new(0xC0, false, 0), new(256, false, 0), new(0x140, true, 3),
        }));

    [Test]
    public void AddressBeyondTheDevicesIsNamedWithItsLine()
    {
        var memory = new DramMemory(Ddr4, new Nobody());
        using DramTraceReader trace = Reader("0x0 R\n0x200000000 R\n");
        InputFormatException? error = Assert.Throws<InputFormatException>(() => new DramTraceRun(memory, trace).ToEnd());
        Assert.That(error!.Message, Does.Contain("(2)").And.Contain("0x200000000").And.Contain("0x1ffffffff"));
    }

    [Test]
    public void UnknownPresetNamesThoseOfItsStandard() =>
        Assert.That(() => DramPresets.Get("DDR4_3200AA_9Gb_x8", DramRules.Ramulator1),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("DDR4_3200AA_9Gb_x8").And.Message.Contains("DDR4_3200_8Gb_x8"));

    [Test]
    public void UnknownStandardNamesTheStandards() =>
        Assert.That(() => DramPresets.Get("EDO_60"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("LPDDR5"));

    [Test]
    public void SpeedAndOrganisationOfDifferentStandardsAreRefused() =>
        Assert.That(() => DramPresets.Get("DDR4_2400R", "DDR3_2Gb_x8", DramRules.Ramulator1),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("DDR4_2Gb_x8"));

    [TestCase(0)]
    [TestCase(3)]
    [TestCase(-1)]
    public void ChannelsMustBeAPowerOfTwo(int channels) =>
        Assert.That(() => new DramMemory(Ddr4 with { Channels = channels }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains($"Channels = {channels}"));

    [Test]
    public void GraphicsMemoryHasOneRank() =>
        Assert.That(() => new DramMemory(new DramConfiguration { Preset = DramPresets.Get("GDDR5_6000_4Gb_x16"), Ranks = 2 }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("Ranks = 2"));

    [Test]
    public void PerBankRefreshNeedsAStandardThatHasIt() =>
        Assert.That(() => new DramMemory(Ddr4 with { Refresh = RefreshManagers.PerBank }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("Refresh = PerBank").And.Message.Contains("LPDDR5"));

    [Test]
    public void RowsNeedAtLeastOneAccess() =>
        Assert.That(() => new DramMemory(Ddr4 with { RowPolicy = RowPolicies.ClosedAfter(0) }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("MaxAccesses = 0"));

    [TestCase("LPDDR6_10667_BL24_16Gb_x12", "LPDDR6 needs a controller of its own")]
    [TestCase("GDDR7_28000_PAM3_16Gb_x8", "GDDR7 needs a controller of its own")]
    public void StandardsWithoutRulesSaySo(string name, string contains) =>
        Assert.That(() => DramPresets.Get(name),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(contains).And.Message.Contains("HBM4"));

    [Test]
    public void MappingWithoutDefinitionSaysSoAndListsTheOthers() =>
        Assert.That(() => AddressMappings.Get("MOP4CLXOR"), Throws.TypeOf<ConfigurationException>()
            .With.Message.Contains("do not define it").And.Message.Contains("RoBaRaCoCh, ChRaBaRoCo"));

    [TestCase(1 << 30, 1, 32, "Channels = 1073741824")]
    [TestCase(1, 1 << 30, 32, "Ranks = 1073741824")]
    [TestCase(1, 1, int.MaxValue, "QueueEntries = 2147483647")]
    [TestCase(1, 1, 0, "QueueEntries = 0")]
    public void SizesBeyondTheirRangeAreRefused(int channels, int ranks, int entries, string contains) =>
        Assert.That(() => new DramMemory(Ddr4 with { Channels = channels, Ranks = ranks, QueueEntries = entries }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(contains));

    [TestCase(0)]
    [TestCase(3)]
    public void InterleavingMustBeAPowerOfTwo(int requests) =>
        Assert.That(() => new DramMemory(Ddr4 with { Mapping = new ChannelInterleaving(FieldOrderMapping.ChRaBaRoCo, requests) }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains($"= {requests} requests"));

    [Test]
    public void LinesLongerThanAMebibyteAreRefused() =>
        Assert.That(() => ReadAll(new string('0', (1 << 20) + 1)), Throws.TypeOf<InputFormatException>().With.Message.Contains("1 MiB"));

    [Test]
    public void AddressesOfMoreThan64BitsAreRefused() =>
        Assert.That(() => ReadAll("0x10000000000000000 R\n"), Throws.TypeOf<InputFormatException>().With.Message.Contains("(1)"));

    [Test]
    public void LongPausesCanBeCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using DramTraceReader trace = Reader($"0x0 R {long.MaxValue}\n");
        Assert.That(() => new DramTraceRun(new DramMemory(Ddr4, new Nobody()), trace).ToEnd(null, cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void MappingFilesAreForDdr3() =>
        Assert.That(() => new DramMemory(Ddr4 with { Mapping = CustomMapping.Parse(new StringReader("Ro 3:0 = 9:6"), "m.map") }, new Nobody()),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("DDR3"));

    [TestCase("Xx 1 = 2", "Xx")]
    [TestCase("Ro 3:0 = 7:6", "4 bits")]
    [TestCase("Ro 3", "LEVEL BIT")]
    [TestCase("Ro a = 3", "'a'")]
    public void MalformedMappingLineIsNamed(string line, string contains) =>
        Assert.That(() => CustomMapping.Parse(new StringReader("# head\n" + line), "m.map"),
            Throws.TypeOf<InputFormatException>().With.Message.Contains("m.map(2)").And.Message.Contains(contains));

    private static List<DramTraceRequest> ReadAll(string text)
    {
        using DramTraceReader reader = Reader(text);
        List<DramTraceRequest> all = [];
        while (reader.TryRead(out DramTraceRequest request)) all.Add(request);
        return all;
    }

    private static DramTraceReader Reader(string text) => new(new MemoryStream(Encoding.ASCII.GetBytes(text)), "t.trace");

    private sealed class Nobody : IDramListener
    {
        public void OnCompleted(in DramCompletion completion)
        {
        }
    }
}

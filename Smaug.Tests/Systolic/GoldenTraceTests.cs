using System.Security.Cryptography;
using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Formats;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Systolic;

[Category("Golden")]
[Category("Golden.ScaleSim")]
internal sealed class GoldenTraceTests
{
    private sealed record HashRow(string Case, string Version, int Layer, string File, long Rows, long Bytes, string Hash);

    private static IEnumerable<TestCaseData> HashedRuns() => GoldenData.Cases("scalesim/trace_hashes.csv", path =>
        HashRows(path).Select(row => (row.Case, row.Version)).Distinct()
            .Select(run => new TestCaseData(run.Case, run.Version).SetArgDisplayNames(run.Case, run.Version)));

    private static IEnumerable<TestCaseData> TracedRuns() => GoldenData.Cases("scalesim/traces", path =>
        Directory.GetDirectories(path).SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal)
            .Select(folder => (Case: Path.GetFileName(Path.GetDirectoryName(folder)!), Version: Path.GetFileName(folder)))
            .Select(run => new TestCaseData(run.Case, run.Version).SetArgDisplayNames(run.Case, run.Version)));

    [TestCaseSource(nameof(HashedRuns))]
    public void Trace_hashes_equal_those_of_scale_sim(string name, string version)
    {
        List<HashRow> rows = [.. HashRows(GoldenData.Require("scalesim", "trace_hashes.csv")).Where(row => row.Case == name && row.Version == version)];
        Dictionary<int, HashingSink> sinks = Simulate(name, version, layer => new HashingSink());
        var differences = rows
            .Where(row => sinks[row.Layer].Result(row.File) is var found && found != (row.Rows, row.Bytes, row.Hash))
            .Select(row => $"layer{row.Layer}/{row.File}: expected {row.Rows} rows, {row.Bytes} bytes; found {sinks[row.Layer].Result(row.File)}")
            .ToList();
        Assert.That(differences, Is.Empty, $"{differences.Count} of {rows.Count} traces differ");
        TestContext.Out.WriteLine($"{rows.Count} traces compared");
    }

    [TestCaseSource(nameof(TracedRuns))]
    public void Traces_equal_those_of_scale_sim(string name, string version)
    {
        string folder = GoldenData.Require("scalesim", "traces", name, version);
        string[] files = Directory.GetFiles(folder, "*.csv.gz", SearchOption.AllDirectories);
        Dictionary<int, TextSink> sinks = Simulate(name, version, layer => new TextSink());
        foreach (string file in files)
        {
            string expected = string.Join('\n', GoldenData.ReadLines(Path.GetRelativePath(GoldenData.Root, file))) + "\n";
            int layer = int.Parse(Path.GetFileName(Path.GetDirectoryName(file)!)["layer".Length..]);
            Assert.That(sinks[layer].Text(Path.GetFileNameWithoutExtension(file)), Is.EqualTo(expected), file);
        }

        Assert.That(files, Is.Not.Empty);
    }

    private static Dictionary<int, T> Simulate<T>(string name, string version, Func<int, T> sink) where T : ITraceSink
    {
        GoldenRun run = GoldenRun.Case(name);
        var sinks = new Dictionary<int, T>();
        SystolicRunOptions options = run.Options() with { Traces = layer => sinks[layer] = sink(layer) };
        SystolicArray.Simulate(run.Topology(GoldenRun.Version(version)), run.Configuration(GoldenRun.Version(version)), options);
        return sinks;
    }

    private static IEnumerable<HashRow> HashRows(string path) => File.ReadLines(path).Skip(1).Select(line => line.Split(','))
        .Select(f => new HashRow(f[0], f[1], int.Parse(f[2]["layer".Length..]), f[3], long.Parse(f[4]), long.Parse(f[5]), f[6]));

    /// <summary>Hashes traces while they are made.</summary>
    private sealed class HashingSink : ITraceSink
    {
        private readonly Dictionary<string, (TraceText Text, HashStream Stream)> _files = [];
        private readonly Dictionary<string, (long Rows, long Bytes, string Hash)> _results = [];

        public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
        {
            string name = TraceFiles.FileName(operand, isDram);
            if (!_files.TryGetValue(name, out (TraceText Text, HashStream Stream) file))
            {
                var stream = new HashStream();
                _files[name] = file = (new TraceText(stream, isDram), stream);
            }

            file.Text.Row(cycle, words);
            file.Stream.Rows++;
        }

        public void Complete()
        {
            foreach ((string name, (TraceText text, HashStream stream)) in _files)
            {
                text.Flush();
                _results[name] = (stream.Rows, stream.Bytes, stream.Hash());
            }
        }

        public (long Rows, long Bytes, string Hash) Result(string file) => _results.GetValueOrDefault(file);
    }

    /// <summary>Keeps traces as text.</summary>
    private sealed class TextSink : ITraceSink
    {
        private readonly Dictionary<string, (TraceText Text, MemoryStream Stream)> _files = [];

        public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
        {
            string name = TraceFiles.FileName(operand, isDram);
            if (!_files.TryGetValue(name, out (TraceText Text, MemoryStream Stream) file))
            {
                var stream = new MemoryStream();
                _files[name] = file = (new TraceText(stream, isDram), stream);
            }

            file.Text.Row(cycle, words);
        }

        public void Complete()
        {
            foreach ((TraceText text, _) in _files.Values) text.Flush();
        }

        public string Text(string file) => System.Text.Encoding.ASCII.GetString(_files[file].Stream.ToArray());
    }

    private sealed class HashStream : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Rows { get; set; }

        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Bytes;

        public override long Position { get => Bytes; set => throw new NotSupportedException(); }

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override void Write(byte[] buffer, int offset, int count)
        {
            _hash.AppendData(buffer, offset, count);
            Bytes += count;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

using System.IO.Compression;
using System.Text;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;
using Smaug.Accelerators.Tracing;
using Smaug.Core;

namespace Smaug.Tests.Aladdin;

/// <summary>One clear error for every kind of bad input.</summary>
[TestFixture]
internal sealed class BadInputTests
{
    private static readonly DatapathConfiguration OneArray = new() { Arrays = [DatapathArray.Cyclic("a", 64, 4, 1)] };

    private static List<AladdinResult> Run(string text, DatapathConfiguration? configuration = null)
    {
        using var accelerator = AladdinAccelerator.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), configuration ?? OneArray, name: "bad.trace");
        List<AladdinResult> results = [];
        while (accelerator.Begin() is { } datapath)
        {
            AladdinAccelerator.Run(datapath);
            results.Add(accelerator.Finish(datapath));
        }
        return results;
    }

    [Test]
    public void A_small_trace_is_accepted() => Assert.That(Run(BadTraces.Whole).Single().Graph.Nodes, Is.EqualTo(4));

    [Test]
    public void A_truncated_gzip_file_is_reported()
    {
        var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true))
        {
            var text = new StringBuilder(BadTraces.Head);
            for (int i = 0; i < 2000; i++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"0,1,k,entry:0,v{i * 7919 % 9973},11,{i}\n2,32,{i},0, ,\n1,32,{i},0, ,\nr,32,{i},1,v{i * 7919 % 9973},\n\n");
            gzip.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }
        var half = new MemoryStream(whole.ToArray()[..(int)(whole.Length / 2)]);
        using var accelerator = AladdinAccelerator.Open(half, OneArray, name: "half.trace.gz");
        Assert.That(() => accelerator.Begin(), Throws.InstanceOf<InputFormatException>().With.Message.Contains("truncated"));
    }

    private static Stream Open(byte[] bytes, bool seekable) =>
        seekable ? new MemoryStream(bytes) : new BufferedStream(new PipeLike(bytes), 64);

    /// <summary>A stream that cannot be read again and gives a few bytes at a time, as a pipe does.</summary>
    private sealed class PipeLike(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(7, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(7, count));
    }

    [Test]
    public void A_gzip_file_of_several_members_is_read([Values] bool seekable)
    {
        using var accelerator = AladdinAccelerator.Open(Open([.. BadTraces.Compressed(BadTraces.Head), .. BadTraces.Compressed(BadTraces.LoadOfA)], seekable), OneArray, name: "two.trace.gz");
        Assert.That(accelerator.Begin()!.Total, Is.GreaterThan(0));
    }

    /// <summary>The checksum of the text, four bytes before the end, is wrong.</summary>
    public static byte[] Damaged()
    {
        byte[] bytes = BadTraces.Compressed(BadTraces.Whole);
        bytes[^8] ^= 1;
        return bytes;
    }

    [Test]
    public void A_gzip_file_with_a_wrong_checksum_is_reported()
    {
        using var accelerator = AladdinAccelerator.Open(new MemoryStream(Damaged()), OneArray, name: "damaged.trace.gz");
        Assert.That(() => accelerator.Begin(), Throws.InstanceOf<InputFormatException>().With.Message.Contains("damaged"));
    }

    [Test]
    public void A_later_member_cut_off_anywhere_is_reported([Values] bool seekable)
    {
        // The first member ends on a line break, so that the text alone does not tell.
        byte[] first = BadTraces.Compressed(BadTraces.Head + BadTraces.LoadOfA), second = BadTraces.Compressed("entry,k,1,\n1,64,0x1000,1,a,\n\n" + BadTraces.LoadOfA);
        for (int kept = 1; kept < second.Length; kept++)
        {
            using var accelerator = AladdinAccelerator.Open(Open([.. first, .. second[..kept]], seekable), OneArray, name: "cut.trace.gz");
            Assert.That(() =>
            {
                while (accelerator.Begin() is not null) { }
            }, Throws.InstanceOf<InputFormatException>(), $"{kept} of {second.Length} bytes");
        }
    }

    [Test]
    public void A_wrong_field_count_gives_the_line() =>
        Assert.That(() => Run(BadTraces.WrongFieldCount),
            Throws.InstanceOf<InputFormatException>().With.Message.StartsWith("bad.trace(5): ").And.Message.Contains("5 fields"));

    [Test]
    public void An_unknown_opcode_is_named() =>
        Assert.That(() => Run(BadTraces.UnknownOpcode), Throws.InstanceOf<InputFormatException>().With.Message.Contains("unknown opcode 77"));

    [Test]
    public void Node_ids_out_of_order_are_reported() =>
        Assert.That(() => Run(BadTraces.Head + "0,1,k,entry:0,p,11,5\n"), Throws.InstanceOf<InputFormatException>().With.Message.Contains("'5' found, 0 expected"));

    [Test]
    public void An_unknown_array_is_named() =>
        Assert.That(() => Run(BadTraces.UnknownArray, new DatapathConfiguration()), Throws.InstanceOf<SimulationException>().With.Message.Contains("unknown partition 'a'"));

    [Test]
    public void An_access_out_of_bounds_is_reported() =>
        Assert.That(() => Run(BadTraces.Whole, new DatapathConfiguration { Arrays = [DatapathArray.Cyclic("a", 4, 4, 1)] }),
            Throws.InstanceOf<SimulationException>().With.Message.Contains("outside its 4 bytes"));

    [Test]
    public void A_host_array_cannot_be_accessed_without_a_soc() =>
        Assert.That(() => Run(BadTraces.Whole, new DatapathConfiguration()), Throws.InstanceOf<SimulationException>().With.Message.Contains("host memory"));

    [Test]
    public void Ready_mode_without_anything_that_fills_words_is_a_deadlock() =>
        Assert.That(() => Run(BadTraces.Whole, OneArray with { ReadyMode = true }), Throws.InstanceOf<SimulationException>().With.Message.StartsWith("Deadlock"));

    [TestCase("unrolling,f,l,4\nflatten,f,l\n", 2, "factor 0 here and 4")]
    [TestCase("frobnicate,1\n", 1, "unknown directive")]
    [TestCase("partition,cyclic,a,64,4\n", 1, "needs 5 fields")]
    [TestCase("cycle_time,fast\n", 1, "not a number")]
    public void A_bad_configuration_line_is_reported(string text, int line, string detail) =>
        Assert.That(() => DatapathConfigurationFile.Parse(text, "x.cfg"),
            Throws.InstanceOf<InputFormatException>().With.Message.StartsWith($"x.cfg({line}): ").And.Message.Contains(detail));

    [Test]
    public void More_partitions_than_words_is_reported() =>
        Assert.That(() => DatapathConfigurationFile.Parse("partition,cyclic,a,8,4,4\n", "x.cfg"), Throws.InstanceOf<InputFormatException>().With.Message.Contains("fewer than its 4 partitions"));

    [Test]
    public void Unreachable_nodes_are_reported() =>
        Assert.That(() => Run(BadTraces.UnreachableNodes, DatapathConfigurationFile.Parse(BadTraces.UnrolledLoop, "x.cfg")),
            Throws.InstanceOf<SimulationException>().With.Message.Contains("8 nodes are unreachable"));

    [Test]
    public void The_corrected_model_keeps_the_operand_number_apart_and_reaches_all_nodes()
    {
        using var accelerator = AladdinAccelerator.Open(new MemoryStream(Encoding.UTF8.GetBytes(BadTraces.UnreachableNodes)),
            DatapathConfigurationFile.Parse(BadTraces.UnrolledLoop, "x.cfg"), new AladdinOptions { Fidelity = AladdinFidelity.Corrected });
        Datapath datapath = accelerator.Begin()!;
        AladdinAccelerator.Run(datapath);
        Assert.That(datapath.IsFinished, Is.True);
    }

    [Test]
    public void A_kernel_above_the_limit_of_instructions_is_reported()
    {
        using var tracer = new KernelTracer(new KernelTracerOptions { MaximumNodes = 500 });
        TracedArray<TracedFloat> a = tracer.ArrayParameter<TracedFloat>("a", 8);
        Assert.That(() =>
        {
            using KernelInvocation run = tracer.Begin("k");
            foreach (TracedInt i in tracer.Loop("loop", 1000)) a[i & 7] = 1f;
        }, Throws.InstanceOf<SimulationException>().With.Message.Contains("more than 500 instructions"));
    }

    [Test]
    public void Old_opcode_numbers_are_translated()
    {
        Assert.That(OpcodeNumberings.Translate(OpcodeNumbering.Llvm34, 8), Is.EqualTo((int)TraceOpcode.Add));
        Assert.That(OpcodeNumberings.Translate(OpcodeNumbering.Llvm34, 27), Is.EqualTo((int)TraceOpcode.Load));
        Assert.That(OpcodeNumberings.Translate(OpcodeNumbering.Llvm34, 49), Is.EqualTo((int)TraceOpcode.Call));
        Assert.That(OpcodeNumberings.Translate(OpcodeNumbering.Llvm34, 98), Is.EqualTo((int)TraceOpcode.DmaStore));
        Assert.That(OpcodeNumberings.Translate(OpcodeNumbering.Llvm6, 100), Is.EqualTo(-1), "codes that passes make are not trace codes");
    }
}

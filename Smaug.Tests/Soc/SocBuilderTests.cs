using Smaug.Accelerators.Systolic;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Units;

namespace Smaug.Tests.Soc;

public class SocBuilderTests
{
    [Test]
    public void Defaults_are_the_tutorials_SoC()
    {
        SocConfiguration soc = new SocBuilder().Build().Configuration;
        Assert.Multiple(() =>
        {
            Assert.That(soc.Cpu.Frequency.Gigahertz, Is.EqualTo(1));
            Assert.That(soc.Memory.CacheSize, Is.EqualTo(2.Mebibytes()));
            Assert.That(soc.Memory.LineBytes, Is.EqualTo(32));
            Assert.That(soc.Accelerators.Count, Is.EqualTo(1));
            Assert.That(soc.Accelerators.FlushPerLine, Is.EqualTo(12.Nanoseconds()));
        });
    }

    [Test]
    public void Nominal_preset_differs_from_the_tutorial_by_its_core_clock_only()
    {
        SocConfiguration nominal = SocPresets.Find("tutorial-2.5GHz");
        Assert.That(nominal.Cpu.Frequency.Gigahertz, Is.EqualTo(2.5));
        Assert.That(nominal with { Name = SocPresets.Tutorial.Name, Cpu = nominal.Cpu with { Frequency = Frequency.FromGigahertz(1) } }, Is.EqualTo(SocPresets.Tutorial));
    }

    [Test]
    public void Builder_changes_what_it_is_told_and_nothing_else()
    {
        SocConfiguration soc = new SocBuilder().Named("four").WithAccelerators(4).WithThreads(2).WithCpuFrequency(2.Gigahertz()).Build().Configuration;
        SocConfiguration expected = SocPresets.Tutorial with
        {
            Name = "four",
            Cpu = SocPresets.Tutorial.Cpu with { Threads = 2, Frequency = 2.Gigahertz() },
            Accelerators = SocPresets.Tutorial.Accelerators with { Count = 4 },
        };
        Assert.That(soc, Is.EqualTo(expected));
    }

    [TestCase(0, 1, "Accelerators.Count = 0: must be 1 to 8")]
    [TestCase(9, 1, "Accelerators.Count = 9: must be 1 to 8")]
    [TestCase(1, 0, "Cpu.Threads = 0: must be 1 to 64")]
    public void Values_out_of_range_are_named_with_their_range(int accelerators, int threads, string message)
    {
        SocBuilder builder = new SocBuilder().WithAccelerators(accelerators).WithThreads(threads);
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Line_size_that_does_not_divide_the_cache_is_refused()
    {
        SocBuilder builder = new SocBuilder().Configure(c => c with { Memory = c.Memory with { LineBytes = 64, CacheSize = new ByteSize(100) } });
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("multiple of the line of 64 bytes"));
    }

    [Test]
    public void Unknown_DRAM_is_refused_with_those_that_exist()
    {
        SocBuilder builder = new SocBuilder().Configure(c => c with { Memory = c.Memory with { Dram = "SDR" } });
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("Memory.Dram = SDR: must be one of").And.Message.Contains("LPDDR4_3200_2x16"));
    }

    [TestCase(DramFidelity.Transaction, "Memory.Capacity = 1 KiB: LPDDR4_3200_2x16 has no row for each bank then; must be above 32 KiB")]
    [TestCase(DramFidelity.Command, "Memory.Capacity = 1024 GiB: LPDDR4_3200_8Gb_x16 with 1 channel(s) and 1 rank(s) holds 1 GiB")]
    [TestCase(DramFidelity.Analytical, "Memory.Capacity = 0 B: ")]
    public void Memory_that_cannot_be_is_named_as_its_option(DramFidelity level, string message)
    {
        ByteSize capacity = level switch { DramFidelity.Transaction => 1.Kibibytes(), DramFidelity.Command => 1024.Gibibytes(), _ => default };
        string dram = level == DramFidelity.Command ? "LPDDR4_3200_8Gb_x16" : "LPDDR4_3200_2x16";
        SocBuilder builder = new SocBuilder().WithMemory(MemoryFidelity.Transaction).Configure(c => c with { Memory = c.Memory with { Capacity = capacity, DramFidelity = level, Dram = dram } });
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));
    }

    [Test]
    public void Negative_cost_is_refused()
    {
        SocBuilder builder = new SocBuilder().Configure(c => c with { Cpu = c.Cpu with { Costs = c.Cpu.Costs with { LaunchCycles = -1 } } });
        Assert.That(() => builder.Build(), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Cpu.Costs.LaunchCycles = -1: must be 0 or more"));
    }

    [Test]
    public void Unknown_preset_is_refused_with_those_that_exist() =>
        Assert.That(() => SocPresets.Find("huge"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("tutorial, tutorial-2.5GHz"));

    [Test]
    public void Configuration_survives_JSON_both_ways()
    {
        SocConfiguration soc = new SocBuilder(SocPresets.TutorialNominal).Named("copy").WithAccelerators(3).Build().Configuration;
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(soc)), Is.EqualTo(soc));
    }

    [Test]
    public void Json_names_carry_their_units()
    {
        string json = SocConfigurationJson.Write(SocPresets.Tutorial);
        Assert.That(json, Does.Contain("\"frequencyHertz\": 1000000000").And.Contain("\"cacheSizeBytes\": 2097152").And.Contain("\"flushPerLineNanoseconds\": 12"));
    }

    [Test]
    public void Json_that_leaves_something_out_keeps_the_default()
    {
        SocConfiguration soc = SocConfigurationJson.Read("""{ "name": "two", "accelerators": { "count": 2 } }""");
        Assert.That(soc, Is.EqualTo(SocPresets.Tutorial with { Name = "two", Accelerators = SocPresets.Tutorial.Accelerators with { Count = 2 } }));
    }

    [Test]
    public void Unknown_property_in_JSON_is_an_error_with_its_place()
    {
        const string json = "{\n  \"acelerators\": { \"count\": 2 }\n}";
        Assert.That(() => SocConfigurationJson.Read(json, "soc.json"), Throws.TypeOf<InputFormatException>().With.Message.StartsWith("soc.json(2,").And.Message.Contains("acelerators"));
    }

    [Test]
    public void Text_that_is_not_JSON_is_an_error_with_its_place() =>
        Assert.That(() => SocConfigurationJson.Read("{ \"name\": ", "soc.json"), Throws.TypeOf<InputFormatException>().With.Message.StartsWith("soc.json(1,"));

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{ \"cpu\": null }")]
    public void Json_that_is_no_object_is_an_error(string json) =>
        Assert.That(() => SocConfigurationJson.Read(json, "soc.json"), Throws.TypeOf<InputFormatException>().With.Message.StartsWith("soc.json"));

    [Test]
    public void Value_out_of_range_in_JSON_is_an_error() =>
        Assert.That(() => SocConfigurationJson.Read("""{ "cpu": { "threads": 0 } }"""), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("Cpu.Threads = 0"));

    [Test]
    public void Arrays_survive_JSON_both_ways()
    {
        SocConfiguration device = new SocBuilder().WithSystolicArray(new OutputStationaryOptions { Columns = 4, Compatibility = true }).Build().Configuration;
        SocConfiguration array = new SocBuilder().WithSystolicArray(new SystolicArrayConfiguration { Rows = 64, Dataflow = Dataflow.InputStationary, ElementType = SystolicPrecision.Int8 }).Build().Configuration;
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(device)), Is.EqualTo(device));
        Assert.That(SocConfigurationJson.Read(SocConfigurationJson.Write(array)), Is.EqualTo(array));
    }

    [Test]
    public void Arrays_in_JSON_keep_the_defaults_of_what_is_left_out()
    {
        SocConfiguration soc = SocConfigurationJson.Read("""{ "accelerators": { "systolicArray": { "rows": 32, "dataflow": "WeightStationary" } } }""");
        Assert.That(soc.Accelerators.SystolicArray, Is.EqualTo(new SystolicArrayConfiguration { Rows = 32, Dataflow = Dataflow.WeightStationary }));
        soc = SocConfigurationJson.Read("""{ "accelerators": { "convolutionArray": {} } }""");
        Assert.That(soc.Accelerators.ConvolutionArray, Is.EqualTo(OutputStationaryOptions.Example8x8));
        soc = SocConfigurationJson.Read("""{ "accelerators": { "convolutionArray": null } }""");
        Assert.That(soc, Is.EqualTo(SocPresets.Tutorial));
    }

    [TestCase("\"systolicArray\": { \"dataflow\": \"xs\" }", "'xs': must be one of OutputStationary, WeightStationary, InputStationary")]
    [TestCase("\"systolicArray\": { \"elementType\": 3 }", "must be one of Float32, Float16, Int8")]
    [TestCase("\"systolicArray\": { \"sides\": 3 }", "an SoC has no such property")]
    [TestCase("\"convolutionArray\": { \"lines\": 3 }", "an SoC has no such property")]
    public void Unknown_names_of_an_array_are_errors_with_their_place(string array, string message) => Assert.That(
        () => SocConfigurationJson.Read($"{{\n \"accelerators\": {{ {array} }} }}", "soc.json"),
        Throws.TypeOf<InputFormatException>().With.Message.StartsWith("soc.json(2,").And.Message.Contains(message));

    [TestCase("{ \"convolutionArray\": {}, \"systolicArray\": {} }", "exclude each other")]
    [TestCase("{ \"convolutionArray\": { \"rows\": 0 } }", "Rows = 0: must be 1 to 256")]
    [TestCase("{ \"convolutionArray\": { \"dataType\": \"Float32\" } }", "must be Float16")]
    public void Arrays_that_cannot_be_are_refused(string accelerators, string message) => Assert.That(
        () => SocConfigurationJson.Read($"{{ \"accelerators\": {accelerators} }}"), Throws.TypeOf<ConfigurationException>().With.Message.Contains(message));
}

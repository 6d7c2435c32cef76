using System.Reflection;
using Smaug.Accelerators.Systems;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Units;
using Smaug.Memory.Coherence;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>The constants of the directory protocol as an SoC's configuration sets them.</summary>
public class CoherenceConfigurationTests
{
    private static SocBuilder Soc(MemoryFidelity fidelity, CoherenceConfiguration coherence) => new SocBuilder().WithMemory(fidelity).Configure(c => c with { Memory = c.Memory with { Coherence = coherence } });

    private static SimTime Total(MemoryFidelity fidelity, CoherenceConfiguration coherence, MemoryPolicy policy) =>
        Soc(fidelity, coherence).Build().Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MemoryPolicy = policy }).Report.Time.Total;

    [Test]
    public void It_has_every_latency_and_limit_of_the_protocol_with_its_default()
    {
        string[] elsewhere = [nameof(MesiOptions.Frequency), nameof(MesiOptions.LineBytes), nameof(MesiOptions.L2Size), nameof(MesiOptions.L2Ways), nameof(MesiOptions.L2Banks), nameof(MesiOptions.CarriesValues)];
        PropertyInfo[] own = [.. typeof(CoherenceConfiguration).GetProperties().Where(p => p.CanWrite)];
        Assert.That(own.Select(p => p.Name), Is.EquivalentTo(typeof(MesiOptions).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Except(elsewhere)));
        foreach (PropertyInfo property in own)
        {
            var changed = new CoherenceConfiguration();
            property.SetValue(changed, 77);
            MesiOptions options = HostMemoryParts.Caches(new HostMemoryConfiguration { Coherence = changed });
            Assert.That(typeof(MesiOptions).GetProperty(property.Name)!.GetValue(options), Is.EqualTo(77), property.Name);
        }

        Assert.That(new CoherenceConfiguration().ApplyTo(new MesiOptions()), Is.EqualTo(new MesiOptions()));
    }

    [Test]
    public void Slower_hops_and_narrower_links_make_networks_slower([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity, [Values(MemoryPolicy.AllDma, MemoryPolicy.AllAcp)] MemoryPolicy policy)
    {
        SimTime before = Total(fidelity, new CoherenceConfiguration(), policy);
        Assert.Multiple(() =>
        {
            Assert.That(Total(fidelity, new CoherenceConfiguration { LinkCycles = 8 }, policy), Is.GreaterThan(before), "links");
            Assert.That(Total(fidelity, new CoherenceConfiguration { RouterCycles = 8 }, policy), Is.GreaterThan(before), "routers");
            Assert.That(Total(fidelity, new CoherenceConfiguration { LinkBytesPerCycle = 1 }, policy), Is.GreaterThan(before), "width");
        });
    }

    [Test]
    public void A_coherency_port_with_one_line_under_way_is_slow([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity) =>
        Assert.That(Total(fidelity, new CoherenceConfiguration { SequencerOutstanding = 1 }, MemoryPolicy.AllAcp), Is.GreaterThan(Total(fidelity, new CoherenceConfiguration(), MemoryPolicy.AllAcp)));

    [Test]
    public void Command_line_and_JSON_set_the_same()
    {
        SocConfiguration json = SocConfigurationJson.Read("""{ "memory": { "fidelity": "Message", "coherence": { "routerCycles": 2, "linkCycles": 3, "linkBytesPerCycle": 32 } } }""");
        SocConfiguration options = Gem5Soc.Apply(SocPresets.Tutorial with { Memory = SocPresets.Tutorial.Memory with { Fidelity = MemoryFidelity.Message } }, [("--router-latency", "2"), ("--link-latency", "3"), ("--link-width-bits", "256")], []);
        Assert.That(json.Memory, Is.EqualTo(options.Memory));
        Infrastructure.Cli plain = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", "--memory=message");
        Infrastructure.Cli slow = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", "--memory=message", "--link-latency=4", "--router-latency=4", "--link-width-bits=32");
        Assert.That(slow.Output, Is.Not.EqualTo(plain.Output).And.Not.Contains("has no effect"), slow.Error);
    }

    [TestCase("""{ "memory": { "coherence": { "linkCycles": 0 } } }""", "Memory.Coherence.LinkCycles = 0: must be 1 to 1000000")]
    [TestCase("""{ "memory": { "fidelity": "Message", "coherence": { "linkBytesPerCycle": 5000 } } }""", "Memory.Coherence.LinkBytesPerCycle = 5000: must be 1 to 4096")]
    [TestCase("""{ "memory": { "fidelity": "Transaction", "coherence": { "dmaOutstanding": 0 } } }""", "Memory.Coherence.DmaOutstanding = 0: must be 1 to 1024")]
    [TestCase("""{ "memory": { "coherence": null } }""", "object")]
    public void What_cannot_be_is_one_error_with_its_path(string json, string message) =>
        Assert.That(() => SocConfigurationJson.Read(json), Throws.InstanceOf<SmaugException>().With.Message.Contains(message));
}

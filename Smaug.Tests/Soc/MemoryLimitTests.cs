using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>Banks of the last-level cache, and what memory cannot hold or does not have.</summary>
public class MemoryLimitTests
{
    private static SocBuilder Banks(int banks, MemoryFidelity fidelity = MemoryFidelity.Message) => new SocBuilder(SocPresets.Tutorial).WithAccelerators(4).WithMemory(fidelity)
        .Configure(c => c with { Memory = c.Memory with { Caches = c.Memory.Caches with { LastLevelBanks = banks } } });

    [Test]
    public void Banks_of_the_last_level_cache_share_its_lines_and_its_traffic([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity)
    {
        RunReport report = Banks(4, fidelity).Build().Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { RecordStatistics = true, MemoryPolicy = MemoryPolicy.AllAcp }).Report;
        double[] misses = [.. Enumerable.Range(0, 4).Select(bank => report.Statistics.Sum(i => i.Values.Single(v => v.Name == $"system.ruby.l2_cntrl{bank}.L2cache.demand_misses").Value))];
        Assert.That(misses, Has.All.EqualTo(misses.Average()).Within(5).Percent.And.All.GreaterThan(1000));
    }

    [TestCase(3)]
    [TestCase(32)]
    public void Banks_that_are_no_power_of_two_up_to_16_are_refused(int banks) =>
        Assert.That(() => Banks(banks).Build(), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo($"Memory.Caches.LastLevelBanks = {banks}: must be 1, 2, 4, 8 or 16"));

    [Test]
    public void Network_that_does_not_fit_into_DRAM_is_an_error_that_names_buffer_and_capacity([Values(MemoryFidelity.Transaction, MemoryFidelity.Message)] MemoryFidelity fidelity)
    {
        Smaug.Soc soc = new SocBuilder().WithMemory(fidelity).Configure(c => c with { Memory = c.Memory with { Capacity = 256.Kibibytes() } }).Build();
        Assert.That(() => soc.Run(ModelZoo.Create("minerva", Backends.Smv)), Throws.InstanceOf<SmaugException>()
            .With.Message.Contains("buffer 'data_1/output0' of 392 KiB: DRAM of 256 KiB (Memory.Capacity) has").And.Message.Contains("--mem-size"));
    }

    [Test]
    public void Component_that_writes_where_no_memory_is_gets_an_error_with_its_name_and_the_address([Values] MemoryFidelity fidelity, [Values(1L << 40, (1L << 32) - 63)] long address)
    {
        SocBuilder soc = new SocBuilder().WithMemory(fidelity).WithComponent("camera", async camera => await camera.Port.WriteAsync(address, 64));
        Assert.That(() => soc.Build().Run(ModelZoo.Create("minerva", Backends.Smv)), Throws.InstanceOf<SmaugException>()
            .With.Message.Contains($"component 'camera': write of 64 B at 0x{address:x} is outside its memory (0x0 to 0xffffffff"));
    }

    [Test]
    public void Component_may_write_the_last_bytes_of_memory([Values] MemoryFidelity fidelity)
    {
        SocBuilder soc = new SocBuilder().WithMemory(fidelity).WithComponent("camera", async camera => await camera.Port.WriteAsync((1L << 32) - 64, 64));
        Assert.That(() => soc.Build().Run(ModelZoo.Create("minerva", Backends.Smv)), Throws.Nothing);
    }

    [TestCase(MemoryPolicy.AllDma, "accelerator 0 DMA")]
    [TestCase(MemoryPolicy.AllAcp, "accelerator 0 coherency port")]
    public void Accelerator_that_reads_where_no_memory_is_gets_an_error_with_its_name(MemoryPolicy policy, string name)
    {
        foreach (MemoryFidelity fidelity in Enum.GetValues<MemoryFidelity>())
        {
            Smaug.Soc soc = new SocBuilder().WithMemory(fidelity).WithAccelerator(context => new Stray(context)).Build();
            Assert.That(() => soc.Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MemoryPolicy = policy }), Throws.InstanceOf<SmaugException>()
                .With.Message.Contains($"{name}: read of 32 B at 0x10000000000 is outside its memory"), $"{fidelity}");
        }
    }

    [Test]
    public void Networks_that_are_larger_than_the_capacity_run_on_the_analytical_model() =>
        Assert.That(() => new SocBuilder().Configure(c => c with { Memory = c.Memory with { Capacity = 4.Kibibytes() } }).Build().Run(ModelZoo.Create("minerva", Backends.Smv)), Throws.Nothing);

    private sealed class Stray(AcceleratorContext context) : IAccelerator
    {
        public async Task<KernelResult> RunAsync(OperatorPlan plan, KernelLaunch launch)
        {
            await context.Port(OperandRole.Input).ReadAsync(1L << 40, 32);
            return new KernelResult("stray", 0, 0, Energy.Zero);
        }
    }

    [Test]
    public void Ways_are_at_least_one() =>
        Assert.That(() => new SocBuilder().Configure(c => c with { Memory = c.Memory with { Caches = c.Memory.Caches with { LastLevelWays = 0 } } }).Build(),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("Memory.Caches.LastLevelWays = 0: must be 1 to 64"));
}

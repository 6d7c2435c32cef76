using Smaug.Core;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Simulation;
using Smaug.Core.Units;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

public class SocComponentTests
{
    private static readonly SimTime s_period = 10.Milliseconds();

    private static RunReport Run(SocBuilder soc, int frames = 1) =>
        soc.Build().Run(ModelZoo.Create("tutorial", Backends.Smv), new RunOptions { Frames = frames }).Report;

    private static SocBuilder WithCamera(SocBuilder soc, SimTime period, int frames = int.MaxValue) => soc.WithFrameSource("camera", async camera =>
    {
        for (int i = 0; i < frames; i++)
        {
            await camera.Simulator.DelayUntil((i + 1) * period);
            camera.OfferFrame();
        }
    });

    [TestCase(MemoryFidelity.Analytical)]
    [TestCase(MemoryFidelity.Transaction)]
    public void Traffic_of_a_component_makes_the_network_slower(MemoryFidelity fidelity)
    {
        SimTime alone = Run(new SocBuilder().WithMemory(fidelity)).Time.Total;
        SocBuilder busy = new SocBuilder().WithMemory(fidelity).WithComponent("display", async display =>
        {
            long address = display.Address("screen", 1 << 20);
            for (long at = 0; ; at = (at + 4096) % (1 << 20)) await display.Port.ReadAsync(address + at, 4096);
        });
        RunReport shared = Run(busy);
        Assert.Multiple(() =>
        {
            Assert.That(shared.Time.Total, Is.GreaterThan(alone));
            Assert.That(shared.Traffic.MemoryReadBytes, Is.GreaterThan(100_000), "the display's reads are counted");
        });
    }

    [Test]
    public void Source_that_never_offers_a_frame_ends_the_run_at_its_limit([Values] MemoryFidelity fidelity)
    {
        Smaug.Soc soc = new SocBuilder().WithMemory(fidelity).WithFrameSource("camera", async camera =>
        {
            while (true) await camera.Simulator.Delay(1.Microseconds());
        }).Build();
        Assert.That(() => soc.Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MaximumTime = 2.Milliseconds() }), Throws.TypeOf<SimulationException>()
            .With.Message.StartsWith("the limit of simulated time, 2 ms, is reached before the run has ended: process 'network' waits for").And.Message.Contains("a frame of 'camera'").And.Message.Contains("process 'camera' waits for"));
    }

    [Test]
    public void Run_that_ends_by_its_limit_is_the_run_without_one([Values] MemoryFidelity fidelity)
    {
        Smaug.Soc soc = new SocBuilder().WithMemory(fidelity).Build();
        RunReport free = soc.Run(ModelZoo.Create("minerva", Backends.Smv)).Report;
        RunReport limited = soc.Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MaximumTime = free.Time.Total + 1.Nanoseconds() }).Report;
        Assert.That((limited.Time, limited.Traffic), Is.EqualTo((free.Time, free.Traffic)));
        Assert.That(limited.Operators, Is.EqualTo(free.Operators));
        Assert.That(() => soc.Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MaximumTime = new SimTime(free.Time.Total.Picoseconds / 2) }), Throws.TypeOf<SimulationException>().With.Message.Contains("process 'network' waits for"));
        Assert.That(() => soc.Run(ModelZoo.Create("minerva", Backends.Smv), new RunOptions { MaximumTime = SimTime.Zero }), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("RunOptions.MaximumTime = 0 ps: must be above 0"));
    }

    [TestCase("-m")]
    [TestCase("--abs-max-tick")]
    [TestCase("--rel-max-tick")]
    public void Command_line_limits_simulated_time(string option)
    {
        Infrastructure.Cli stopped = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", option, "1000000");
        Assert.That(stopped.ExitCode, Is.Not.Zero);
        Assert.That(stopped.Error, Does.Contain("the limit of simulated time, 1 us, is reached"));
        Infrastructure.Cli ended = Infrastructure.Cli.Run("run", "zoo:minerva", "--no-values", option, "1000000000000");
        Assert.That(ended.ExitCode, Is.Zero, ended.Error);
        Assert.That(ended.Output, Does.Not.Contain("has no effect"));
    }

    [Test]
    public void Buffer_whose_address_is_known_does_not_move([Values] MemoryFidelity fidelity)
    {
        SocBuilder soc = new SocBuilder().WithMemory(fidelity).WithComponent("display", display =>
        {
            long address = display.Address("screen", 100_000);
            Assert.That(display.Address("screen", 5000), Is.EqualTo(address));
            display.Address("screen", 200_000);
            return Task.CompletedTask;
        });
        Assert.That(() => Run(soc), Throws.InstanceOf<SmaugException>().With.Message.Contains("component 'display': buffer 'screen' of 200000 bytes: it has 10"));
    }

    [Test]
    public void Input_whose_address_a_component_knows_does_not_move()
    {
        SocBuilder soc = new SocBuilder().WithMemory(MemoryFidelity.Transaction).WithComponent("camera", camera =>
        {
            camera.Address(camera.Network.Nodes.First(n => n.Kind == OperatorKind.Convolution3d).Outputs[0].Name, 64);
            return Task.CompletedTask;
        });
        Assert.That(() => Run(soc), Throws.InstanceOf<SmaugException>().With.Message.Contains("a component asked for 64 only, and it cannot move"));
    }

    [Test]
    public void Component_without_traffic_changes_nothing()
    {
        RunReport with = Run(new SocBuilder().WithComponent("clock", async clock =>
        {
            while (true) await clock.Simulator.Delay(1.Microseconds());
        }));
        Assert.That(with.Time, Is.EqualTo(Run(new SocBuilder()).Time));
    }

    [Test]
    public void Frames_of_a_slow_source_are_taken_as_they_come()
    {
        RunReport report = Run(WithCamera(new SocBuilder(), s_period), frames: 3);
        Assert.Multiple(() =>
        {
            Assert.That(report.Frames.Select(f => f.Offered), Is.EqualTo(new[] { s_period, 2 * s_period, 3 * s_period }));
            Assert.That(report.Frames.Select(f => f.Started), Is.EqualTo(report.Frames.Select(f => f.Offered)));
            Assert.That(report.Frames.Select(f => f.Index), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(report.Time.Total, Is.EqualTo(report.Frames[2].Done));
            Assert.That(report.Frames[0].Latency, Is.EqualTo(Run(new SocBuilder()).Time.Total), "the first frame meets the same SoC as a single run");
            Assert.That(report.Frames[2].Latency, Is.LessThan(report.Frames[0].Latency), "later ones find warm code");
        });
    }

    [Test]
    public void Frames_of_a_fast_source_wait_in_order()
    {
        RunReport report = Run(WithCamera(new SocBuilder(), 100.Microseconds()), frames: 3);
        for (int i = 1; i < 3; i++) Assert.That(report.Frames[i].Started, Is.EqualTo(report.Frames[i - 1].Done));
        Assert.That(report.Frames[2].Latency, Is.GreaterThan(report.Frames[1].Latency));
    }

    [Test]
    public void Stream_without_source_runs_back_to_back()
    {
        RunReport report = Run(new SocBuilder(), frames: 2);
        Assert.Multiple(() =>
        {
            Assert.That(report.Frames[1].Started, Is.EqualTo(report.Frames[0].Done));
            Assert.That(report.Operators.GroupBy(o => o.Name).Select(g => g.Count()), Is.All.EqualTo(2));
            Assert.That(RunReportText.Totals(report), Does.Contain("frames:              2, latency "));
        });
    }

    [Test]
    public void Source_that_stops_too_early_is_a_deadlock_that_names_it()
    {
        SimulationException error = Assert.Throws<SimulationException>(() => Run(WithCamera(new SocBuilder(), s_period, frames: 1), frames: 2))!;
        Assert.That(error.Message, Does.Contain("network").And.Contain("a frame of 'camera'"));
    }

    [Test]
    public void Component_that_fails_ends_the_run()
    {
        SocBuilder soc = new SocBuilder().WithComponent("radio", _ => throw new SimulationException("no carrier"));
        Assert.That(() => Run(soc), Throws.TypeOf<SimulationException>().With.Message.Contains("no carrier"));
    }

    [Test]
    public void Names_are_checked()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => WithCamera(WithCamera(new SocBuilder(), s_period), s_period), Throws.TypeOf<ConfigurationException>().With.Message.Contains("has one already, 'camera'"));
            Assert.That(() => new SocBuilder().WithComponent(" ", _ => Task.CompletedTask), Throws.TypeOf<ConfigurationException>());
            Assert.That(
                () => new SocBuilder().WithComponent("radio", _ => Task.CompletedTask).WithComponent("radio", _ => Task.CompletedTask),
                Throws.TypeOf<ConfigurationException>().With.Message.Contains("'radio'"));
            Assert.That(() => Run(new SocBuilder(), frames: 0), Throws.TypeOf<ConfigurationException>().With.Message.Contains("Frames"));
        });
    }
}

using Smaug.Sweeps;
using Smaug.Zoo;

namespace Smaug.Tests.Soc;

/// <summary>What the measured runs of the original show, and what follows for larger networks and systems (docs/findings.md).</summary>
public class FindingsTests
{
    private static SweepFigures[] Sweep(string network, params (string Parameter, string[] Values)[] axes)
    {
        SweepSpecification sweep = axes.Aggregate(new SweepSpecification(), (s, a) => s.With(a.Parameter, a.Values));
        return [.. SocSweep.Run(sweep, ModelZoo.Create(network, Backends.Smv)).Rows.Select(r => r.Figures)];
    }

    private static double SpeedUp(SweepFigures slow, SweepFigures fast) => (double)slow.Total.Picoseconds / fast.Total.Picoseconds;

    [TestCase("tutorial", 20, 30)]
    [TestCase("lenet5", 45, 60)]
    [TestCase("minerva", 70, 80)]
    public void Accelerators_are_busy_a_fifth_to_three_quarters_of_the_time(string network, int from, int to) =>
        Assert.That(100 * Sweep(network, ("num_accels", ["1"]))[0].BusyShare, Is.InRange(from, to));

    [Test]
    public void Coherency_port_beats_DMA()
    {
        SweepFigures[] interfaces = Sweep("tutorial", ("soc_interface", ["dma", "acp"]));
        Assert.That(SpeedUp(interfaces[0], interfaces[1]), Is.EqualTo(1.18).Within(0.05), "1.18 measured");
    }

    [Test]
    public void Threads_help_as_far_as_there_are_tiles()
    {
        SweepFigures[] threads = Sweep("tutorial", ("num_threads", ["1", "2", "4", "8"]));
        Assert.Multiple(() =>
        {
            Assert.That(SpeedUp(threads[0], threads[1]), Is.GreaterThan(1.3));
            Assert.That(threads[2].Total, Is.EqualTo(threads[1].Total), "four threads for two tiles");
            Assert.That(threads[3].Total, Is.EqualTo(threads[1].Total), "eight threads for two tiles");
        });
    }

    [Test]
    public void Several_accelerators_help_inner_products_and_hardly_a_convolution_of_one_stream_of_tiles()
    {
        SweepFigures[] minerva = Sweep("minerva", ("num_accels", ["1", "4"])), tutorial = Sweep("tutorial", ("num_accels", ["1", "2"]));
        Assert.That((double)minerva[0].BodyPicoseconds / minerva[1].BodyPicoseconds, Is.EqualTo(2.6).Within(0.35), "2.6 measured");
        Assert.That(SpeedUp(tutorial[0], tutorial[1]), Is.InRange(1, 1.05), "1.01 measured");
    }

    [TestCase("vgg16-cifar")]
    [TestCase("elu")]
    public void Larger_networks_gain_from_eight_accelerators_and_eight_threads_together_more_than_from_either(string network)
    {
        SweepFigures[] points = Sweep(network, ("num_threads", ["1", "8"]), ("num_accels", ["1", "8"]));
        (double accelerators, double threads, double both) = (SpeedUp(points[0], points[1]), SpeedUp(points[0], points[2]), SpeedUp(points[0], points[3]));
        TestContext.Out.WriteLine($"{network}: 8 accelerators {accelerators:0.00}, 8 threads {threads:0.00}, both {both:0.00}");
        Assert.Multiple(() =>
        {
            Assert.That(accelerators, Is.GreaterThan(1.1));
            Assert.That(threads, Is.GreaterThan(1.05));
            Assert.That(both, Is.GreaterThan(accelerators).And.GreaterThan(threads));
            Assert.That(accelerators, Is.LessThan(8), "software and memory bound the gain");
        });
    }
}

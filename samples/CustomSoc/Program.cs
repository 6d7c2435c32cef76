// An SoC of one's own: an SMV engine, a pooling engine and a camera that writes frames by DMA, all on one memory system.
// Asks which of them classifies 30 frames per second.
using CustomSoc;
using Smaug;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Smv.Engine;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Core.Units;
using Smaug.Zoo;

const double FramesPerSecond = 30;
Graph network = ModelZoo.Create("vgg16-cifar", Backends.Smv);

Console.WriteLine($"{network.Name} behind a camera of {FramesPerSecond} frames/s");
Console.WriteLine("SoC                                  frames/s  dropped  latency ms  busy  DRAM MB/s");
Report("SMV engine", new SocBuilder());
Report("SMV engine, 4 threads", new SocBuilder().WithThreads(4));
Report("SMV and pooling engine", WithPooling(new SocBuilder()));
Report("SMV and pooling engine, 4 threads", WithPooling(new SocBuilder().WithThreads(4)));
Report("the same, engines at 750 MHz", WithPooling(new SocBuilder().WithThreads(4).WithAcceleratorFrequency(750.Megahertz())));
Report("the same, engines at 500 MHz", WithPooling(new SocBuilder().WithThreads(4).WithAcceleratorFrequency(500.Megahertz())));

static SocBuilder WithPooling(SocBuilder soc) => soc
    .WithAccelerators(2)
    .WithAccelerator(context => context.Index == 0 ? new SmvAccelerator(context) : new PoolingEngine(context), new PoolingBackend());

void Report(string name, SocBuilder builder)
{
    var camera = new Camera(FramesPerSecond);
    Soc soc = builder.Named(name).WithFrameSource("camera", camera.Run).Build();
    RunReport report = soc.Run(network, new RunOptions { Frames = 12 }).Report;

    // The first frame arrives after a whole period; the rate is that of the frames after it.
    FrameReport first = report.Frames[0], last = report.Frames[^1];
    double rate = (report.Frames.Length - 1) / (last.Done - first.Done).Seconds;
    double latency = report.Frames.Max(f => f.Latency.Milliseconds);
    double traffic = (report.Traffic.MemoryReadBytes + report.Traffic.MemoryWriteBytes) / 1e6 / report.Time.Total.Seconds;
    Console.WriteLine($"{name,-36} {rate,8:0.0} {camera.Dropped,8} {latency,11:0.0} {100 * report.AcceleratorBusyShare,4:0} % {traffic,9:0}");
}

// Accelerators of one's own, added to the SMV SoC from outside the library, one file each. Runs all, or those that are named:
// formula, loops, trace, depthwise (times), values (of the depthwise engine).
using CustomAccelerator;
using Smaug;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

string[] all = ["formula", "loops", "trace", "depthwise", "values"];
if (args.FirstOrDefault(a => !all.Contains(a)) is { } unknown)
{
    Console.Error.WriteLine($"{unknown}: use {string.Join(", ", all)}");
    return 2;
}

bool Wanted(string name) => args.Length == 0 || args.Contains(name);

if (Wanted("formula")) Compare("lenet5", "multiplier array", b => b.WithAccelerator(context => new FormulaAccelerator(context)), o => o.Launches > 0);
if (Wanted("loops")) Compare("vgg16-cifar", "pooling tree", b => b.WithAccelerator(LoopNestPooling.Create), o => o.Kind == OperatorKind.MaxPooling);
if (Wanted("trace"))
{
    (_, float[] sum) = TracedAdder.Trace(1000);
    Console.WriteLine($"traced adder: 1,000 elements, {sum.Where((v, i) => v == 1.5f * i).Count():N0} right, {TracedAdder.Kernels.Run(1000).Cycles} cycles");
    Compare("resnet50", "traced adder", b => b.WithAccelerator(TracedAdder.Create), o => o.Kind == OperatorKind.EltwiseAdd);
    Console.WriteLine($"traced and scheduled: {TracedAdder.Kernels.Scheduled} shapes");
}

if (Wanted("depthwise")) Compare("mobilenet-v1", "depthwise engine", b => b.WithAccelerator(DepthwiseAccelerator.Create, new DepthwiseBackend()), o => o.Kind == OperatorKind.ConvolutionDepthwise);
return Wanted("values") ? Values() : 0;

// The network with the SMV engine alone and with the other accelerator: the operators that the latter runs.
static void Compare(string network, string name, Func<SocBuilder, SocBuilder> add, Func<OperatorReport, bool> runs)
{
    Graph graph = ModelZoo.Create(network, Backends.Smv);
    RunReport before = new SocBuilder().Build().Run(graph).Report, after = add(new SocBuilder()).Build().Run(graph).Report;
    Console.WriteLine();
    Console.WriteLine($"{network}: {before.Time.Total} without, {after.Time.Total} with the {name}");
    foreach ((OperatorReport without, OperatorReport with) in before.Operators.Zip(after.Operators).Where(o => runs(o.Second)).Take(8))
        Console.WriteLine($"  {with.Name,-18} {without.Total,-12}  {with.Total,-12} {with.Launches,4} launches  {with.Energy.Microjoules:0.000} uJ");
}

// MobileNet's values with the depthwise engine, which computes band by band, against those of the CPU, operator by operator.
static int Values()
{
    Graph mobileNet = ModelZoo.Create("mobilenet-v1", Backends.Smv);
    var expected = new Dictionary<string, float[]>();
    Run(new SocBuilder().Build(), (node, values) => expected[node] = values);
    (int operators, long elements, long zero, long different) = (0, 0, 0, 0);
    Run(new SocBuilder().WithAccelerator(DepthwiseAccelerator.Create, new DepthwiseBackend()).Build(), (node, values) =>
    {
        operators++;
        elements += values.Length;
        zero += values.Count(v => v == 0);
        different += values.Zip(expected[node]).Count(v => BitConverter.SingleToInt32Bits(v.First) != BitConverter.SingleToInt32Bits(v.Second));
    });
    Console.WriteLine();
    Console.WriteLine($"mobilenet-v1: {operators - 1} depthwise convolutions and the scores: {elements:N0} values, {zero:N0} of them zero, {different:N0} different from the CPU's");
    return different == 0 ? 0 : 1;

    void Run(Soc soc, Action<string, float[]> take)
    {
        RunResult result = soc.Run(mobileNet, new RunOptions
        {
            ComputeValues = true,
            Values = new()
            {
                Observer = o =>
                {
                    if (o.Plan.Node.Kind == OperatorKind.ConvolutionDepthwise && o.Outputs[0] is { } output) take(o.Plan.Node.Name, output.ToSingles());
                },
            },
        });
        take("scores", result.Values!.Output!.ToSingles());
    }
}

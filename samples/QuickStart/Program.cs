// Builds the network of SMAUG's tutorial, runs it on a simulated SoC, and tells where the time went.
using Smaug;
using Smaug.Core.Graphs;
using Smaug.Core.Modeling;

Graph model = Model.Build("tutorial", Backends.Smv, m => m
    .Input(1, 28, 28, 1)
    .Convolution(32, kernel: (3, 3), padding: Padding.Same)
    .MaxPool((2, 2), stride: (2, 2))
    .Flatten()
    .Dense(10));

Soc soc = new SocBuilder().Build();
RunResult run = soc.Run(model, new RunOptions { ComputeValues = true });

Console.WriteLine($"{model.Name}: {run.Report.Time.Total} on {run.Report.Soc}, {run.Report.MultiplyAccumulates:N0} multiply-accumulates");
foreach (var op in run.Report.Operators)
{
    Console.WriteLine($"  {op.Name,-12} {op.Launches,4} launches  {op.Total}");
}

Console.WriteLine("scores: " + string.Join(" ", run.Values!.Output!.ToSingles().Select(v => v.ToString("0.000"))));

// Adds a depthwise-convolution engine to the SMV SoC, from outside the library, and runs MobileNet with and without it.
using CustomAccelerator;
using Smaug;
using Smaug.Core.Graphs;
using Smaug.Core.Reporting;
using Smaug.Zoo;

Graph mobileNet = ModelZoo.Create("mobilenet-v1", Backends.Smv);
RunReport without = new SocBuilder().Named("SMV engine").Build().Run(mobileNet).Report;
RunReport with = new SocBuilder()
    .Named("SMV and depthwise engine")
    .WithAccelerator(context => new DepthwiseEngine(context), new DepthwiseBackend())
    .Build()
    .Run(mobileNet).Report;

Console.WriteLine($"{mobileNet.Name}: {with.MultiplyAccumulates:N0} multiply-accumulates");
Console.WriteLine($"  {without.Soc,-26} {without.Time.Total}");
Console.WriteLine($"  {with.Soc,-26} {with.Time.Total}");
Console.WriteLine();
Console.WriteLine("operator        CPU           depthwise engine");
foreach ((OperatorReport before, OperatorReport after) in without.Operators.Zip(with.Operators))
{
    if (before.Kind == OperatorKind.ConvolutionDepthwise) Console.WriteLine($"{before.Name,-14}  {before.Total,-12}  {after.Total}, {after.Launches} launches");
}

// Sweeps square arrays from 8 x 8 to 256 x 256 with three dataflows on ResNet-50, and draws utilisation and run time.
using System.Diagnostics;
using System.Globalization;
using Smaug.Accelerators.Systolic;
using Smaug.Core.Reporting.Charts;

int[] sizes = [8, 16, 32, 64, 128, 256];
string folder = args.Length > 0 ? args[0] : ".";
var watch = Stopwatch.StartNew();
var utilisation = new LineChart("ResNet-50: utilisation of the array",
    new ChartAxis("rows and columns of the array", AxisScale.PowersOfTwo), new ChartAxis("% of the multiply-accumulates that it could do") { Maximum = 100 });
var runTime = new LineChart("ResNet-50: run time",
    new ChartAxis("rows and columns of the array", AxisScale.PowersOfTwo), new ChartAxis("cycles", AxisScale.PowersOfTen));
foreach (Dataflow dataflow in Enum.GetValues<Dataflow>())
{
    SystolicResult[] results = [.. sizes.Select(size => SystolicArray.Simulate(SystolicNetworks.ResNet50, new SystolicConfiguration
    {
        Rows = size,
        Columns = size,
        Dataflow = dataflow,
        IfmapKilobytes = 512,
        FilterKilobytes = 512,
        OfmapKilobytes = 512,
    }))];
    utilisation.Add(Name(dataflow), [.. sizes.Select(size => (double)size)], [.. results.Select(result => result.OverallUtilizationPercent)]);
    runTime.Add(Name(dataflow), [.. sizes.Select(size => (double)size)], [.. results.Select(result => (double)result.TotalCycles)]);
    for (int i = 0; i < sizes.Length; i++)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dataflow,-18} {sizes[i],3} x {sizes[i],-3} {results[i].TotalCycles,12} cycles {results[i].OverallUtilizationPercent,6:0.0} %"));
}

Directory.CreateDirectory(folder);
File.WriteAllText(Path.Combine(folder, "utilisation.svg"), utilisation.Draw().ToString());
File.WriteAllText(Path.Combine(folder, "runtime.svg"), runTime.Draw().ToString());
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{3 * sizes.Length} runs in {watch.Elapsed.TotalSeconds:0.0} s; wrote utilisation.svg and runtime.svg"));

static string Name(Dataflow dataflow) => dataflow switch
{
    Dataflow.OutputStationary => "output-stationary",
    Dataflow.WeightStationary => "weight-stationary",
    _ => "input-stationary",
};

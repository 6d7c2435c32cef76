using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core.Reporting;
using Smaug.Core.Reporting.Charts;
using Smaug.Core.Simulation;
using Smaug.Zoo;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>Figures of the energy models and of statistics.</summary>
internal static class EnergyFigures
{
    /// <summary>Energy of an access and area of SRAM over its capacity.</summary>
    public static SvgCanvas SramOverSize()
    {
        int[] sizes = [256, 1024, 4096, 16384, 65536, 262144];
        double[] x = [.. sizes.Select(s => s / 1024.0)];
        var chart = new LineChart("SRAM in 40 nm, words of 4 bytes", new ChartAxis("capacity, KiB", AxisScale.PowersOfTwo), new ChartAxis("pJ; mW; thousand um2", AxisScale.PowersOfTen));
        chart.Add("read, 1 port, pJ", x, [.. sizes.Select(s => SramModel.Evaluate(s, 4, 1).ReadPicojoules)]);
        chart.Add("read, 2 ports, pJ", x, [.. sizes.Select(s => SramModel.Evaluate(s, 4, 2).ReadPicojoules)]);
        chart.Add("leakage, 1 port, mW", x, [.. sizes.Select(s => SramModel.Evaluate(s, 4, 1).LeakageMilliwatts)]);
        chart.Add("area, 1 port, 1000 um2", x, [.. sizes.Select(s => SramModel.Evaluate(s, 4, 1).AreaSquareMicrometres / 1e3)]);
        return chart.Draw();
    }

    /// <summary>Use of DRAM's data bus between the markers of a run.</summary>
    public static SvgCanvas BusUtilisation()
    {
        RunReport report = new SocBuilder(SocPresets.Tutorial).WithMemory(MemoryFidelity.Transaction).Build()
            .Run(ModelZoo.Create("lenet5", Backends.Smv), new RunOptions { RecordStatistics = true }).Report;
        var chart = new ColumnChart("LeNet-5: use of DRAM's data bus between markers", new ChartAxis("time, us"), new ChartAxis("busy, %"));
        foreach (StatisticsSnapshot interval in report.Statistics)
        {
            double busy = interval.Values.Single(v => v.Name == "system.mem_ctrls.busUtil").Value;
            if (interval.To > interval.From) chart.Add(interval.From.Microseconds, interval.To.Microseconds, busy, FormattableString.Invariant($"{interval.Label}: {busy:0.0} %"));
        }

        return chart.Draw();
    }
}

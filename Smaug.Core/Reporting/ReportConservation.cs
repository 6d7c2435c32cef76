using System.Globalization;
using Smaug.Core.Simulation;
using Smaug.Core.Units;

namespace Smaug.Core.Reporting;

/// <summary>Checks that the parts of a report add up before anyone sees it.</summary>
internal static class ReportConservation
{
    public static void Verify(RunReport report)
    {
        SimTime preparation = default, body = default, finalization = default, all = default;
        long inBytes = 0, outBytes = 0;
        int launches = 0;
        SimTime previous = default;
        foreach (OperatorReport o in report.Operators)
        {
            NotNegative(o.Name, "scheduling", o.Scheduling);
            NotNegative(o.Name, "preparation", o.CpuPreparation);
            NotNegative(o.Name, "transfer in", o.TransferIn);
            NotNegative(o.Name, "compute", o.Compute);
            NotNegative(o.Name, "transfer out", o.TransferOut);
            NotNegative(o.Name, "CPU body", o.CpuBody);
            NotNegative(o.Name, "finalisation", o.CpuFinalization);
            if (o.Start < previous) throw Broken($"operator '{o.Name}' starts at {o.Start}, before the one ahead of it ended at {previous}");
            previous = o.Start + o.Total;
            preparation += o.CpuPreparation;
            body += o.Body;
            finalization += o.CpuFinalization;
            all += o.Total;
            inBytes += o.TransferInBytes;
            outBytes += o.TransferOutBytes;
            launches += o.Launches;
        }

        TimeBreakdown time = report.Time;
        Equal("tensor preparation", time.TensorPreparation, preparation);
        Equal("tensor finalisation", time.TensorFinalization, finalization);
        Equal("operator bodies and reordering", time.OperatorBody + time.Reordering, body);
        NotNegative(report.Network, "other time", time.Other);
        if (previous > time.Total) throw Broken($"the last operator ends at {previous}, after the network's end at {time.Total}");
        if (all > time.Total) throw Broken($"operators take {all}, more than the total {time.Total}");
        Equal("launches", launches, report.Invocations.Length);
        Equal("bytes transferred in", inBytes, report.Traffic.TransferInBytes);
        Equal("bytes transferred out", outBytes, report.Traffic.TransferOutBytes);
        VerifyInvocations(report);
        VerifyStatistics(report);
    }

    private static void VerifyStatistics(RunReport report)
    {
        SimTime previous = SimTime.Zero;
        foreach (StatisticsSnapshot interval in report.Statistics)
        {
            if (interval.From != previous || interval.To < interval.From) throw Broken($"statistics of '{interval.Label}' are of {interval.From} to {interval.To}, the interval before ended at {previous}");
            previous = interval.To;
        }

        if (previous > report.Time.Total) throw Broken($"statistics end at {previous}, after the network's end at {report.Time.Total}");
    }

    private static void VerifyInvocations(RunReport report)
    {
        long inBytes = 0, outBytes = 0;
        var busy = new SimTime[report.AcceleratorUse.Length];
        var operations = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (InvocationReport i in report.Invocations)
        {
            if (i.TransferIn + i.Compute + i.TransferOut + i.Overhead != i.Done - i.Activated)
            {
                throw Broken($"invocation of '{i.Operator}' at {i.Activated}: its parts do not add up to its {i.Done - i.Activated}");
            }

            inBytes += i.TransferInBytes;
            outBytes += i.TransferOutBytes;
            busy[i.Accelerator] += i.Done - i.Activated;
            if (i.MultiplyAccumulates > 0) operations[i.Operator] = operations.GetValueOrDefault(i.Operator) + i.MultiplyAccumulates;
        }

        foreach (IGrouping<string, OperatorReport> runs in report.Operators.GroupBy(o => o.Name))
        {
            if (operations.TryGetValue(runs.Key, out long launched)) Equal($"multiply-accumulates of '{runs.Key}' (shape, launches)", runs.Sum(o => o.MultiplyAccumulates), launched);
        }

        Equal("bytes of the invocations in", inBytes, report.Traffic.TransferInBytes);
        Equal("bytes of the invocations out", outBytes, report.Traffic.TransferOutBytes);
        foreach (AcceleratorReport a in report.AcceleratorUse)
        {
            Equal($"busy time of accelerator {a.Index}", a.Busy, busy[a.Index]);
            if (a.Busy > report.Time.Total) throw Broken($"accelerator {a.Index} is busy for {a.Busy}, longer than the run of {report.Time.Total}");
        }
    }

    private static void NotNegative(string where, string what, SimTime value)
    {
        if (value < SimTime.Zero) throw Broken($"'{where}': {what} is negative ({value})");
    }

    private static void Equal(string what, SimTime left, SimTime right)
    {
        if (left != right) throw Broken($"{what}: {left} in one place, {right} in another");
    }

    private static void Equal(string what, long left, long right)
    {
        if (left != right) throw Broken(string.Create(CultureInfo.InvariantCulture, $"{what}: {left} in one place, {right} in another"));
    }

    private static SimulationException Broken(string what) => new($"the run's report does not add up: {what}");
}

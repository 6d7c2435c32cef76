using System.Globalization;
using System.Text;
using Smaug.Core.Formats;

namespace Smaug.Core.Reporting;

/// <summary>A run's report as tables of comma-separated values, with units in the column names.</summary>
public static class RunReportCsv
{
    /// <summary>One row per operator.</summary>
    public static string Operators(RunReport report)
    {
        var csv = new StringBuilder();
        csv.Append("operator,kind,executor,tiles,launches,start_ps,scheduling_ps,cpu_preparation_ps,transfer_in_ps,compute_ps,transfer_out_ps,cpu_body_ps,cpu_finalization_ps,total_ps,share,transfer_in_bytes,transfer_out_bytes,macs,energy_pj\n");
        foreach (OperatorReport o in report.Operators)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{CsvText.Field(o.Name)},{o.Kind},{CsvText.Field(o.Executor)},{o.Tiles},{o.Launches},{o.Start.Picoseconds},{o.Scheduling.Picoseconds},");
            csv.Append(CultureInfo.InvariantCulture, $"{o.CpuPreparation.Picoseconds},{o.TransferIn.Picoseconds},{o.Compute.Picoseconds},{o.TransferOut.Picoseconds},");
            csv.Append(CultureInfo.InvariantCulture, $"{o.CpuBody.Picoseconds},{o.CpuFinalization.Picoseconds},{o.Total.Picoseconds},{o.Share:R},");
            csv.Append(CultureInfo.InvariantCulture, $"{o.TransferInBytes},{o.TransferOutBytes},{o.MultiplyAccumulates},{o.Energy.Picojoules:R}\n");
        }

        return csv.ToString();
    }

    /// <summary>One row per kernel launch.</summary>
    public static string Invocations(RunReport report)
    {
        var csv = new StringBuilder();
        csv.Append("operator,accelerator,kernel,activated_ps,done_ps,cycles,upsampled_cycles,transfer_in_ps,compute_ps,transfer_out_ps,overhead_ps,transfer_in_bytes,transfer_out_bytes,transfers,macs,energy_pj\n");
        foreach (InvocationReport i in report.Invocations)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{CsvText.Field(i.Operator)},{i.Accelerator},{CsvText.Field(i.Kernel)},{i.Activated.Picoseconds},{i.Done.Picoseconds},{i.Cycles},{i.UpsampledCycles},");
            csv.Append(CultureInfo.InvariantCulture, $"{i.TransferIn.Picoseconds},{i.Compute.Picoseconds},{i.TransferOut.Picoseconds},{i.Overhead.Picoseconds},");
            csv.Append(CultureInfo.InvariantCulture, $"{i.TransferInBytes},{i.TransferOutBytes},{i.Transfers},{i.MultiplyAccumulates},{i.Energy.Picojoules:R}\n");
        }

        return csv.ToString();
    }
}

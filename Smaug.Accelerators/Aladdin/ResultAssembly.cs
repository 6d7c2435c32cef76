using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin;

/// <summary>From a finished schedule to the reported figures.</summary>
internal static class ResultAssembly
{
    public static AladdinResult Build(Datapath datapath, GraphStatistics graph, AladdinOptions options)
    {
        PassContext context = datapath.Context;
        int scheduled = datapath.Cycle;
        AlapRescheduling.Run(datapath, scheduled);
        long upsampled = LoopSampling.UpsampledCycles(datapath);
        long cycles = scheduled + upsampled;
        RegisterUse registers = RegisterUse.Of(datapath, scheduled, cycles);
        UnitActivity units = UnitActivity.Of(datapath, scheduled);
        ActivityTrace? activity = options.RecordActivity ? Record(datapath, units, scheduled, cycles) : null;
        double period = datapath.Timing.CycleTime;
        (PowerBreakdown power, AreaBreakdown area) = Power(datapath, units, registers, cycles, period, activity);
        if (activity is not null) AddRegisters(activity, registers);
        return new AladdinResult
        {
            Invocation = context.Trace.Invocation,
            TopFunction = context.Trace.Program.Names.Text(context.Trace.TopFunction),
            CycleTimeNanoseconds = period,
            Cycles = cycles,
            UpsampledCycles = upsampled,
            IdleCycles = units.IdleCycles + upsampled,
            Graph = graph,
            Units = Counts(units, registers),
            Power = power,
            Area = area,
            Scratchpads = [.. context.Arrays.Where(a => a.IsScratchpad).Select(a => new ScratchpadUse(
                a.Description.Name, a.Description.Bytes, a.Description.Factor, a.Description.WordBytes,
                datapath.Scratchpads.Loads(a.Index), datapath.Scratchpads.Stores(a.Index)))],
            Loops = ExecutionStatistics.Loops(datapath),
            Functions = ExecutionStatistics.Functions(datapath),
            Activity = activity,
        };
    }

    private static UnitCounts Counts(UnitActivity units, RegisterUse registers)
    {
        int Of(FunctionalUnit unit) => units.Count[(int)unit];
        return new UnitCounts(Of(FunctionalUnit.SingleMultiplier), Of(FunctionalUnit.SingleAdder), Of(FunctionalUnit.DoubleMultiplier),
            Of(FunctionalUnit.DoubleAdder), Of(FunctionalUnit.SpecialMath), Of(FunctionalUnit.Multiplier), Of(FunctionalUnit.Adder),
            Of(FunctionalUnit.Bitwise), Of(FunctionalUnit.Shifter), registers.Maximum);
    }

    private static (PowerBreakdown Power, AreaBreakdown Area) Power(
        Datapath datapath, UnitActivity units, RegisterUse registers, long cycles, double period, ActivityTrace? activity)
    {
        PassContext context = datapath.Context;
        FunctionalUnitCost register = FunctionalUnitLibrary.Cost(FunctionalUnit.Register, period);
        double leakage = 0, energy = 0, area = 0;
        foreach (FunctionalUnit unit in Enum.GetValues<FunctionalUnit>())
        {
            if (unit == FunctionalUnit.Register) continue;
            FunctionalUnitCost cost = FunctionalUnitLibrary.Cost(unit, period, context.Corrected);
            leakage += cost.LeakageMilliwatts * units.Count[(int)unit];
            area += cost.AreaSquareMicrometres * units.Count[(int)unit];
            energy += cost.ActiveMilliwatts * units.ActiveCycles[(int)unit] * period;
        }
        long registerBits = 32L * registers.Maximum;
        foreach (KnownArray array in context.Arrays)
        {
            if (array.IsRegister) registerBits += 8 * array.Description.Bytes;
        }
        leakage += register.LeakageMilliwatts * registerBits;
        area += register.AreaSquareMicrometres * registerBits;
        energy += register.ActiveMilliwatts * 32 * period * (registers.TotalReads + registers.TotalWrites);
        energy += ArrayActivity.RegisterEnergy(datapath, register.ActiveMilliwatts * period, activity);

        double memoryEnergy = 0, memoryLeakage = 0, memoryArea = 0;
        foreach (KnownArray array in context.Arrays)
        {
            if (!array.IsScratchpad) continue;
            DatapathArray a = array.Description;
            SramCost cost = SramModel.Partition(a.Bytes, a.WordBytes, a.Factor, context.Configuration.ScratchpadPorts);
            memoryEnergy += (datapath.Scratchpads.Loads(array.Index) * cost.ReadPicojoules) + (datapath.Scratchpads.Stores(array.Index) * cost.WritePicojoules);
            memoryLeakage += cost.LeakageMilliwatts * a.Factor;
            memoryArea += cost.AreaSquareMicrometres * a.Factor;
        }
        double time = period * cycles;
        // The reference spreads the energy of the sampled iterations over all cycles; corrected, the activity is scaled too.
        if (context.Corrected && datapath.Cycle > 0) time = period * datapath.Cycle;
        return (new PowerBreakdown(energy / time, leakage, memoryEnergy / time, memoryLeakage), new AreaBreakdown(area, memoryArea));
    }

    private static ActivityTrace Record(Datapath datapath, UnitActivity units, int cycles, long reportedCycles)
    {
        var activity = new ActivityTrace(cycles, reportedCycles, datapath.Context.Trace.NodeCount);
        for (int f = 0; f < units.Functions.Count; f++)
        {
            string function = datapath.Context.Trace.Program.Names.Text(units.Functions[f]);
            foreach ((string suffix, FunctionalUnit unit) in ActivityTrace.UnitColumns)
            {
                int[] column = activity.Add($"{function}-{suffix}");
                for (int c = 0; c < cycles; c++) column[c] = units.At(f, unit, c);
            }
        }
        return activity;
    }

    private static void AddRegisters(ActivityTrace activity, RegisterUse registers)
    {
        int[] read = activity.Raw("reg-read"), write = activity.Raw("reg-write");
        for (int c = 0; c < activity.Cycles; c++)
        {
            read[c] += registers.Reads[c];
            write[c] += registers.Writes[c];
        }
    }
}

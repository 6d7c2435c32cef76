using Smaug.Accelerators.Aladdin.Power;
using Smaug.Accelerators.Systolic.Device;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core.Tensors;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systolic.Power;

/// <summary>
/// Energy per action, leakage and area of a systolic array with its three scratchpads. <c>Of</c> takes them from Aladdin's 40 nm
/// tables (<see cref="FunctionalUnitLibrary"/> and <see cref="SramModel"/>). Those have 32-bit units only: float16 costs as much as
/// float32 and int8 as much as int32, an upper bound. Give values of one's own where better ones are known.
/// </summary>
public sealed record ArrayEnergy
{
    /// <summary>Energy of one multiply-accumulate, pJ.</summary>
    public required double PicojoulesPerMultiplyAccumulate { get; init; }

    /// <summary>Energy of one access to an ifmap or filter register of a processing element, pJ.</summary>
    public required double PicojoulesPerOperandRegister { get; init; }

    /// <summary>Energy of one access to a partial-sum register, pJ.</summary>
    public required double PicojoulesPerSumRegister { get; init; }

    /// <summary>Energy of reading one element from the ifmap scratchpad, pJ.</summary>
    public required double PicojoulesPerIfmapRead { get; init; }

    /// <summary>Energy of reading one element from the filter scratchpad, pJ.</summary>
    public required double PicojoulesPerFilterRead { get; init; }

    /// <summary>Energy of reading one partial sum from the ofmap scratchpad, pJ.</summary>
    public required double PicojoulesPerOfmapRead { get; init; }

    /// <summary>Energy of writing one result to the ofmap scratchpad, pJ.</summary>
    public required double PicojoulesPerOfmapWrite { get; init; }

    /// <summary>Leakage of processing elements and scratchpads, mW.</summary>
    public required double LeakageMilliwatts { get; init; }

    /// <summary>Area of processing elements and scratchpads, um².</summary>
    public required double AreaSquareMicrometres { get; init; }

    /// <summary>An array with one bank of its scratchpads for each row or column.</summary>
    /// <param name="array">Rows, columns and scratchpad sizes.</param>
    /// <param name="precision">Its numbers.</param>
    /// <param name="clock">Its clock; above 1 GHz as at 1 GHz, the fastest of the tables.</param>
    public static ArrayEnergy Of(SystolicConfiguration array, SystolicPrecision precision, Frequency clock)
    {
        int elementBytes = precision.ElementBytes(), sumBytes = precision.SumBytes();
        SramCost ifmap = SramModel.Partition(array.IfmapKilobytes * 1024L, elementBytes, array.Rows, 1);
        SramCost filter = SramModel.Partition(array.FilterKilobytes * 1024L, elementBytes, array.Columns, 1);
        SramCost ofmap = SramModel.Partition(array.OfmapKilobytes * 1024L, sumBytes, array.Columns, 1);
        return Of(
            new Geometry(array.Rows, array.Columns, precision == SystolicPrecision.Int8, elementBytes, sumBytes, clock),
            new Scratchpad(ifmap, array.Rows, 1),
            new Scratchpad(filter, array.Columns, 1),
            new Scratchpad(ofmap, array.Columns, 1));
    }

    /// <summary>The output-stationary device, whose scratchpads are accessed line by line.</summary>
    /// <param name="device">Its configuration.</param>
    /// <param name="clock">Its clock; above 1 GHz as at 1 GHz, the fastest of the tables.</param>
    public static ArrayEnergy Of(OutputStationaryOptions device, Frequency clock)
    {
        bool integer = device.DataType is DataType.Int32 or DataType.Int64;
        int bytes = device.DataType.SizeInBytes();
        var scratchpad = new Scratchpad(SramModel.Partition(device.ScratchpadBytes, device.LineBytes, 1, 1), 1, device.LineElements);
        return Of(new Geometry(device.Rows, device.Columns, integer, bytes, bytes, clock), scratchpad, scratchpad, scratchpad);
    }

    /// <summary>Energy of what an array did: that of the actions, and leakage over the time.</summary>
    /// <param name="activity">What it did.</param>
    /// <param name="total">How long it was on.</param>
    public Energy Of(in ArrayActivity activity, SimTime total) =>
        new Energy(
            activity.MultiplyAccumulates * PicojoulesPerMultiplyAccumulate
            + activity.OperandRegisters * PicojoulesPerOperandRegister
            + activity.SumRegisters * PicojoulesPerSumRegister
            + activity.IfmapReads * PicojoulesPerIfmapRead
            + activity.FilterReads * PicojoulesPerFilterRead
            + activity.OfmapReads * PicojoulesPerOfmapRead
            + activity.OfmapWrites * PicojoulesPerOfmapWrite)
        + Leakage(total);

    /// <summary>Energy that leaks over a time.</summary>
    /// <param name="total">How long the array is on.</param>
    public Energy Leakage(SimTime total) => Energy.FromPower(LeakageMilliwatts, total);

    private static ArrayEnergy Of(in Geometry geometry, in Scratchpad ifmap, in Scratchpad filter, in Scratchpad ofmap)
    {
        double period = Math.Max(1, geometry.Clock.PeriodPicoseconds / 1000.0);
        FunctionalUnitCost multiplier = FunctionalUnitLibrary.Cost(geometry.IsInteger ? FunctionalUnit.Multiplier : FunctionalUnit.SingleMultiplier, period);
        FunctionalUnitCost adder = FunctionalUnitLibrary.Cost(geometry.IsInteger ? FunctionalUnit.Adder : FunctionalUnit.SingleAdder, period);
        FunctionalUnitCost bit = FunctionalUnitLibrary.Cost(FunctionalUnit.Register, period);
        double elements = (double)geometry.Rows * geometry.Columns;
        int bits = 8 * (2 * geometry.ElementBytes + geometry.SumBytes);
        double area = elements * (multiplier.AreaSquareMicrometres + adder.AreaSquareMicrometres + bits * bit.AreaSquareMicrometres)
            + ifmap.Area + filter.Area + ofmap.Area;
        return new ArrayEnergy
        {
            PicojoulesPerMultiplyAccumulate = (multiplier.ActiveMilliwatts + adder.ActiveMilliwatts) * period,
            PicojoulesPerOperandRegister = 8 * geometry.ElementBytes * bit.ActiveMilliwatts * period,
            PicojoulesPerSumRegister = 8 * geometry.SumBytes * bit.ActiveMilliwatts * period,
            PicojoulesPerIfmapRead = ifmap.Bank.ReadPicojoules / ifmap.ElementsPerAccess,
            PicojoulesPerFilterRead = filter.Bank.ReadPicojoules / filter.ElementsPerAccess,
            PicojoulesPerOfmapRead = ofmap.Bank.ReadPicojoules / ofmap.ElementsPerAccess,
            PicojoulesPerOfmapWrite = ofmap.Bank.WritePicojoules / ofmap.ElementsPerAccess,
            LeakageMilliwatts = elements * (multiplier.LeakageMilliwatts + adder.LeakageMilliwatts + bits * bit.LeakageMilliwatts)
                + ifmap.Leakage + filter.Leakage + ofmap.Leakage,
            AreaSquareMicrometres = area,
        };
    }

    private readonly record struct Geometry(int Rows, int Columns, bool IsInteger, int ElementBytes, int SumBytes, Frequency Clock);

    private readonly record struct Scratchpad(SramCost Bank, int Banks, int ElementsPerAccess)
    {
        public double Leakage => Banks * Bank.LeakageMilliwatts;

        public double Area => Banks * Bank.AreaSquareMicrometres;
    }
}

using Smaug.Accelerators.Systolic.Power;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systolic.Device;

/// <summary>Energy of launches on the device, from what its units do.</summary>
internal sealed class DevicePower(OutputStationaryOptions options, Frequency clock)
{
    private readonly ArrayEnergy _energy = ArrayEnergy.Of(options, clock);

    public double AreaSquareMicrometres => _energy.AreaSquareMicrometres;

    public Energy Leakage(SimTime total) => _energy.Leakage(total);

    public Energy Of(in DeviceLaunch work, SimTime total)
    {
        DeviceInvocation invocation = work.Invocation;
        double macs = (double)invocation.MultiplyAccumulates * work.Images;
        double results = (double)invocation.OutputPixels * invocation.EffectiveKernels * work.Images;
        int weightFolds = (invocation.EffectiveKernels + options.Columns - 1) / options.Columns;
        int outputFolds = (invocation.OutputPixels + options.Rows - 1) / options.Rows;
        var activity = new ArrayActivity
        {
            // Operands are written to a register and read from it; a sum is read and written.
            MultiplyAccumulates = macs,
            OperandRegisters = 4 * macs,
            SumRegisters = 2 * macs,

            // Every row reads its windows for each weight fold, every column its kernel for each fold of pixels.
            IfmapReads = (double)weightFolds * invocation.OutputPixels * invocation.WindowElements * work.Images,
            FilterReads = (double)outputFolds * invocation.EffectiveKernels * invocation.WindowElements * work.Images,
            OfmapReads = invocation.Accumulate ? results : 0,
            OfmapWrites = results,
        };
        return _energy.Of(activity, total);
    }
}

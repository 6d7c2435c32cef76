using System.Runtime.ExceptionServices;

namespace Smaug.Accelerators.Systolic;

/// <summary>Runs independent layers on several processors; the first error, in layer order, is thrown as it is.</summary>
internal static class ParallelLayers
{
    public static void Run(int count, SystolicRunOptions options, Action<int> layer)
    {
        int parallelism = options.Parallelism <= 0 ? Environment.ProcessorCount : options.Parallelism;
        if (parallelism == 1 || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                options.Cancellation.ThrowIfCancellationRequested();
                layer(i);
            }

            return;
        }

        var errors = new Exception?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = options.Cancellation }, i =>
        {
            try
            {
                layer(i);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                errors[i] = exception;
            }
        });
        foreach (Exception? error in errors)
        {
            if (error is not null) ExceptionDispatchInfo.Throw(error);
        }
    }
}

namespace Smaug.Accelerators.Systolic;

/// <summary>Passes traces on to several receivers.</summary>
/// <param name="sinks">The receivers; disposable ones are disposed with the group.</param>
public sealed class TraceSinkGroup(params IReadOnlyList<ITraceSink> sinks) : ITraceSink, IDisposable
{
    /// <inheritdoc/>
    public void Row(Operand operand, bool isDram, long cycle, ReadOnlySpan<long> words)
    {
        foreach (ITraceSink sink in sinks) sink.Row(operand, isDram, cycle, words);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        foreach (ITraceSink sink in sinks) sink.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ITraceSink sink in sinks) (sink as IDisposable)?.Dispose();
    }
}

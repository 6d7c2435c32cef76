using System.Collections.Immutable;
using Smaug.Core.Reporting;
using Smaug.Core.Units;

namespace Smaug.Accelerators.Systems.Session;

/// <summary>Collects the spans of work that a run's timeline shows.</summary>
internal sealed class TimelineRecorder
{
    private readonly ImmutableArray<TimelineSpan>.Builder _spans = ImmutableArray.CreateBuilder<TimelineSpan>();

    public void Add(string track, string name, string category, SimTime start, SimTime duration)
    {
        if (duration > SimTime.Zero) _spans.Add(new TimelineSpan(track, name, category, start, duration));
    }

    public ImmutableArray<TimelineSpan> ToImmutable() => _spans.ToImmutable();
}

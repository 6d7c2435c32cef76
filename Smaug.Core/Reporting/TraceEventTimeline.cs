using System.Text.Json;
using Smaug.Core.Formats;

namespace Smaug.Core.Reporting;

/// <summary>
/// Writes a run's timeline in the trace-event format that browsers' trace viewers open: one track per component, times in
/// microseconds.
/// </summary>
public static class TraceEventTimeline
{
    /// <summary>Writes a timeline to a file, which appears whole or not at all.</summary>
    public static void Save(RunReport report, string path) => AtomicFile.Write(path, stream => Write(report, stream));

    /// <summary>Writes a timeline to a stream as UTF-8.</summary>
    public static void Write(RunReport report, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartArray("traceEvents");
        var tracks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (TimelineSpan span in report.Timeline)
        {
            if (!tracks.TryGetValue(span.Track, out int track))
            {
                tracks.Add(span.Track, track = tracks.Count);
                WriteTrackName(json, track, span.Track);
            }

            json.WriteStartObject();
            json.WriteString("name", span.Name);
            json.WriteString("cat", span.Category);
            json.WriteString("ph", "X");
            json.WriteNumber("pid", 0);
            json.WriteNumber("tid", track);
            json.WriteNumber("ts", span.Start.Microseconds);
            json.WriteNumber("dur", span.Duration.Microseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTrackName(Utf8JsonWriter json, int track, string name)
    {
        json.WriteStartObject();
        json.WriteString("name", "thread_name");
        json.WriteString("ph", "M");
        json.WriteNumber("pid", 0);
        json.WriteNumber("tid", track);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

using System.Runtime.CompilerServices;
using Smaug.Memory.Pooling;
namespace Smaug.Memory.Reservation;

/// <summary>Accesses under way: those whose answer's time is known, in order of that time, and the number of the others.</summary>
internal sealed class AnswerTimes
{
    private readonly TimeQueue<Nothing> _known = new();
    private int _unknown;

    /// <summary>The earliest known answer that has not been counted as past; <see cref="MemoryAgent.Never"/> when none is known.</summary>
    public long First => _known.FirstTime;

    /// <summary>Adds an access.</summary>
    public void Add() => _unknown++;

    /// <summary>The time of one of the answers is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Know(long time)
    {
        _unknown--;
        _known.Add(time, default);
    }

    /// <summary>Accesses under way just before a time, which must not lie before that of an earlier call; answers of that very
    /// instant are still under way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int UnderWay(long time)
    {
        while (_known.Count > 0 && _known.FirstTime < time) _known.RemoveFirst();
        return _known.Count + _unknown;
    }

    private readonly struct Nothing;
}

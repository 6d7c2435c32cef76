namespace Smaug.Memory.Reservation;

/// <summary>Accesses under way: those whose answer's time is known, in order of that time, and the number of the others.</summary>
internal sealed class AnswerTimes
{
    private long[] _times = new long[16];
    private int _first;
    private int _known;
    private int _unknown;

    /// <summary>The earliest known answer that has not been counted as past; <see cref="MemoryAgent.Never"/> when none is known.</summary>
    public long First => _known == 0 ? MemoryAgent.Never : _times[_first];

    /// <summary>Adds an access.</summary>
    public void Add() => _unknown++;

    /// <summary>The time of one of the answers is known.</summary>
    public void Know(long time)
    {
        _unknown--;
        if (_known == _times.Length) Grow();
        int mask = _times.Length - 1;
        int place = _known++;
        while (place > 0 && _times[(_first + place - 1) & mask] > time)
        {
            _times[(_first + place) & mask] = _times[(_first + place - 1) & mask];
            place--;
        }

        _times[(_first + place) & mask] = time;
    }

    /// <summary>Accesses under way just before a time, which must not lie before that of an earlier call; answers of that very
    /// instant are still under way.</summary>
    public int UnderWay(long time)
    {
        while (_known > 0 && _times[_first] < time)
        {
            _first = (_first + 1) & (_times.Length - 1);
            _known--;
        }

        return _known + _unknown;
    }

    private void Grow()
    {
        var times = new long[_times.Length * 2];
        for (int i = 0; i < _known; i++) times[i] = _times[(_first + i) & (_times.Length - 1)];
        _times = times;
        _first = 0;
    }
}

namespace Smaug.Accelerators.Systolic.Sparsity;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998) with the standard 32-bit seeding and NumPy's legacy bounded integers, so that
/// random sparsity patterns are those of SCALE-Sim.
/// </summary>
internal sealed class MersenneTwister
{
    private const int StateSize = 624;
    private readonly uint[] _state = new uint[StateSize];
    private int _next = StateSize;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < StateSize; i++) _state[i] = 1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
    }

    /// <summary>A number from 0 to <paramref name="maximum"/>, by masked rejection.</summary>
    public uint Next(uint maximum)
    {
        if (maximum == 0) return 0;
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(maximum);
        uint value;
        do value = NextWord() & mask;
        while (value > maximum);
        return value;
    }

    private uint NextWord()
    {
        if (_next == StateSize) Refill();
        uint y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    private void Refill()
    {
        for (int i = 0; i < StateSize; i++)
        {
            uint y = (_state[i] & 0x80000000u) | (_state[(i + 1) % StateSize] & 0x7fffffffu);
            _state[i] = _state[(i + 397) % StateSize] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0dfu);
        }

        _next = 0;
    }
}

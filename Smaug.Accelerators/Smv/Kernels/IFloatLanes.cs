using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Smaug.Accelerators.Smv.Kernels;

/// <summary>
/// A vector of float32 in which each lane belongs to one processing element. The multiply-accumulate kernel is written once
/// over it, so that machines with 128-bit and 256-bit vectors run the same arithmetic.
/// </summary>
internal interface IFloatLanes<T> where T : struct, IFloatLanes<T>
{
    /// <summary>Number of lanes; divides 8.</summary>
    static abstract int Count { get; }

    static abstract T Load(ref float source, int offset);

    static abstract T Broadcast(float value);

    static abstract T operator +(T a, T b);

    static abstract T operator *(T a, T b);

    void Store(ref float target, int offset);
}

/// <summary>Eight lanes.</summary>
internal readonly struct Lanes256(Vector256<float> value) : IFloatLanes<Lanes256>
{
    private readonly Vector256<float> _value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref float source, int offset) => new(Vector256.LoadUnsafe(ref source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, int offset) => _value.StoreUnsafe(ref target, (nuint)offset);
}

/// <summary>Four lanes.</summary>
internal readonly struct Lanes128(Vector128<float> value) : IFloatLanes<Lanes128>
{
    private readonly Vector128<float> _value = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(ref float source, int offset) => new(Vector128.LoadUnsafe(ref source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float target, int offset) => _value.StoreUnsafe(ref target, (nuint)offset);
}

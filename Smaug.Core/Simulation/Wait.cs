using System.Runtime.CompilerServices;
using Smaug.Core.Units;

namespace Smaug.Core.Simulation;

/// <summary>
/// Something that happens at a later simulated time and that a process awaits, once. The result of <c>await</c> is how
/// long it took in simulated time, counted from the call that made the wait. The process is resumed by the simulator, on
/// the thread that runs it.
/// </summary>
public readonly struct Wait : ICriticalNotifyCompletion, IEquatable<Wait>
{
    private readonly ProcessTable _table;
    private readonly int _id;

    internal Wait(ProcessTable table, int id)
    {
        _table = table;
        _id = id;
    }

    /// <summary>Whether it has happened already.</summary>
    public bool IsCompleted => _table.IsCompleted(_id);

    /// <summary>Called by the compiler for <c>await</c>.</summary>
    public Wait GetAwaiter() => this;

    /// <summary>Called by the compiler for <c>await</c>: ends the wait.</summary>
    /// <returns>The simulated time that the wait took.</returns>
    /// <exception cref="SimulationException">It has not happened yet, was awaited before, or what was awaited failed.</exception>
    public SimTime GetResult() => _table.Close(_id);

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => _table.Continue(_id, continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => _table.Continue(_id, continuation);

    /// <inheritdoc/>
    public bool Equals(Wait other) => _id == other._id && ReferenceEquals(_table, other._table);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Wait other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _id;

    /// <summary>Whether both are the same wait.</summary>
    public static bool operator ==(Wait left, Wait right) => left.Equals(right);

    /// <summary>Whether they are different waits.</summary>
    public static bool operator !=(Wait left, Wait right) => !left.Equals(right);
}

/// <summary>What a wait is for, in words; implemented by whatever opens waits.</summary>
internal interface IWaitReason
{
    string Describe();
}

/// <summary>The reason of delays, which never are part of a deadlock.</summary>
internal sealed class DelayWait : IWaitReason
{
    public static readonly DelayWait Instance = new();

    public string Describe() => "time to pass";
}

using Smaug.Core;
using Smaug.Core.Units;
using Smaug.Memory.Dram.Transaction;

namespace Smaug.Memory.Dram.Levels;

/// <summary>
/// The main memory behind caches, and how finely it is simulated: <see cref="AnalyticalDram"/>, <see cref="TransactionDram"/> or
/// <see cref="CommandDram"/>. A description; every memory system that is built with it makes a <see cref="DramController"/> of its own.
/// </summary>
public abstract record DramModel
{
    private protected DramModel() { }

    /// <summary>Checks all values.</summary>
    /// <param name="capacity">Bytes that the memory must hold.</param>
    /// <param name="capacityName">What errors call it: the option that set it.</param>
    /// <exception cref="ConfigurationException">A value is out of its range, or the devices hold less.</exception>
    public abstract void Validate(ByteSize capacity, string capacityName = "capacity");

    /// <summary>Makes an idle memory that starts now.</summary>
    internal abstract DramController Create(ITransactionListener listener, SimTime start, ByteSize capacity);
}

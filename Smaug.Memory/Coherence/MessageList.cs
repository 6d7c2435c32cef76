using Smaug.Memory.Pooling;

namespace Smaug.Memory.Coherence;

/// <summary>Messages that wait, with links between those of one queue.</summary>
internal sealed class MessageList
{
    private const int None = -1;

    private readonly SlotTable<CoherenceMessage> _messages = new();

    public int Add(in CoherenceMessage message)
    {
        int number = _messages.Add(message);
        _messages[number].Next = None;
        return number;
    }

    public int Next(int number) => _messages[number].Next;

    public void Link(int number, int next) => _messages[number].Next = next;

    public CoherenceMessage Take(int number) => _messages.Take(number);
}

namespace Smaug.Memory.Coherence;

/// <summary>Messages that wait at a controller, in reused places of one array, with links between those of one queue.</summary>
internal sealed class MessageList
{
    private CoherenceMessage[] _messages = new CoherenceMessage[64];
    private int _free = -1;
    private int _used;

    public int Add(in CoherenceMessage message)
    {
        int number = _free;
        if (number >= 0)
        {
            _free = _messages[number].Next;
        }
        else
        {
            if (_used == _messages.Length) Array.Resize(ref _messages, _used * 2);
            number = _used++;
        }

        _messages[number] = message;
        _messages[number].Next = -1;
        return number;
    }

    public ref readonly CoherenceMessage Peek(int number) => ref _messages[number];

    public int Next(int number) => _messages[number].Next;

    public void Link(int number, int next) => _messages[number].Next = next;

    public CoherenceMessage Take(int number)
    {
        CoherenceMessage message = _messages[number];
        _messages[number].Next = _free;
        _free = number;
        return message;
    }
}

using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug.Memory.Coherence;

/// <summary>
/// The DMA endpoint: every access goes to the directory, which sees to it that caches are asked first. Answers leave through
/// a queue that sends them one picosecond later, so that an answer on a clock edge is seen after that edge; the place of the
/// request is free, and refused requests are called for, when the answer comes.
/// </summary>
internal sealed class DmaController : CoherenceController
{
    private const int AnswerStep = 1 << 16;
    private static readonly SimTime s_answerDelay = SimTime.FromPicoseconds(1);

    private readonly Sequencer _sequencer;
    private readonly Queue<MemoryRequest> _answers = new();

    public DmaController(MesiFabric fabric, string name) : base(fabric, name, EndpointKind.Direct) =>
        _sequencer = new Sequencer(fabric, name, fabric.Options.DmaOutstanding, slot => StepAfter(Options.MandatoryQueueCycles, slot));

    public MemoryPort Port => _sequencer;

    protected override void Step(int number)
    {
        if (number == AnswerStep)
        {
            _answers.Dequeue().Respond();
            return;
        }

        MemoryRequest request = _sequencer.Requests[number]!;
        bool write = request.Command is MemoryCommand.Write or MemoryCommand.Atomic or MemoryCommand.WriteBack;
        CoherenceMessage message = Message(write ? MessageKind.DmaWrite : MessageKind.DmaRead, Fabric.DirectoryNode, _sequencer.LineOf(number));
        message.Acks = (int)(request.Address & (Options.LineBytes - 1));
        message.AccessBytes = request.Bytes;
        message.Value = request.Value;
        Send(message, Options.DmaRequestCycles);
    }

    protected override void Receive(in CoherenceMessage message)
    {
        int slot = _sequencer.SlotOf(message.Line);
        if (slot < 0 || message.Kind is not (MessageKind.DmaData or MessageKind.DmaAck)) throw Unexpected(message, _sequencer.Describe(slot));
        if (message.Kind == MessageKind.DmaData) _sequencer.Requests[slot]!.Value = message.Value;
        _answers.Enqueue(_sequencer.Release(slot));
        StepAt(Simulator.Now + s_answerDelay, AnswerStep);
    }
}

/// <summary>The ACP endpoint: reads and writes lines at the L2 without keeping copies.</summary>
internal sealed class AcpController : CoherenceController
{
    private readonly Sequencer _sequencer;

    public AcpController(MesiFabric fabric, string name) : base(fabric, name, EndpointKind.Direct) =>
        _sequencer = new Sequencer(fabric, name, fabric.Options.SequencerOutstanding, slot => StepAfter(Options.MandatoryQueueCycles, slot));

    public MemoryPort Port => _sequencer;

    protected override void Step(int number)
    {
        MemoryRequest request = _sequencer.Requests[number]!;
        bool write = request.Command is MemoryCommand.Write or MemoryCommand.Atomic;
        CoherenceMessage message = Message(write ? MessageKind.AcpWrite : MessageKind.AcpRead, Fabric.L2Node(_sequencer.LineOf(number)), _sequencer.LineOf(number));
        message.AccessBytes = request.Bytes;
        message.Value = request.Value;
        Send(message, Options.AcpRequestCycles);
    }

    protected override void Receive(in CoherenceMessage message)
    {
        int slot = _sequencer.SlotOf(message.Line);
        if (slot < 0 || message.Kind is not (MessageKind.Data or MessageKind.Ack)) throw Unexpected(message, _sequencer.Describe(slot));
        if (message.Kind == MessageKind.Data) _sequencer.Requests[slot]!.Value = message.Value;
        _sequencer.Complete(slot);
    }
}

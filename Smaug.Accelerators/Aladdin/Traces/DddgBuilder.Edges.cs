using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>The edges of a completed node: one per producer; register before memory before control.</summary>
internal sealed partial class DddgBuilder
{
    [MethodImpl(HotLoop.Compiled)]
    private void CompleteNode()
    {
        if (memoryFrom.Count != 0 || controlFrom.Count != 0 || barrier || registerCount > 3)
        {
            CompleteMixed();
            return;
        }
        registerEdges += registerCount;
        switch (registerCount)
        {
            case 0:
                return;
            case 1:
                Emit(registerFrom[0], registerLabel[0]);
                break;
            case 2:
                bool ascending = registerFrom[0] <= registerFrom[1];
                int first = ascending ? 0 : 1, second = ascending ? 1 : 0;
                if (registerFrom[0] != registerFrom[1]) Emit(registerFrom[first], registerLabel[first]);
                Emit(registerFrom[second], registerLabel[second]);
                break;
            default:
                CompleteRegisters();
                break;
        }
        registerCount = 0;
    }

    /// <summary>Two or three register operands; of equal producers the one parsed last gives the label.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private void CompleteRegisters()
    {
        for (int i = 1; i < registerCount; i++)
        {
            int from = registerFrom[i];
            byte label = registerLabel[i];
            int j = i - 1;
            // Stable: a later operand of the same producer stays behind the earlier one.
            for (; j >= 0 && registerFrom[j] > from; j--)
            {
                registerFrom[j + 1] = registerFrom[j];
                registerLabel[j + 1] = registerLabel[j];
            }
            registerFrom[j + 1] = from;
            registerLabel[j + 1] = label;
        }
        for (int i = 0; i < registerCount; i++)
        {
            if (i + 1 < registerCount && registerFrom[i + 1] == registerFrom[i]) continue;
            Emit(registerFrom[i], registerLabel[i]);
        }
    }

    private void Emit(int from, byte label)
    {
        if (from == node) return;
        if (edgeCount == inFrom.Length) GrowEdges(edgeCount + 1);
        inFrom[edgeCount] = from;
        inLabel[edgeCount++] = label;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void CompleteMixed()
    {
        registerEdges += registerCount;
        keys.Count = 0;
        for (int i = 0; i < registerCount; i++) keys.Add(Key(registerFrom[i], 0, 0x1FFFFF - i, registerLabel[i]));
        for (int i = 0; i < memoryFrom.Count; i++) keys.Add(Key(memoryFrom.Items[i], 1, 0, EdgeLabel.Memory));
        for (int i = 0; i < controlFrom.Count; i++) keys.Add(Key(controlFrom.Items[i], 2, 0, EdgeLabel.Control));
        keys.Span.Sort();
        int next = 0, limit = 0;
        if (barrier)
        {
            next = Math.Max(barrierStart, 0);
            limit = node;
        }
        int previousFrom = -1, previousKind = -1;
        for (int i = 0; i < keys.Count; i++)
        {
            ulong key = keys.Items[i];
            int from = (int)(key >> 32);
            int kind = (int)(key >> 30) & 3;
            if (from == previousFrom && kind == previousKind) continue;
            if (kind == 1) memoryEdges++;
            else if (kind == 2) controlEdges++;
            bool first = from != previousFrom;
            previousFrom = from;
            previousKind = kind;
            if (!first || from == node) continue;
            next = EmitBarrier(next, Math.Min(limit, from));
            if (next == from && from < limit)
            {
                if (IsBarrierSource(from)) controlEdges++;
                next++;
            }
            Emit(from, (byte)key);
        }
        EmitBarrier(next, limit);
        registerCount = 0;
        memoryFrom.Count = 0;
        controlFrom.Count = 0;
        barrier = false;
    }

    private static ulong Key(int from, int kind, int order, byte label) =>
        ((ulong)from << 32) | ((ulong)kind << 30) | ((ulong)order << 8) | label;

    /// <summary>Control edges of a call or return from the nodes since the previous one.</summary>
    [MethodImpl(HotLoop.Compiled)]
    private int EmitBarrier(int from, int limit)
    {
        for (; from < limit; from++)
        {
            if (!IsBarrierSource(from)) continue;
            controlEdges++;
            Emit(from, EdgeLabel.Control);
        }
        return from;
    }

    private bool IsBarrierSource(int from) =>
        opcodes[from] is not (TraceOpcode.DmaLoad or TraceOpcode.DmaStore or TraceOpcode.DmaFence or TraceOpcode.SetReadyBits);
}

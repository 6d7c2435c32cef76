using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Passes;
using Smaug.Accelerators.Aladdin.Scheduling;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Power;

/// <summary>Bytes moved per array and cycle: register-array energy, and the activity columns.</summary>
internal static class ArrayActivity
{
    /// <summary>
    /// Dynamic energy of register arrays, pJ. The reference cuts the energy of every array, cycle and direction down to
    /// whole picojoules.
    /// </summary>
    [MethodImpl(HotLoop.Compiled)]
    public static double RegisterEnergy(Datapath datapath, double wordBitPicojoules, ActivityTrace? activity)
    {
        PassContext context = datapath.Context;
        int count = context.Arrays.Count;
        var bytes = new long[count * 2];
        var cycle = new int[count * 2];
        int[][]? columns = activity is null ? null : Columns(context, activity);
        cycle.AsSpan().Fill(-1);
        double energy = 0;
        // Completion order is ascending in time, and memory operations are never moved afterwards.
        for (int i = 0; i < datapath.Executed; i++)
        {
            int node = datapath.Order[i];
            if (!context.Is(node, OpcodeClass.Memory)) continue;
            int access = context.Trace.Access[node];
            int slot = (context.AccessArray[access] * 2) + (context.Opcodes[node] == TraceOpcode.Store ? 1 : 0);
            int at = datapath.Start[node];
            if (cycle[slot] != at)
            {
                energy += Flush(context, slot, bytes[slot], cycle[slot], wordBitPicojoules, columns);
                cycle[slot] = at;
                bytes[slot] = 0;
            }
            bytes[slot] += context.Trace.Accesses.Bytes.Items[access];
        }
        for (int slot = 0; slot < bytes.Length; slot++) energy += Flush(context, slot, bytes[slot], cycle[slot], wordBitPicojoules, columns);
        return energy;
    }

    private static double Flush(PassContext context, int slot, long bytes, int cycle, double bitPicojoules, int[][]? columns)
    {
        DatapathArray array = context.Arrays[slot / 2].Description;
        if (bytes == 0 || array.WordBytes == 0) return 0;
        long words = (bytes + array.WordBytes - 1) / array.WordBytes;
        if (columns is not null && columns[slot].Length > 0) columns[slot][cycle] += (int)words;
        if (array.Memory != ArrayMemory.Register) return 0;
        double energy = 8 * array.WordBytes * bitPicojoules * words;
        return context.Corrected ? energy : Math.Truncate(energy);
    }

    /// <summary>Register arrays share the two register columns; scratchpads have their own.</summary>
    private static int[][] Columns(PassContext context, ActivityTrace activity)
    {
        int[] read = activity.Add("reg-read"), write = activity.Add("reg-write");
        var columns = new int[context.Arrays.Count * 2][];
        for (int a = 0; a < context.Arrays.Count; a++)
        {
            KnownArray array = context.Arrays[a];
            bool scratchpad = array.IsScratchpad;
            columns[a * 2] = array.IsRegister ? read : scratchpad ? activity.Add(array.Description.Name + "-read") : [];
            columns[(a * 2) + 1] = array.IsRegister ? write : scratchpad ? activity.Add(array.Description.Name + "-write") : [];
        }
        return columns;
    }
}

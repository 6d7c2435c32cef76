using System.Runtime.CompilerServices;
using Smaug.Accelerators.Aladdin.Graphs;

namespace Smaug.Accelerators.Aladdin.Traces;

/// <summary>The call stack: dynamic functions (a function and the number of its invocation).</summary>
internal sealed partial class DddgBuilder
{
    private readonly List<int> stack = [];
    private readonly Dictionary<int, int> expected = [];
    private Dictionary<int, List<(int Node, int Counter)>> entries = [];
    private GrowArray<int> dynamicFunction = new(16);
    private GrowArray<int> dynamicCounter = new(16);
    private GrowArray<bool> dynamicLive = new(16);
    private int currentFunction = -1;
    private bool previousWasCall;

    /// <summary>The function that the last call named, by name id.</summary>
    public int Callee { get; set; } = -1;

    /// <summary>The dynamic function whose registers the node under construction reads and writes.</summary>
    public int CurrentDynamic { get; private set; } = -1;

    public bool IsLive(int dynamic) => dynamicLive.Items[dynamic];

    /// <summary>The dynamic function that the next entry of a function will be.</summary>
    public int ExpectedDynamic(int function)
    {
        if (!expected.TryGetValue(function, out int dynamic))
        {
            dynamic = AddDynamic(function, program.Counter(function) + 1);
            expected.Add(function, dynamic);
        }
        return dynamic;
    }

    private (int Function, int Counter) DynamicFunction(int dynamic) =>
        (dynamicFunction.Items[dynamic], dynamicCounter.Items[dynamic]);

    private int AddDynamic(int function, int counter)
    {
        dynamicFunction.Add(function);
        dynamicCounter.Add(counter);
        dynamicLive.Add(false);
        return dynamicFunction.Count - 1;
    }

    [MethodImpl(HotLoop.Compiled)]
    private void EnterFunction(int function, TraceOpcode opcode)
    {
        int matched = -1;
        if (stack.Count > 0 && dynamicFunction.Items[stack[^1]] == function)
        {
            matched = previousWasCall && Callee == function ? Push(function) : stack[^1];
        }
        if (opcode == TraceOpcode.Ret && stack.Count > 0)
        {
            dynamicLive.Items[stack[^1]] = false;
            stack.RemoveAt(stack.Count - 1);
        }
        CurrentDynamic = matched >= 0 ? matched : Push(function);
        // After a return the next header decides anew which frame it belongs to.
        currentFunction = opcode == TraceOpcode.Ret ? -1 : function;
    }

    private int Push(int function)
    {
        int counter = program.NextCounter(function);
        if (!expected.Remove(function, out int dynamic)) dynamic = AddDynamic(function, counter);
        dynamicLive.Items[dynamic] = true;
        stack.Add(dynamic);
        if (!entries.TryGetValue(function, out List<(int Node, int Counter)>? list)) entries.Add(function, list = []);
        list.Add((node, counter));
        return dynamic;
    }

    private void ResetFunctions()
    {
        stack.Clear();
        expected.Clear();
        entries = [];
        dynamicFunction.Count = dynamicCounter.Count = dynamicLive.Count = 0;
        currentFunction = -1;
        CurrentDynamic = -1;
        previousWasCall = false;
        Callee = -1;
    }
}

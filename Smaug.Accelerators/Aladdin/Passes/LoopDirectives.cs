using System.Globalization;
using Smaug.Accelerators.Aladdin.Traces;

namespace Smaug.Accelerators.Aladdin.Passes;

/// <summary>
/// The configuration's loop directives, resolved to source lines through the label map: a directive applies to a node
/// exactly when function and line match.
/// </summary>
internal sealed class LoopDirectives
{
    public const int None = -1;

    private readonly TraceProgram program;
    private readonly DatapathConfiguration configuration;
    private readonly Dictionary<LabelEntry, int> unrolling = [];
    private readonly HashSet<LabelEntry> pipelined = [];
    private readonly Dictionary<int, List<LabelEntry>> byLine = [];
    private int[] factors = [];
    private int resolved;

    public LoopDirectives(TraceProgram program, DatapathConfiguration configuration)
    {
        this.program = program;
        this.configuration = configuration;
        HashSet<LoopLabel> usedUnrolling = [], usedPipeline = [];
        foreach (LabelEntry entry in program.Labels.Entries)
        {
            var label = new LoopLabel(entry.Function, entry.Label);
            if (configuration.Unrolling.TryGetValue(label, out int factor) && usedUnrolling.Add(label)) unrolling[entry] = factor;
            if (configuration.Pipelined.Contains(label) && usedPipeline.Add(label)) pipelined.Add(entry);
            if (!byLine.TryGetValue(entry.Line, out List<LabelEntry>? list)) byLine.Add(entry.Line, list = []);
            list.Add(entry);
        }
        foreach ((LabelEntry entry, string[] callers) in program.Labels.Originals)
        {
            foreach (string caller in callers)
            {
                LabelEntry inherited = entry with { Function = caller };
                if (unrolling.TryGetValue(entry, out int factor)) unrolling[inherited] = factor;
                if (pipelined.Contains(entry)) pipelined.Add(inherited);
            }
        }
    }

    public bool AnyUnrolling => configuration.Unrolling.Count > 0;

    public bool AnyPipelined => configuration.Pipelined.Count > 0;

    public bool IsPipelined(LabelEntry entry) => pipelined.Contains(entry);

    /// <summary>The unroll factor of a static instruction: <see cref="None"/>, 0 for flatten, or the factor.</summary>
    public int Factor(int staticId)
    {
        if (staticId >= resolved) ResolveAll();
        return factors[staticId];
    }

    private void ResolveAll()
    {
        Array.Resize(ref factors, program.Statics.Count);
        for (; resolved < factors.Length; resolved++) factors[resolved] = Resolve(ref program.Statics.Items[resolved]);
    }

    private int Resolve(ref StaticInstruction instruction)
    {
        string function = program.Names.Text(instruction.Function);
        if (byLine.TryGetValue(instruction.Line, out List<LabelEntry>? entries))
        {
            foreach (LabelEntry entry in entries)
            {
                if (entry.Function != function) continue;
                if (unrolling.TryGetValue(entry, out int factor)) return factor;
                break;
            }
        }
        var number = new LoopLabel(function, instruction.Line.ToString(CultureInfo.InvariantCulture));
        return configuration.Unrolling.TryGetValue(number, out int byNumber) ? byNumber : None;
    }
}

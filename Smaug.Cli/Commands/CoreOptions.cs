using System.CommandLine;
using System.CommandLine.Parsing;
using Smaug.Core.Execution;

namespace Smaug.Cli.Commands;

/// <summary>The options of <c>smaug run</c> that set limits of the out-of-order core; a sweep has them under the same names.</summary>
internal sealed class CoreOptions
{
    private readonly Option<int?> _width = Limit("width", "instructions per cycle of the out-of-order core, 1 to 64");

    private readonly Option<int?> _reorderBuffer = Limit("rob", "entries of its reorder buffer");

    private readonly Option<int?> _loadQueue = Limit("lq", "entries of its load queue");

    private readonly Option<int?> _storeQueue = Limit("sq", "entries of its store queue");

    private readonly Option<int?> _mshrs = Limit("mshrs", "lines that it reads ahead at most, 1 to 16");

    public void AddTo(Command command)
    {
        foreach (Option<int?> option in (Option<int?>[])[_width, _reorderBuffer, _loadQueue, _storeQueue, _mshrs]) command.Add(option);
    }

    /// <summary>Changes the core as the command line says.</summary>
    public OutOfOrderCpuModel Apply(ParseResult parsed, OutOfOrderCpuModel core) => core with
    {
        Width = parsed.GetValue(_width) ?? core.Width,
        ReorderBufferEntries = parsed.GetValue(_reorderBuffer) ?? core.ReorderBufferEntries,
        LoadQueueEntries = parsed.GetValue(_loadQueue) ?? core.LoadQueueEntries,
        StoreQueueEntries = parsed.GetValue(_storeQueue) ?? core.StoreQueueEntries,
        Mshrs = parsed.GetValue(_mshrs) ?? core.Mshrs,
    };

    private static Option<int?> Limit(string name, string description) => new($"--cpu-{name}") { Description = $"{description} (default: the SoC's)", HelpName = "N" };
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Smaug.Accelerators.Aladdin;
using Smaug.Accelerators.Systems.Gem5;
using Smaug.Core;

namespace Smaug.Cli.Commands;

/// <summary>
/// The original's own configuration on the command line of <c>smaug run</c>: the options of its run script by their names, and its
/// accelerators' file. Options without effect are taken, and told.
/// </summary>
internal sealed class RunScriptOptions
{
    private readonly List<Option> _options = [];

    public RunScriptOptions()
    {
        foreach (Gem5Option option in Gem5Option.All)
        {
            if (option.Name == "--accel_cfg_file") continue;
            string description = option.HasEffect ? option.Description : $"no effect: {option.Description}";
            if (option.NeedsTransactions) description += option.NeedsDirectory ? " (with --memory transaction or message)" : " (with --memory transaction, message or classic)";
            if (option.NeedsClassic) description += " (without --ruby)";
            Option made = option.IsFlag
                ? new Option<bool>(option.Name) { Description = description, Hidden = !option.HasEffect }
                : new Option<string>(option.Name) { Description = description, Hidden = !option.HasEffect, HelpName = "VALUE" };
            _options.Add(made);
        }
    }

    public Option<string> File { get; } = new("--gem5-config", "--accel_cfg_file") { Description = "take number, clock, DMA engine and coherency port of the accelerators from a gem5.cfg", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (Option option in _options) command.Add(option);
    }

    /// <summary>The accelerators' file; null when not named.</summary>
    public Gem5Configuration? Accelerators(ParseResult parsed) => parsed.GetValue(File) is { } path ? Gem5Configuration.Read(path) : null;

    /// <summary>The datapath that the accelerators of the file name (<c>config_file_name</c>).</summary>
    /// <exception cref="SmaugException">It cannot be read, or has another clock than the file.</exception>
    public static DatapathConfiguration Datapath(Gem5Configuration file)
    {
        Gem5Accelerator first = file.Accelerators.First(a => a.SystolicArray is null);
        if (!System.IO.File.Exists(first.DatapathPath)) throw new InputFormatException(first.DatapathPath, 0, 0, $"the datapath of [{first.Name}] (config_file_name) not found");
        DatapathConfiguration datapath = DatapathConfigurationFile.Read(first.DatapathPath);
        return datapath.CycleTimeNanoseconds == first.CycleTimeNanoseconds
            ? datapath
            : throw new ConfigurationException(FormattableString.Invariant($"cycle_time is {first.CycleTimeNanoseconds} in [{first.Name}] and {datapath.CycleTimeNanoseconds} in {first.DatapathPath}: they must be equal"));
    }

    /// <summary>The options that were given, with their values.</summary>
    public IReadOnlyList<(string Name, string? Value)> Given(ParseResult parsed)
    {
        List<(string, string?)> given = [];
        foreach (Option option in _options)
        {
            if (parsed.GetResult(option) is not { Implicit: false } result) continue;
            if (option is Option<bool>) given.Add((option.Name, null));
            else if (result.Tokens.Count > 0) given.Add((option.Name, result.Tokens[^1].Value));
            else throw new ConfigurationException($"option {option.Name} has no value");
        }

        return given;
    }
}

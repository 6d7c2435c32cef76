using System.CommandLine;
using System.Globalization;
using Smaug.Accelerators.Aladdin.Power;
using Smaug.Core;
using Smaug.Core.Formats;

namespace Smaug.Cli.Commands;

/// <summary><c>smaug soc</c>: SoC configurations, their JSON and its schema, and the memories of CACTI files.</summary>
internal static class SocCommand
{
    public static Command Create()
    {
        var command = new Command("soc", "List the SoC presets; show configurations as JSON, their schema, and the cost of memories that CACTI files describe.");
        command.SetAction(parsed => List(parsed.InvocationConfiguration.Output));
        command.Add(Show());
        command.Add(Schema());
        command.Add(Cacti());
        return command;
    }

    private static void List(TextWriter output)
    {
        foreach (SocConfiguration soc in SocPresets.All)
        {
            output.WriteLine($"{soc.Name,-20}{soc.Cpu.Threads} thread(s) at {soc.Cpu.Frequency}, {soc.Accelerators.Count} accelerator(s) at {soc.Accelerators.Frequency}, {soc.Memory.CacheSize} cache, {soc.Memory.Dram}");
        }
    }

    private static Command Show()
    {
        var name = new Argument<string>("NAME") { Description = "a preset or a JSON file" };
        var command = new Command("show", "Print a configuration as JSON, with all its defaults.") { name };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(SocConfigurationJson.Write(SocArgument.Load(parsed.GetRequiredValue(name)))));
        return command;
    }

    private static Command Schema()
    {
        Option<string> file = OutputOption.File("--out", "write it to a file");
        var command = new Command("schema", "Print the JSON schema of configurations.") { file };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(file) is { } path) AtomicFile.WriteText(path, SocConfigurationSchema.Write());
            else parsed.InvocationConfiguration.Output.Write(SocConfigurationSchema.Write());
        });
        return command;
    }

    private static Command Cacti()
    {
        var file = new Argument<string>("FILE") { Description = "a CACTI configuration (-size (bytes) 32768 …)" };
        var command = new Command("cacti", "Print energy, leakage and area of the memory that a CACTI file describes, from the SRAM model.") { file };
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            CactiConfiguration memory = CactiConfiguration.Read(parsed.GetRequiredValue(file));
            foreach (string note in memory.Notes) output.WriteLine($"note: {note}");
            SramCost cost = memory.Estimate();
            output.WriteLine($"{new Core.Units.ByteSize(memory.Bytes)} in {memory.Banks} bank(s), blocks of {memory.BlockBytes} bytes, {memory.Ports} port(s)");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"read {cost.ReadPicojoules:0.###} pJ, write {cost.WritePicojoules:0.###} pJ, leakage {cost.LeakageMilliwatts:0.###} mW, area {cost.AreaSquareMicrometres:0} um2 ({(cost.IsExact ? "characterised" : "interpolated")})"));
        });
        return command;
    }
}

/// <summary>An SoC by the name of a preset or of a JSON file.</summary>
internal static class SocArgument
{
    /// <exception cref="SmaugException">There is no such preset or file, or the file is wrong.</exception>
    public static SocConfiguration Load(string name)
    {
        if (!name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return SocPresets.Find(name);
        return File.Exists(name) ? SocConfigurationJson.Load(name) : throw new InputFormatException(name, 0, 0, "SoC configuration file not found");
    }
}

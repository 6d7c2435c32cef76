using System.CommandLine;
using System.CommandLine.Parsing;
using Smaug.Core;

namespace Smaug.Cli;

/// <summary>The <c>smaug</c> command: parses, calls the library, prints.</summary>
public static class Program
{
    /// <summary>Exit status for bad input: a file, an option or a configuration that cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after <c>smaug</c>.</param>
    /// <returns>0 on success, 1 when cancelled, <see cref="BadInput"/> for bad input.</returns>
    public static int Main(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>Runs one command line with the given output and error streams, as tests and host programs do.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        RootCommand root = CommandTree.Create();
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Command command = parsed.CommandResult.Command;
            string named = command is RootCommand ? "smaug" : $"smaug {command.Name}";
            error.WriteLine($"smaug: {OneLine(Describe(parsed.Errors[0]))} (see '{named} --help')");
            return BadInput;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("smaug: cancelled");
            return 1;
        }
        catch (Exception exception) when (exception is SmaugException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine("smaug: " + OneLine(exception.Message));
            return BadInput;
        }
    }

    /// <summary>The parser's message; where it names a .NET type, what should have been written instead.</summary>
    private static string Describe(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Tokens.Count: 1 } given || !error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)) return error.Message;
        Type type = Nullable.GetUnderlyingType(given.Option.ValueType) ?? given.Option.ValueType;
        string kind = type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) ? "a number" : "true or false";
        return $"{given.Option.Name} {given.Tokens[0].Value}: must be {kind}";
    }

    /// <summary>A message on one line, without what a terminal would take as a command: messages quote files.</summary>
    private static string OneLine(string message) => string.Concat(message.ReplaceLineEndings(" ").Select(c => c == '\t' ? ' ' : char.IsControl(c) ? '\uFFFD' : c));
}

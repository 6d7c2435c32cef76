namespace Smaug.Tests.Infrastructure;

/// <summary>Runs the <c>smaug</c> command inside the test process and keeps what it printed.</summary>
internal sealed record Cli(int ExitCode, string Output, string Error)
{
    public static Cli Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = Smaug.Cli.Program.Run(args, output, error);
        return new Cli(exitCode, output.ToString(), error.ToString());
    }
}

namespace Smaug.Tests.CommandLine;

public class ProgramTests
{
    [Test]
    public void NoCommandIsBadInputAndPointsToTheHelp()
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run();
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("see 'smaug --help'"));
    }

    [TestCase("run", "zoo:tutorial", "--no-such-option")]
    [TestCase("zoo", "--no-such-option")]
    public void AnUnknownOptionIsBadInputOnOneLine(params string[] args)
    {
        Infrastructure.Cli run = Infrastructure.Cli.Run(args);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain("--no-such-option").And.Contain($"see 'smaug {args[0]} --help'"));
    }
}

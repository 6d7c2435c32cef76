using System.Text;

namespace Smaug.Tests.Aladdin;

/// <summary>Bad input of <c>smaug aladdin</c>: exit code 2 and one line that says what is wrong.</summary>
[TestFixture]
internal sealed class BadInputCommandTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("aladdin").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(BadTraces.WrongFieldCount, BadTraces.OneArray, "k.trace(5): ", TestName = "Wrong field count")]
    [TestCase(BadTraces.UnknownOpcode, BadTraces.OneArray, "unknown opcode 77", TestName = "Unknown opcode")]
    [TestCase(BadTraces.UnknownArray, "cycle_time,1\n", "unknown partition 'a'", TestName = "Unknown array")]
    [TestCase(BadTraces.Whole, "partition,cyclic,a,4,4,1\n", "outside its 4 bytes", TestName = "Access out of bounds")]
    [TestCase(BadTraces.Whole, BadTraces.OneArray + "unrolling,k,l,4\nflatten,k,l\n", "k.cfg(3): ", TestName = "Contradictory directives")]
    [TestCase(BadTraces.UnreachableNodes, BadTraces.UnrolledLoop, "8 nodes are unreachable", TestName = "Unreachable nodes")]
    [TestCase(BadTraces.Whole, BadTraces.OneArray + "ready_mode,1\n", "Deadlock", TestName = "Deadlock")]
    public void The_command_reports_one_line(string trace, string configuration, string detail) =>
        AssertReported(Encoding.UTF8.GetBytes(trace), configuration, detail);

    [Test]
    public void The_command_reports_a_truncated_gzip_file() => AssertReported(BadTraces.Compressed(BadTraces.Whole)[..^12], BadTraces.OneArray, "truncated");

    [Test]
    public void The_command_reports_a_damaged_gzip_file() => AssertReported(BadInputTests.Damaged(), BadTraces.OneArray, "damaged");

    private void AssertReported(byte[] trace, string configuration, string detail)
    {
        string tracePath = Path.Combine(folder, "k.trace"), configurationPath = Path.Combine(folder, "k.cfg"), name = Path.Combine(folder, "k");
        File.WriteAllBytes(tracePath, trace);
        File.WriteAllText(configurationPath, configuration);
        Infrastructure.Cli cli = Infrastructure.Cli.Run("aladdin", name, tracePath, configurationPath);
        Assert.That(cli.ExitCode, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain(detail));
        Assert.That(cli.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(File.Exists(name + "_summary"), Is.False);
    }
}

using System.IO.Compression;
using System.Text;

namespace Smaug.Tests.Aladdin;

/// <summary>Bad input of <c>smaug aladdin</c>: exit code 2 and one line that says what is wrong.</summary>
[TestFixture]
internal sealed class BadInputCommandTests
{
    private const string Head = "entry,k,1,\n1,64,0x1000,1,a,\n\n";

    private const string LoadOfA =
        "0,1,k,entry:0,p,32,0\n2,64,1,0, ,\n1,64,0x1000,1,a,\nr,64,0x1004,1,p,\n\n0,1,k,entry:0,v,30,1\n1,64,0x1004,1,p,\nr,32,7,1,v,\n\n" +
        "0,1,k,entry:0,q,31,2\n2,64,0x1004,1,p,\n1,32,7,1,v,\n\n0,1,k,entry:0,entry:0-0,1,3\n\n";

    private const string OneArray = "partition,cyclic,a,64,4,1\n";

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("aladdin").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(Head + "0,1,k,entry:0,p,32,0\n2,64,1\n", OneArray, "k.trace(5): ", TestName = "Wrong field count")]
    [TestCase(Head + "0,1,k,entry:0,p,77,0\n", OneArray, "unknown opcode 77", TestName = "Unknown opcode")]
    [TestCase("entry,k,0,\n\n" + LoadOfA, "cycle_time,1\n", "unknown partition 'a'", TestName = "Unknown array")]
    [TestCase(Head + LoadOfA, "partition,cyclic,a,4,4,1\n", "outside its 4 bytes", TestName = "Access out of bounds")]
    [TestCase(Head + LoadOfA, OneArray + "unrolling,k,l,4\nflatten,k,l\n", "k.cfg(3): ", TestName = "Contradictory directives")]
    [TestCase(Head + LoadOfA, OneArray + "ready_mode,1\n", "Deadlock", TestName = "Deadlock")]
    public void The_command_reports_one_line(string trace, string configuration, string detail) =>
        AssertReported(Encoding.UTF8.GetBytes(trace), configuration, detail);

    [Test]
    public void The_command_reports_a_truncated_gzip_file()
    {
        var whole = new MemoryStream();
        using (var gzip = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(Head + LoadOfA));
        AssertReported(whole.ToArray()[..^12], OneArray, "truncated");
    }

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

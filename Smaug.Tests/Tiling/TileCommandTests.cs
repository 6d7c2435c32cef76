using System.Text.Json;
using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Tiling;

/// <summary>The command <c>smaug tile</c>.</summary>
internal sealed class TileCommandTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("smaug-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Tile_prints_tiles_and_launches_per_operator()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("tile", "zoo:tutorial");

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Snapshot.Matches(result.Output);
    }

    [Test]
    public void Tile_writes_json_with_every_launch()
    {
        string path = Path.Combine(_folder, "tiles.json");

        Infrastructure.Cli result = Infrastructure.Cli.Run("tile", "zoo:lenet5", "--num-accels", "4", "--json", path);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement convolution = json.RootElement.GetProperty("operators").EnumerateArray().First(o => o.GetProperty("kind").GetString() == "Convolution3d");
        JsonElement launches = convolution.GetProperty("launches");
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("accelerators").GetInt32(), Is.EqualTo(4));
            Assert.That(launches.GetArrayLength(), Is.EqualTo(2));
            Assert.That(launches[1].GetProperty("kernel_start").GetInt32(), Is.EqualTo(24));
            Assert.That(convolution.GetProperty("tensors").EnumerateArray().Select(t => t.GetProperty("role").GetString()), Is.EqualTo(new[] { "input", "weights", "output" }));
        });
    }

    [Test]
    public void Larger_scratchpads_need_fewer_tiles()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("tile", "zoo:tutorial", "--scratchpad", "1048576");

        Assert.That(result.Output, Does.Contain("grid 1 x 1 x 1 x 1").And.Not.Contain("2 tiles"));
    }

    [TestCase("--num-accels", "9", "Accelerators = 9: must be 1 to 8")]
    [TestCase("--scratchpad", "4", "ScratchpadBytes = 4")]
    public void Bad_options_are_refused(string option, string value, string message)
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("tile", "zoo:tutorial", option, value);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain(message));
    }

    [Test]
    public void A_scratchpad_size_without_effect_is_refused()
    {
        Infrastructure.Cli result = Infrastructure.Cli.Run("tile", "zoo:tutorial", "--backend", "Reference", "--scratchpad", "65536");

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("--scratchpad 65536: a model for Reference is not tiled"));
    }
}

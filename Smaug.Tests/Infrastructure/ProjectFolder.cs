using System.Reflection;

namespace Smaug.Tests.Infrastructure;

/// <summary>Where the sources of the tests lie, so that snapshots and golden data are found from any working directory.</summary>
internal static class ProjectFolder
{
    /// <summary>The folder of the test project.</summary>
    public static string Tests { get; } = typeof(ProjectFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!;

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Tests, ".."));
}

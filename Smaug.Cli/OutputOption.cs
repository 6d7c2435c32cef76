using System.CommandLine;
using System.CommandLine.Parsing;

namespace Smaug.Cli;

/// <summary>Options that name what a command writes; a place that cannot be written is refused before any work is done.</summary>
internal static class OutputOption
{
    public static Option<string> File(string name, string description) => Create(name, description, "FILE", FileProblem);

    public static Option<string> Folder(string name, string description) => Create(name, description, "DIR", FolderProblem);

    private static Option<string> Create(string name, string description, string helpName, Func<string, string?> problem)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && problem(result.Tokens[0].Value) is { } what) result.AddError($"{name} {what}");
        });
        return option;
    }

    private static string? FileProblem(string path)
    {
        if (path.Length == 0) return "'': name a file";
        if (Directory.Exists(path)) return $"{path}: is a folder; name a file";
        return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder ? FolderProblem(folder) : null;
    }

    private static string? FolderProblem(string path)
    {
        if (path.Length == 0) return "'': name a folder";
        for (string? at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (System.IO.File.Exists(at)) return $"{path}: {(at == Path.GetFullPath(path) ? "is" : $"{at} is")} a file; name a folder";
            if (Directory.Exists(at)) return null;
        }

        return null;
    }
}

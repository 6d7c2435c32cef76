using Smaug.Tests.Infrastructure;

namespace Smaug.Tests.Documentation.Figures;

/// <summary>The figures of <c>docs/components</c> are what the components do; SMAUG_APPROVE=1 writes them anew.</summary>
public class ComponentFigureTests
{
    private static IEnumerable<ComponentFigure> Figures() => ComponentFigure.All;

    [TestCaseSource(nameof(Figures))]
    public void Figure_is_what_the_component_does(object figure)
    {
        var drawn = (ComponentFigure)figure;
        string path = Path.Combine(ProjectFolder.Repository, "docs", "components", drawn.Name + ".svg");
        string svg = drawn.Draw().ToString().ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("SMAUG_APPROVE") == "1") File.WriteAllText(path, svg);
        Assert.That(File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "", Is.EqualTo(svg), $"write it with SMAUG_APPROVE=1 and --filter \"FullyQualifiedName~{nameof(ComponentFigureTests)}\"");
    }

    [TestCaseSource(nameof(Figures))]
    public void Figure_stands_in_the_page_of_its_component(object figure)
    {
        string name = ((ComponentFigure)figure).Name;
        Assert.That(File.ReadAllText(Path.Combine(ProjectFolder.Repository, "docs", "components", name + ".md")), Does.Contain($"]({name}.svg)"));
    }
}

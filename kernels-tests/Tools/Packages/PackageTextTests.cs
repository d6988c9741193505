using System.Text.RegularExpressions;
using System.Xml.Linq;
using IlgpuGan.Docs;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>What says the same in several places says the same.</summary>
public sealed partial class PackageTextTests
{
    private static readonly string s_pages = Path.Combine(Sources.Root, "tools", "packages", "pages");

    private static IEnumerable<TestCaseData> SampleCases() => Sources.Samples.Select(s => new TestCaseData(s.Package, s.Sample));

    [TestCaseSource(nameof(SampleCases))]
    public void ThePageOfALibraryShowsItsSample(string package, string sample)
    {
        var page = File.ReadLines(Path.Combine(s_pages, package + ".md"));
        var shown = page.SkipWhile(l => l != "```csharp").Skip(1).TakeWhile(l => l != "```").ToList();
        Assert.That(shown, Is.Not.Empty.And.EqualTo(Code(Sources.SamplePath(sample))));
    }

    private static IEnumerable<TestCaseData> TemplateCases() =>
        Sources.Templates.Select(t => new TestCaseData(t.Template, t.Sample, t.Project));

    [TestCaseSource(nameof(TemplateCases))]
    public void ATemplateIsItsSample(string template, string sample, string project) =>
        Assert.That(Code(Sources.TemplatePath(template, "Program.cs")), Is.EqualTo(Code(Sources.SamplePath(sample))));

    [TestCaseSource(nameof(SampleCases))]
    public void ASampleAsksForThisVersion(string package, string sample) =>
        Assert.That(File.ReadLines(Sources.SamplePath(sample)).First(), Is.EqualTo($"#:package {package}@{Sources.Version}"));

    [TestCaseSource(nameof(TemplateCases))]
    public void ATemplateAsksForThisVersion(string template, string sample, string project)
    {
        var reference = XDocument.Load(Sources.TemplatePath(template, project)).Descendants("PackageReference").Single();
        Assert.That((string?)reference.Attribute("Version"), Is.EqualTo(Sources.Version));
    }

    [Test]
    public void TheCommandThatInstallsTheTemplatesNamesThisVersion() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Sources.Root, "tools", "packages", "README.md")),
            Does.Contain($"IlgpuGan.Templates.{Sources.Version}.nupkg"));

    /// <summary>Who has a later .NET alone builds and runs everything: the program, the tests, what the template makes.</summary>
    [Test]
    public void ALaterNetRunsEverything()
    {
        foreach (var program in new[] { "ilgpugan", "IlgpuGan.ToolsTests" })
        {
            var configuration = Path.Combine(TestContext.CurrentContext.TestDirectory, program + ".runtimeconfig.json");
            Assert.That(File.ReadAllText(configuration), Does.Match("\"rollForward\": \"Major\""), program);
        }

        foreach (var (template, project) in new[] { ("ilgpugan-app", "IlgpuGanApp.csproj"), ("ilgpugan-web", "IlgpuGanWeb.csproj") })
        {
            Assert.That(Property(XDocument.Load(Sources.TemplatePath(template, project)), "RollForward"), Is.EqualTo("Major"), template);
        }

        Assert.That(File.ReadAllText(Path.Combine(Sources.Root, "global.json")), Does.Contain("\"rollForward\": \"latestMajor\""));
    }

    [Test]
    public void EveryPackageHasItsPageAndEveryPageItsPackage()
    {
        var packages = Projects().Select(p => (Path: p, Xml: XDocument.Load(p))).Where(p => Property(p.Xml, "IsPackable") != "false")
            .Select(p => Property(p.Xml, "PackageId") ?? "IlgpuGan." + Path.GetFileNameWithoutExtension(p.Path));
        Assert.That(Directory.GetFiles(s_pages).Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(packages));
    }

    [Test]
    public void EveryPackageIsDescribed() =>
        Assert.That(
            Projects().Select(p => (Path: p, Xml: XDocument.Load(p)))
                .Where(p => Property(p.Xml, "IsPackable") != "false" && Property(p.Xml, "Description") is null).Select(p => p.Path),
            Is.Empty);

    [Test]
    public void TheNoticesNameWhatIsShippedOfOthers() => Assert.That(
        File.ReadAllText(Path.Combine(Sources.Root, Notices.Path)), Is.EqualTo(Notices.Of(Sources.Root)),
        "write them anew: dotnet run -c Release --project tools/docs -- --notices");

    [Test]
    public void TheChangesOfThisVersionAreTold() => Assert.That(
        File.ReadLines(Path.Combine(Sources.Root, "tools", "packages", "CHANGELOG.md")), Does.Contain($"## {Sources.Version}"));

    [Test]
    public void TheIconIsAPictureThatRegistriesTake()
    {
        var icon = Path.Combine(Sources.Root, "tools", "packages", "icon.png");
        var picture = PictureFile.Load(icon);
        Assert.That((picture.Width, picture.Height), Is.EqualTo((128, 128)));
        Assert.That(new FileInfo(icon).Length, Is.LessThan(1 << 20));
    }

    /// <summary>Files of the checkout that workflows, the Dockerfile and the room's page speak of are there.</summary>
    [TestCase(".github/workflows/check.yml")]
    [TestCase(".github/workflows/release.yml")]
    [TestCase("tools/packages/Dockerfile")]
    [TestCase("tools/packages/README.md")]
    public void WhatIsSpokenOfIsThere(string file)
    {
        var spoken = PathOfCheckout().Matches(File.ReadAllText(Path.Combine(Sources.Root, file))).Select(m => m.Value.TrimEnd('.', '/'));
        Assert.That(spoken, Is.Not.Empty);
        Assert.That(spoken.Where(p => !Path.Exists(Path.Combine(Sources.Root, p))), Is.Empty);
    }

    /// <summary>Properties that commands switch are read by a project.</summary>
    [TestCase(".github/workflows/release.yml")]
    [TestCase("tools/packages/README.md")]
    public void WhatIsSwitchedIsRead(string file)
    {
        var switched = Switch().Matches(File.ReadAllText(Path.Combine(Sources.Root, file))).Select(m => m.Groups[1].Value).ToHashSet();
        var read = File.ReadAllText(Path.Combine(Sources.Root, "tools", "Cli", "Cli.csproj"));
        Assert.That(switched, Is.Not.Empty);
        Assert.That(switched.Where(name => !read.Contains($"'$({name})'", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("check.yml")]
    [TestCase("release.yml")]
    public void AWorkflowNamesVersionsAndRights(string file)
    {
        var text = File.ReadAllText(Path.Combine(Sources.Root, ".github", "workflows", file));
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Not.Contain('\t'));
            Assert.That(text, Does.Contain("\npermissions:\n"));
            Assert.That(text, Does.Contain("timeout-minutes:"));
            foreach (Match used in Used().Matches(text))
            {
                Assert.That(used.Groups[1].Value, Does.Match(@"^[\w-]+/[\w-]+@v\d+$"));
            }
        });
    }

    /// <summary>Each system that a single file is tested for gets one with a release.</summary>
    [Test]
    public void AReleaseMakesASingleFileForEachSystem()
    {
        var workflow = File.ReadAllText(Path.Combine(Sources.Root, ".github", "workflows", "release.yml"));
        var made = SystemsOfRelease().Match(workflow).Groups[1].Value.Split(' ');
        Assert.That(made, Is.EquivalentTo(PackedTests.Systems));
    }

    [Test]
    public void TheDockerfileKeepsToGoodHabits()
    {
        var file = Path.Combine(Sources.Root, "tools", "packages", "Dockerfile");
        var text = File.ReadAllText(file).Replace("\\\n", "", StringComparison.Ordinal);
        var lines = text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                lines.Select(l => l.Split(' ')[0]).Distinct(),
                Is.SubsetOf(new[] { "FROM", "ARG", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT" }));
            var images = lines.Where(l => l.StartsWith("FROM", StringComparison.Ordinal)).ToList();
            Assert.That(images, Has.All.Matches(@":\d+\.\d+( |$)"), "an image without its version");
            var last = lines.SkipWhile(l => l != images[^1]).ToList();
            Assert.That(last, Has.Some.StartsWith("USER "), "a program that needs no root runs without");
            Assert.That(last[^1], Does.Match("""^ENTRYPOINT \[".+"\]$"""));
        });
    }

    /// <summary>What stands behind the lines for the SDK and the comment on the program.</summary>
    private static List<string> Code(string file) =>
        [.. File.ReadLines(file).SkipWhile(l => l.Length == 0 || l[0] == '#' || l.StartsWith("//", StringComparison.Ordinal))];

    /// <summary>Every project of the checkout but that inside the template.</summary>
    private static IEnumerable<string> Projects() =>
        new[] { "benchmarks", "engine", "models", "tools", "kernels-tests" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Sources.Root, f), "*.csproj", SearchOption.AllDirectories))
            .Where(p => !p.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "content"));

    private static string? Property(XDocument project, string name) =>
        project.Descendants(name).FirstOrDefault(p => p.Attribute("Condition") is null && p.Parent!.Attribute("Condition") is null)?.Value;

    [GeneratedRegex(@"(?<![\w./-])(?:kernels-tests|tools|engine|models)/[\w./-]+|\bglobal\.json\b|\bIlgpuGan\.sln\b")]
    private static partial Regex PathOfCheckout();

    [GeneratedRegex(@"-p:(\w+)=")]
    private static partial Regex Switch();

    [GeneratedRegex(@"for system in ([^;]+);")]
    private static partial Regex SystemsOfRelease();

    [GeneratedRegex(@"uses: (\S+)")]
    private static partial Regex Used();
}

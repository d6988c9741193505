using System.Text.RegularExpressions;
using System.Xml.Linq;
using IlgpuGan.Docs;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>What says the same in several places says the same.</summary>
public sealed partial class PackageTextTests
{
    private static readonly string s_pages = Path.Combine(Sources.Root, "tools", "packages", "pages");

    private static IEnumerable<TestCaseData> SampleCases() => Sources.Samples.Select(s => new TestCaseData(s.Package, s.Sample));

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

    [Test]
    public void EveryPackageHasItsPageAndEveryPageItsPackage()
    {
        var packages = Projects().Select(p => (Path: p, Xml: XDocument.Load(p))).Where(p => Property(p.Xml, "IsPackable") != "false")
            .Select(p => Property(p.Xml, "PackageId") ?? "IlgpuGan." + Path.GetFileNameWithoutExtension(p.Path));
        Assert.That(Directory.GetFiles(s_pages).Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(packages));
    }

    [Test]
    public void TheNoticesNameWhatIsShippedOfOthers() => Assert.That(
        File.ReadAllText(Path.Combine(Sources.Root, Notices.Path)), Is.EqualTo(Notices.Of(Sources.Root)),
        "write them anew: dotnet run -c Release --project tools/docs -- --notices");

    [Test]
    public void TheChangesOfThisVersionAreTold() => Assert.That(
        File.ReadLines(Path.Combine(Sources.Root, "tools", "packages", "CHANGELOG.md")), Does.Contain($"## {Sources.Version}"));

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

    /// <summary>Each system that a single file is tested for gets one with a release.</summary>
    [Test]
    public void AReleaseMakesASingleFileForEachSystem()
    {
        var workflow = File.ReadAllText(Path.Combine(Sources.Root, ".github", "workflows", "release.yml"));
        var made = SystemsOfRelease().Match(workflow).Groups[1].Value.Split(' ');
        Assert.That(made, Is.EquivalentTo(PackedTests.Systems));
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

    [GeneratedRegex(@"for system in ([^;]+);")]
    private static partial Regex SystemsOfRelease();
}

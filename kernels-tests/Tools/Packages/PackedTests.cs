using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>
/// Packs a clone of the last commit, as if it came from GitHub, and installs and runs each package out of its file: with an empty cache,
/// and without a source that has these packages.
/// </summary>
[Exhaustive]
[NonParallelizable]
public sealed partial class PackedTests
{
    /// <summary>What a single file is made for.</summary>
    internal static readonly string[] Systems = ["linux-x64", "linux-arm64", "win-x64", "osx-arm64"];

    private const string Origin = "https://github.com/ilgpugan/ilgpugan.git";

    /// <summary>Custom debug information of the kind "SourceLink", of the portable PDB format.</summary>
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private static readonly string s_dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    private static readonly string[] s_libraries = [.. Sources.Samples.Select(s => s.Package)];

    private string _folder = "";

    private string Clone => In("clone");

    private string Packages => In("packages");

    [OneTimeSetUp]
    public void PackAClone()
    {
        _folder = Directory.CreateTempSubdirectory("ilgpugan-packed-").FullName;
        CloneTo(Clone);
        Succeed(Clone, s_dotnet, "pack", "-c", "Release", "-o", Packages, "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false");
        WriteSources(_folder, Packages);
    }

    [OneTimeTearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0)
        {
            foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal); // git's own are read-only, which Windows does not delete.
            }

            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public void NothingElseIsPacked()
    {
        var version = Sources.Version;
        Assert.That(
            Directory.GetFiles(Packages).Select(Path.GetFileName),
            Is.EquivalentTo(s_libraries.SelectMany(l => new[] { $"{l}.{version}.nupkg", $"{l}.{version}.snupkg" })
                .Append($"IlgpuGan.{version}.nupkg").Append($"IlgpuGan.Templates.{version}.nupkg")));
    }

    [TestCase("IlgpuGan")]
    [TestCase("IlgpuGan.Imaging")]
    [TestCase("IlgpuGan.Tensors")]
    [TestCase("IlgpuGan.Models")]
    [TestCase("IlgpuGan.Noise")]
    [TestCase("IlgpuGan.Hosting")]
    [TestCase("IlgpuGan.Extensions.AI")]
    [TestCase("IlgpuGan.Templates")]
    public void APackageSaysWhatItIs(string name)
    {
        using var package = ZipFile.OpenRead(PackageFile(name));
        using var specification = package.Entries.Single(e => e.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var metadata = XDocument.Load(specification).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        var said = metadata.Elements().ToDictionary(e => e.Name.LocalName);
        var repository = said["repository"];
        Assert.Multiple(() =>
        {
            Assert.That(said["id"].Value, Is.EqualTo(name));
            Assert.That(said["version"].Value, Is.EqualTo(Sources.Version));
            Assert.That(said["license"].Value, Is.EqualTo("MIT"));
            Assert.That(said["description"].Value, Has.Length.GreaterThan(40));
            Assert.That(package.GetEntry(said["readme"].Value), Is.Not.Null);
            Assert.That(package.GetEntry(said["icon"].Value), Is.Not.Null);
            Assert.That((string?)repository.Attribute("url"), Does.StartWith(Origin[..^".git".Length]));
            Assert.That((string?)repository.Attribute("commit"), Does.Match("^[0-9a-f]{40}$"));
        });
    }

    [TestCaseSource(nameof(s_libraries))]
    public void ALibraryComesWithDocumentationAndWithSymbolsThatLeadToItsSources(string name)
    {
        using var package = ZipFile.OpenRead(PackageFile(name));
        Assert.That(package.GetEntry($"lib/net10.0/{name}.dll"), Is.Not.Null);
        using var documentation = package.GetEntry($"lib/net10.0/{name}.xml")!.Open();
        Assert.That(XDocument.Load(documentation).Descendants("member"), Is.Not.Empty);

        using var symbols = ZipFile.OpenRead(PackageFile(name, "snupkg"));
        using var provider =
            MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols.GetEntry($"lib/net10.0/{name}.pdb")!)));
        var reader = provider.GetMetadataReader();
        var documents = reader.Documents.Select(d => reader.GetString(reader.GetDocument(d).Name)).ToList();
        Assert.That(documents, Has.Some.StartsWith("/_/"));
        Assert.That(documents, Has.None.Contains(Path.GetFileName(_folder)), "a path of the machine that built it");
        var links = reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition).Select(h => reader.GetCustomDebugInformation(h))
            .Where(i => reader.GetGuid(i.Kind) == s_sourceLink).Select(i => Encoding.UTF8.GetString(reader.GetBlobBytes(i.Value))).ToList();
        Assert.That(links, Has.Count.EqualTo(1));
        Assert.That(links[0], Does.Contain("https://raw.githubusercontent.com/ilgpugan/ilgpugan/"));
    }

    [Test]
    public void TheSameSourcesMakeTheSameLibraryInAnotherFolder()
    {
        const string Library = "IlgpuGan.Imaging";
        var other = In("elsewhere", "clone");
        CloneTo(other, Clone); // Not of the checkout, which may have another commit by now.
        Succeed(
            other, s_dotnet, "pack", "engine/Imaging", "-c", "Release", "-o", In("again"), "-p:ContinuousIntegrationBuild=true",
            "-p:RunAnalyzers=false");
        using var first = ZipFile.OpenRead(PackageFile(Library));
        using var second = ZipFile.OpenRead(In("again", Path.GetFileName(PackageFile(Library))));
        var path = $"lib/net10.0/{Library}.dll";
        Assert.That(Bytes(second.GetEntry(path)!), Is.EqualTo(Bytes(first.GetEntry(path)!)));
    }

    [Test]
    public void TheToolIsInstalledAndRuns()
    {
        var tool = InstalledTool(In("tool"), In("nuget.config"));
        Succeed(_folder, tool, "demo", "--out", "demo", "--steps", "2", "--quiet");
        Assert.That(File.Exists(In("demo", "run", "report.html")));
        Succeed(_folder, tool, "demo", "--fast", "--out", "fast");
        Assert.That(File.Exists(In("fast", "fast.png")), "a model of the zoo is in the tool");
        var refused = Start(_folder, tool, ["serve", "--runs", "nowhere"]);
        Assert.That(refused.Code, Is.EqualTo(1), refused.Output);
        Assert.That(refused.Output, Does.Contain("nowhere").And.Contain("no such folder"), "ASP.NET Core was found");
    }

    /// <summary>
    /// A package for this system, with machine code beside IL, one for all others, and one by which a machine finds its own.
    /// </summary>
    [Test]
    public void TheToolOfASystemIsInstalledAndRuns()
    {
        var (folder, system) = (In("systems"), NameOfSystem());
        Require(Start(Clone, s_dotnet,
            ["pack", "tools/Cli", "-c", "Release", "-o", folder, "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false",
                $"-p:ToolPackageRuntimeIdentifiers=\"{system};any\""]));
        Assert.That(
            Directory.GetFiles(folder).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "IlgpuGan", "IlgpuGan.any", $"IlgpuGan.{system}" }.Select(p => $"{p}.{Sources.Version}.nupkg")));
        Assert.That(HasMachineCode("any"), Is.False);
        Assert.That(HasMachineCode(system));

        WriteSources(folder, folder);
        var tool = InstalledTool(Path.Combine(folder, "tool"), Path.Combine(folder, "nuget.config"), folder);
        Assert.That(
            Directory.GetFiles(Path.Combine(folder, "tool"), "ilgpugan.dll", SearchOption.AllDirectories),
            Has.Length.EqualTo(1).And.All.Contains(system));
        Succeed(folder, tool, "demo", "--fast", "--out", "fast");
        Assert.That(File.Exists(Path.Combine(folder, "fast", "fast.png")));

        bool HasMachineCode(string of)
        {
            using var package = ZipFile.OpenRead(Path.Combine(folder, $"IlgpuGan.{of}.{Sources.Version}.nupkg"));
            using var program = new PEReader(new MemoryStream(Bytes(package.Entries.Single(e => e.Name == "ilgpugan.dll"))));
            return program.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
        }
    }

    [Test]
    public void ThePackedLibraryHoldsTheZoo()
    {
        using var package = ZipFile.OpenRead(PackageFile("IlgpuGan.Models"));
        using var library = new PEReader(new MemoryStream(Bytes(package.GetEntry("lib/net10.0/IlgpuGan.Models.dll")!)));
        var reader = library.GetMetadataReader();
        Assert.That(
            reader.ManifestResources.Select(h => reader.GetString(reader.GetManifestResource(h).Name)),
            Is.SupersetOf(ZooModel.All.Select(m => $"IlgpuGan.Models.zoo.{m.Name}.safetensors")));
        Assert.That(ZooModel.All, Is.Not.Empty);
    }

    [Test]
    public void TheTemplateMakesAProgramThatTrainsAndTranslates()
    {
        var app = FromTemplate("ilgpugan-app", "houses");
        Assert.That(File.Exists(Path.Combine(app, "houses.csproj")));
        Succeed(app, s_dotnet, "run", "-c", "Release", "--", "2");
        AssertTranslated(app);
        Succeed(app, s_dotnet, "run", "-c", "Release", "--no-build", "--", "3");
        Assert.That(File.ReadLines(Path.Combine(app, "run-facades", "log.jsonl")), Is.Not.Empty, "it goes on with its run");
    }

    /// <summary>
    /// A service from its template, trimmed or native, gives the picture that this process computes, says in a sentence what is no picture,
    /// and shows its page.
    /// </summary>
    [TestCase("PublishTrimmed")]
    [TestCase("PublishAot")]
    public async Task APublishedServiceAnswers(string how)
    {
        string[] publication = ["-r", NameOfSystem(), $"-p:{how}=true", "-p:SelfContained=true"];
        Require(Start(Clone, s_dotnet, ["restore", "tools/Serve", .. publication]));
        var app = FromTemplate("ilgpugan-web", how);
        var (made, output) = Start(app, s_dotnet, ["publish", "-c", "Release", "-o", In(how, "out"), .. publication]);
        Assume.That(output, Does.Not.Contain("Platform linker"), "a linker is installed");
        Assert.That(made, Is.Zero, output);
        await Asked(new ProcessStartInfo(In(how, "out", how)));
    }

    /// <summary>In an environment without a single variable, so without a path to .NET.</summary>
    [Test]
    public void OneFileRunsWithoutDotNet()
    {
        var program = OneFile(NameOfSystem());
        var start = new ProcessStartInfo(program, ["data", "synth", "--out", In("alone"), "--count", "2"]);
        start.Environment.Clear();
        var (code, output) = Finish(start);
        Assert.That(code, Is.Zero, output);
        Assert.That(Directory.GetFiles(In("alone", "train")), Has.Length.EqualTo(2));
        TestContext.Out.WriteLine($"{new FileInfo(program).Length / 1e6:F0} MB");
    }

    [TestCase("linux-arm64", "7F454C46")]
    [TestCase("win-x64", "4D5A")]
    [TestCase("osx-arm64", "CFFAEDFE")]
    public void OneFileIsMadeForOtherSystems(string system, string firstBytes)
    {
        using var file = File.OpenRead(OneFile(system));
        var first = new byte[firstBytes.Length / 2];
        file.ReadExactly(first);
        Assert.That(Convert.ToHexString(first), Is.EqualTo(firstBytes));
    }

    /// <summary>Clones the checkout or a clone of it, with the place that it would have come from.</summary>
    private static void CloneTo(string folder, string? from = null)
    {
        (int Code, string Output) cloned;
        try
        {
            cloned = Start(Sources.Root, "git", ["clone", "--quiet", from ?? Sources.Root, folder]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("git is not installed");
            return;
        }

        if (cloned.Code != 0)
        {
            Assert.Ignore($"the sources are not where they were compiled, or are no checkout of git: {cloned.Output}");
        }

        Succeed(folder, "git", "remote", "set-url", "origin", Origin);
    }

    /// <summary>A folder's sources of packages: those that were packed, and for others what the build has restored.</summary>
    private static void WriteSources(string folder, string packages) =>
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{packages}" />
                <add key="others" value="{CacheOfPackages()}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="IlgpuGan" /><package pattern="IlgpuGan.*" /></packageSource>
                <packageSource key="others"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);

    private string OneFile(string system)
    {
        var output = In("files", system);
        Require(Start(Clone, s_dotnet,
            ["publish", "tools/Cli", "-c", "Release", "-r", system, "-p:OneFile=true", "-p:RunAnalyzers=false",
                "-p:ContinuousIntegrationBuild=true", "-o", output])); // As it was packed, so that nothing is compiled again.
        Assert.That(Directory.GetFiles(output, "IlgpuGan*.dll"), Is.Empty, "all is in the one file");
        return Directory.GetFiles(output, "ilgpugan*").Single(f => Path.GetExtension(f) is "" or ".exe");
    }

    /// <summary>Skips the test where a package source lacks what it needs, and fails it where anything else went wrong.</summary>
    private static void Require((int Code, string Output) made)
    {
        if (made.Code != 0 && (made.Output.Contains("NU1101", StringComparison.Ordinal)
            || made.Output.Contains("NU1102", StringComparison.Ordinal) || made.Output.Contains("NU1301", StringComparison.Ordinal)))
        {
            Assert.Ignore("no package source here has the runtime or its compiler for that system");
        }

        Assert.That(made.Code, Is.Zero, made.Output);
    }

    /// <param name="folder">where it goes</param>
    /// <param name="configuration">names the sources of packages</param>
    /// <param name="at">where it is installed from; by default beside all other tests</param>
    private string InstalledTool(string folder, string configuration, string? at = null)
    {
        Succeed(
            at ?? _folder, s_dotnet, "tool", "install", "IlgpuGan", "--version", Sources.Version, "--tool-path", folder, "--configfile",
            configuration);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "ilgpugan.exe" : "ilgpugan");
    }

    private string RunSample(string sample, params string[] arguments)
    {
        var file = In(sample + ".cs");
        File.Copy(Sources.SamplePath(sample), file, overwrite: true);
        return Succeed(_folder, s_dotnet, ["run", file, "--", .. arguments]);
    }

    private static void AssertTranslated(string folder)
    {
        var shown = PictureFile.Load(Path.Combine(folder, "translated.png"));
        Assert.That((shown.Width, shown.Height), Is.EqualTo((256, 128)));
        Assert.That(File.Exists(Path.Combine(folder, "run-facades", "report.html")));
    }

    /// <summary>A project that a template makes: its folder.</summary>
    private string FromTemplate(string template, string name)
    {
        string[] own = ["--debug:custom-hive", In("templates")];
        if (!Directory.Exists(own[1]))
        {
            Succeed(_folder, s_dotnet, ["new", "install", PackageFile("IlgpuGan.Templates"), .. own]);
        }

        Succeed(_folder, s_dotnet, ["new", template, "-o", name, .. own]);
        return In(name);
    }

    private string PackageFile(string name, string extension = "nupkg") => Path.Combine(Packages, $"{name}.{Sources.Version}.{extension}");

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    private static string NameOfSystem()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    /// <summary>Where packages of others lie that the build has restored; a folder of packages is a source of them.</summary>
    private static string CacheOfPackages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string Succeed(string folder, string program, params string[] arguments)
    {
        var (code, output) = Start(folder, program, arguments);
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>Runs a program whose own files, and packages that are installed, lie beside those of the user.</summary>
    private static (int Code, string Output) Start(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        foreach (var name in start.Environment.Keys.Where(IsOfThisBuild).ToList())
        {
            start.Environment.Remove(name);
        }

        if (!File.Exists(Path.Combine(folder, "Directory.Build.props")))
        {
            var own = FolderWithConfiguration(folder);
            start.Environment["NUGET_PACKAGES"] = Path.Combine(own, "cache");
            start.Environment["DOTNET_CLI_HOME"] = Path.Combine(own, "home");
        }

        start.Environment["DOTNET_ROOT"] =
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Finish(start);
    }

    /// <summary>The nearest folder above that has this test's sources of packages; the folder itself before there are any.</summary>
    private static string FolderWithConfiguration(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "nuget.config")))
            {
                return at.FullName;
            }
        }

        return folder;
    }

    /// <summary>Variables by which the build that runs the tests would reach into one that they start.</summary>
    private static bool IsOfThisBuild(string name) => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase);

    private static (int Code, string Output) Finish(ProcessStartInfo start)
    {
        var (code, output, errors) = SystemProgram.Finish(start);
        return (code, output + errors);
    }
}

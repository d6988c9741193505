using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>
/// Packs a clone of the last commit, as if it came from GitHub, and installs and runs each package out of its file: with an empty cache,
/// and without a source that has these packages.
/// </summary>
[Exhaustive]
[NonParallelizable]
public sealed class PackedTests
{
    /// <summary>What a single file is made for.</summary>
    internal static readonly string[] Systems = ["linux-x64", "linux-arm64", "win-x64", "osx-arm64"];

    private const string Origin = "https://github.com/ilgpugan/ilgpugan.git";

    /// <summary>Custom debug information of the kind "SourceLink", of the portable PDB format.</summary>
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);
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
        Assert.That(File.ReadLines(Path.Combine(app, "run", "log.jsonl")), Is.Not.Empty, "it goes on with its run");
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

    [Test]
    public void TheSampleOfModelsTrainsAndTranslates()
    {
        RunSample("pix2pix", "2");
        AssertTranslated(_folder);
    }

    [Test]
    public void TheSampleOfNoiseGenerates()
    {
        RunSample("noise", "2");
        Assert.That(PictureFile.Load(In("generated8.png")).Width, Is.EqualTo(32));
        RunSample("noise", "3");
        Assert.That(File.ReadLines(In("dcgan", "log.jsonl")), Is.Not.Empty, "it goes on with its run");
    }

    [Test]
    public void TheSampleOfTensorsLearns()
    {
        var losses = RunSample("loop").Split('\n').Select(l => l.Split(": ")).Where(l => l.Length == 2 && int.TryParse(l[0], out _))
            .Select(l => double.Parse(l[1])).ToList();
        Assert.That(losses, Has.Count.EqualTo(6));
        Assert.That(losses[^1], Is.LessThan(losses[0] / 2));
    }

    [Test]
    public void TheSampleOfOnesOwnAddsFunctionsASourceAndAMeasure()
    {
        var told = RunSample("own", "10");
        Assert.That(told, Does.Contain("slopes of x·tanh x at −1, 0 and 1: ").And.Contain("bumps there: 0.500; 1.000; 0.500"));
        Assert.That(told, Does.Match("best: greenness [0-9.]+ after 10 steps").And.Match("of other discs: greenness [0-9.]+, L1 "));
    }

    [Test]
    public void TheSampleOfDevicesListsAndOpensThem()
    {
        Assert.That(RunSample("devices", "cpu"), Does.Contain("cuda").And.Contain("ilgpu-cpu").And.Contain("cpu computed [256,256]"));
        Assert.That(RunSample("devices", "cuda:99"), Does.Contain("There is no cuda:99 here").And.Contain("computed [256,256]"));
    }

    [Test]
    public void TheSampleOfTwoNetworksLearns()
    {
        var told = RunSample("gan", "1000");
        var radius = double.Parse(told.Split("mean radius ")[^1].Trim(), CultureInfo.InvariantCulture);
        Assert.That(radius, Is.EqualTo(1).Within(0.15), told);
    }

    [Test]
    public void TheSampleOfAFamilyTrainsAndTranslates()
    {
        Assert.That(RunSample("family", "3"), Does.Contain("what a regression makes after 3 steps"));
        Assert.That(PictureFile.Load(In("regression.png")).Width, Is.EqualTo(64));
    }

    [Test]
    public void TheSampleOfStreamsTranslates()
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        PictureFile.Save(new Picture(labels), In("sent.png"));
        File.Copy(Sources.SamplePath("pipe"), In("pipe.cs"), overwrite: true);
        Succeed(_folder, s_dotnet, "build", "pipe.cs", "-o", "pipe");
        var start = new ProcessStartInfo(s_dotnet, [In("pipe", "pipe.dll"), "zoo:facades"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using (var input = process.StandardInput.BaseStream)
        {
            input.Write(File.ReadAllBytes(In("sent.png")));
        }

        using var made = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(made);
        Assert.That(PictureFile.Decode(made.ToArray(), "made").Width, Is.EqualTo(128));
    }

    /// <summary>
    /// The WGAN-GP of the library's page imports nothing of ours, stops and goes on; without the SDK's implicit usings, a line of its
    /// project is the import.
    /// </summary>
    [Test]
    public void TheLoopOnThePageRuns()
    {
        var sample = File.ReadLines(Sources.SamplePath("wgan"))
            .Select(l => l.Replace("steps = 2000", "steps = 10", StringComparison.Ordinal)).ToList();
        Assert.That(sample, Has.None.StartsWith("using IlgpuGan"));
        Directory.CreateDirectory(In("pictures"));
        var facades = new SyntheticFacades(20, 32);
        for (var i = 0; i < facades.Count; i++)
        {
            PictureFile.Save(new Picture(facades.Draw(i).Photo), In("pictures", $"{i}.png"));
        }

        File.WriteAllLines(In("wgan.cs"), sample);
        Succeed(_folder, s_dotnet, "run", "wgan.cs");
        Assert.That(File.ReadLines(In("runs", "wgan", "log.jsonl")).Count(), Is.EqualTo(2));
        Succeed(_folder, s_dotnet, "run", "wgan.cs");
        string[] own = ["#:property ImplicitUsings=disable", "#:property IlgpuGanUsings=true"];
        File.WriteAllLines(In("bare.cs"), [.. sample.Take(2), .. own, "using System;", "using System.IO;", .. sample.Skip(2)]);
        Succeed(_folder, s_dotnet, "run", "bare.cs");
    }

    [Test]
    public void TheSampleOfImagingResizes()
    {
        var (labels, _) = new SyntheticFacades(1, 512).Draw(0);
        PictureFile.Save(new Picture(labels), In("large.png"));
        Assert.That(RunSample("resize", "large.png", "small.png"), Does.Contain("512×512 -> 256×256"));
        var small = ImageFile.Load(In("small.png"));
        Assert.That((small.Width, small.Height), Is.EqualTo((256, 256)));
    }

    [Test]
    public void TheSampleOfTheImageGeneratorTranslates()
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        PictureFile.Save(new Picture(labels), In("drawing.png"));
        RunSample("ai", "drawing.png", "house.png");
        Assert.That(PictureFile.Load(In("house.png")).Width, Is.EqualTo(128));
    }

    /// <summary>
    /// Compiled ahead of time without a warning, run without a single variable: the bits that this process computes, and a start that
    /// nobody notices.
    /// </summary>
    [Test]
    public void TheNativeSampleTranslates()
    {
        Require(Start(Clone, s_dotnet, ["restore", "engine/Imaging", "-r", NameOfSystem(), "-p:PublishAot=true"]));
        File.Copy(Sources.SamplePath("translate"), In("translate.cs"), overwrite: true);
        var (made, output) = Start(_folder, s_dotnet, ["publish", "translate.cs", "-o", "native", "-p:TreatWarningsAsErrors=true"]);
        Assume.That(output, Does.Not.Contain("Platform linker"), "a linker is installed");
        Assert.That(made, Is.Zero, output);

        var (labels, _) = new SyntheticFacades(1, 256).Draw(0);
        PictureFile.Save(new Picture(labels), In("labels.png"));
        using var device = Device.Open("cpu");
        PictureFile.Save(Translator.Open("zoo:facades", device).Translate(new Picture(labels)), In("here.png"));

        var program = Directory.GetFiles(In("native"), "translate*").Single(f => Path.GetExtension(f) is "" or ".exe");
        var seconds = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var start = new ProcessStartInfo(program, ["zoo:facades", In("labels.png"), In("native.png")]);
            start.Environment.Clear();
            var clock = Stopwatch.StartNew();
            var (code, said) = Finish(start);
            seconds.Add(clock.Elapsed.TotalSeconds);
            Assert.That(code, Is.Zero, said);
        }

        foreach (var (model, input) in new[] { ("zoo:facades", "nowhere.png"), ("zoo:facades", "translate.cs"), ("nowhere", "labels.png") })
        {
            var (code, said) = Finish(new ProcessStartInfo(program, [model, In(input), In("none.png")]));
            Assert.That(code, Is.EqualTo(1), said);
            Assert.That(said.Trim(), Does.Contain(model == "nowhere" ? model : input).And.Not.Contain("\n"));
        }

        Assert.That(File.ReadAllBytes(In("native.png")), Is.EqualTo(File.ReadAllBytes(In("here.png"))));
        Assert.That(Enumerable.Range(0, 5).Min(_ => Seconds(new ProcessStartInfo(program))), Is.LessThan(0.06), "the start alone");
        TestContext.Out.WriteLine($"{new FileInfo(program).Length / 1e6:F1} MB, a picture of 256×256 in {seconds.Min():F3} s");

        static double Seconds(ProcessStartInfo start)
        {
            var clock = Stopwatch.StartNew();
            Assert.That(Finish(start).Code, Is.EqualTo(2), "it was named no model");
            return clock.Elapsed.TotalSeconds;
        }
    }

    [Test]
    public async Task TheSampleOfHostingAnswers()
    {
        var file = In("web.cs");
        File.Copy(Sources.SamplePath("web"), file, overwrite: true);
        Succeed(_folder, s_dotnet, "build", file, "-o", In("web"));
        await Asked(new ProcessStartInfo(s_dotnet, [In("web", "web.dll")]));
    }

    /// <summary>Starts a service of the sample's code, and asks it.</summary>
    private static async Task Asked(ProcessStartInfo start)
    {
        var (labels, _) = new SyntheticFacades(1, 128).Draw(0);
        using var device = Device.Open("cpu");
        var expected = PictureFile.Encode(Translator.Open("zoo:facades", device).Translate(new Picture(labels)), ImageFormat.Png, "house");
        foreach (var word in new[] { "--urls", "http://127.0.0.1:0" })
        {
            start.ArgumentList.Add(word);
        }

        (start.RedirectStandardOutput, start.UseShellExecute) = (true, false);
        using var process = Process.Start(start)!;
        try
        {
            string? line;
            while ((line = await process.StandardOutput.ReadLineAsync()) is not null
                && !line.Contains("listening on", StringComparison.Ordinal))
            {
            }

            using var client = new HttpClient { BaseAddress = new Uri(line!.Split(' ')[^1]) };
            Assert.That(await client.GetStringAsync("health"), Is.EqualTo("Healthy"));
            foreach (var address in new[] { "facades", "paint", "paint/api/models/facades/translate" })
            {
                using var sent = new ByteArrayContent(PictureFile.Encode(new Picture(labels), ImageFormat.Png, "drawing"));
                using var answer = await client.PostAsync(address, sent);
                Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
                var house = PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "house");
                AssertNear(house, PictureFile.Decode(expected, "expected"));
                using var refused = await client.PostAsync(address, new StringContent("no picture"));
                Assert.That((int)refused.StatusCode, Is.EqualTo(400));
                Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("not a PNG or JPEG"));
            }

            Assert.That(await client.GetStringAsync("paint/"), Does.Contain("<html"));
            Assert.That(await client.GetStringAsync("paint/api/models"), Does.Contain("\"facades\""));
            Assert.That(await client.GetStringAsync("paint/openapi.json"), Does.Contain("/api/models/{name}/translate"));
            Assert.That(await client.GetByteArrayAsync("paint/api/models/facades/examples/0"), Is.Not.Empty);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A program that is compiled for any processor of its kind may differ by a level here and there.</summary>
    private static void AssertNear(Picture picture, Picture expected)
    {
        Assert.That((picture.Width, picture.Height), Is.EqualTo((expected.Width, expected.Height)));
        Assert.That(picture.Layers[0].Bytes.Zip(expected.Layers[0].Bytes, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(1));
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
        Assert.That(File.Exists(Path.Combine(folder, "run", "report.html")));
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
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} takes longer than {s_patience.TotalMinutes:F0} minutes");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}

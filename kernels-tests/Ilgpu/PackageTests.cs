using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using IlgpuGan.KernelsTests.Packages;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu;

/// <summary>The package of the kernel compiler, as somebody uses it who has nothing else of this project.</summary>
[Exhaustive]
public sealed class PackageTests
{
    private const string Version = "0.1.0-packed";

    private string _folder = "";

    [OneTimeSetUp]
    public void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("ilgpugan-package-").FullName;
        DotnetCommand.Run(
            "pack", Project(), "-c", "Release", "-v", "q", "-nologo", "-nodeReuse:false", "-p:RunAnalyzers=false", $"-p:Version={Version}",
            "--artifacts-path", Path.Combine(_folder, "build"));
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ItHoldsTheLibraryItsDocumentationAndSymbolsAndNeedsNothing()
    {
        using ZipArchive package = ZipFile.OpenRead(Packed("nupkg"));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.That(files, Does.Contain("lib/net10.0/IlgpuGan.Ilgpu.dll").And.Contain("lib/net10.0/IlgpuGan.Ilgpu.xml"));
        Assert.That(files, Does.Contain("IlgpuGan.Ilgpu.md"));
        Assert.That(files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).ToList(), Has.Count.EqualTo(1));
        using Stream specification = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        XElement[] elements = [.. XDocument.Load(specification).Descendants()];
        Assert.That(elements.Single(element => element.Name.LocalName == "id").Value, Is.EqualTo("IlgpuGan.Ilgpu"));
        Assert.That(elements.Single(element => element.Name.LocalName == "license").Value, Is.EqualTo("MIT"));
        Assert.That(elements.Single(element => element.Name.LocalName == "readme").Value, Is.EqualTo("IlgpuGan.Ilgpu.md"));
        Assert.That(elements.Where(element => element.Name.LocalName == "dependency"), Is.Empty);

        using ZipArchive symbols = ZipFile.OpenRead(Packed("snupkg"));
        Assert.That(symbols.Entries.Select(entry => entry.FullName), Does.Contain("lib/net10.0/IlgpuGan.Ilgpu.pdb"));
    }

    /// <summary>The program of its page, restored from the packed file alone, outside of this checkout.</summary>
    [Test]
    public void TheProgramOfItsPageRunsWithThePackageAlone()
    {
        string[] lines = Consume("page", ProgramOfThePage());
        Assert.That(lines[..2], Is.EqualTo(new[] { "12 24 36 48", "120" }));
    }

    /// <summary>As NativeAOT runs it, but for the machine code: nothing may be made at run time.</summary>
    [Test]
    public void AProgramCompiledAheadOfTimeIsToldThatItCantLoadKernels()
    {
        const string Program = """
            using ILGPU;
            using ILGPU.Runtime;

            using var context = Context.Create(builder => builder.Default());
            using var accelerator = context.GetPreferredDevice(preferCPU: true).CreateAccelerator(context);
            try
            {
                accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>((i, a) => a[i] = i);
            }
            catch (NotSupportedException exception)
            {
                Console.WriteLine(exception.Message);
            }
            """;
        const string Switch = """
            <RuntimeHostConfigurationOption Include="System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported" Value="false" />
            """;
        string[] lines = Consume("ahead-of-time", Program, Switch);
        Assert.That(lines[0], Does.StartWith("Kernels are compiled from the IL of their methods").And.Contain("without PublishAot"));
    }

    /// <summary>What a program prints that has the package and nothing else of this project.</summary>
    private string[] Consume(string name, string program, string items = "")
    {
        string consumer = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(consumer, "Program.cs"), program);
        File.WriteAllText(
            Path.Combine(consumer, "NuGet.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{PackedFolder}" />
              </packageSources>
            </configuration>
            """);
        string project = Path.Combine(consumer, "Consumer.csproj");
        File.WriteAllText(
            project,
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
                <RestorePackagesPath>{Path.Combine(_folder, "restored")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="IlgpuGan.Ilgpu" Version="{Version}" />
                {items}
              </ItemGroup>
            </Project>
            """);
        string built = Path.Combine(_folder, $"{name}-built");
        DotnetCommand.Run("build", project, "-c", "Release", "-v", "q", "-nologo", "-nodeReuse:false", "-o", built);
        return DotnetCommand.Run(Path.Combine(built, "Consumer.dll")).Split('\n', StringSplitOptions.TrimEntries);
    }

    private static string ProgramOfThePage()
    {
        string page = File.ReadAllText(Path.Combine(Project(), "..", "..", "tools", "packages", "pages", "IlgpuGan.Ilgpu.md"));
        const string Fence = "```csharp\n";
        int start = page.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string Project([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "engine", "Ilgpu"));

    private string PackedFolder => Path.Combine(_folder, "build", "package", "release");

    private string Packed(string kind) => Path.Combine(PackedFolder, $"IlgpuGan.Ilgpu.{Version}.{kind}");
}

using System.Diagnostics;
using System.Reflection;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>By what ranks tell that they run the same code.</summary>
internal sealed class ProgramBuildTests
{
    /// <summary>The compiler gets the sources in the order in which a file system lists them.</summary>
    [Test]
    public void TheOrderOfSourcesIsOfNoMatter() => Assert.That(Said("a", "b", "c"), Is.EqualTo(Said("c", "a", "b")));

    [Test]
    public void OtherSourcesAreAnotherBuild() =>
        Assert.That(new[] { Said("a", "b"), Said("a", "c"), Said("a"), Said("a", "b", "b"), Said() }, Is.Unique);

    [Test]
    public void AnotherVersionIsAnotherBuild() =>
        Assert.That(ProgramBuild.Of(new Version(1, 3, 0, 0), ["a"]), Does.StartWith("version 1.3.0 of").And.Not.EqualTo(Said("a")));

    /// <summary>The sources of each assembly count that the models need.</summary>
    [Test]
    public void AllAssembliesCount()
    {
        Assembly[] all =
        [
            typeof(TrainingRun).Assembly, typeof(Tensor).Assembly, typeof(Image).Assembly,
        ];
        foreach (var assembly in all)
        {
            Assert.That(ProgramBuild.HashesIn(assembly), Has.Count.GreaterThan(80), assembly.FullName);
        }

        Assert.That(ProgramBuild.Of(all[0]), Is.EqualTo(ProgramBuild.Of(all[0].GetName().Version, all.SelectMany(ProgramBuild.HashesIn))));
    }

    /// <summary>The sources of a library in another folder, built there: the same, until one is changed.</summary>
    [Test]
    [Exhaustive]
    public void ABuildInAnotherFolderIsTheSame()
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        var project = Path.Combine("engine", "Imaging");
        var files = Directory.EnumerateFiles(Path.Combine(Sources.Root, project), "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Sources.Root)).Select(file => Path.GetRelativePath(Sources.Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
        foreach (var file in files)
        {
            var copy = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Sources.Root, file), copy);
        }

        Assert.That(Built(), Is.EqualTo(ProgramBuild.HashesIn(typeof(Image).Assembly).Order(StringComparer.Ordinal)));
        File.AppendAllText(Path.Combine(folder, project, "Image.cs"), "// Changed.\n");
        Assert.That(Built(), Is.Not.EqualTo(ProgramBuild.HashesIn(typeof(Image).Assembly).Order(StringComparer.Ordinal)));

        List<string> Built()
        {
            Dotnet(
                "build", Path.Combine(folder, project), "-c", Configuration, "-v", "q", "-nologo", "-nodeReuse:false",
                "-p:RunAnalyzers=false");
            var library = Path.Combine(folder, project, "bin", Configuration, "net10.0", "IlgpuGan.Imaging.dll");
            var context = new System.Runtime.Loader.AssemblyLoadContext(library, isCollectible: true);
            using var bytes = new MemoryStream(File.ReadAllBytes(library));
            var hashes = ProgramBuild.HashesIn(context.LoadFromStream(bytes));
            context.Unload();
            return [.. hashes.Order(StringComparer.Ordinal)];
        }
    }

    private static void Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments);

        // MSBuild variables of the test host must not affect the child's build.
        var inherited = start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (string variable in inherited)
        {
            start.Environment.Remove(variable);
        }

        var (code, output, errors) = SystemProgram.Finish(start);
        Assert.That(code, Is.Zero, output + errors);
    }

    private static string Configuration => typeof(Image).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string Said(params string[] hashes) => ProgramBuild.Of(new Version(1, 2, 0, 0), hashes);
}

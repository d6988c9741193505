using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IlgpuGan.ToolsTests.Packages;

/// <summary>The program where only a later .NET is installed than the one that it was built for.</summary>
[Exhaustive]
public sealed class LaterRuntimeTests : CommandFixture
{
    private string _root = "";

    [OneTimeSetUp]
    public void LayOut()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("the packages of Linux are laid out");
        }

        _root = Directory.CreateTempSubdirectory("ilgpugan-later-").FullName;
        var system = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        RuntimePacks.LayOut(_root, new Version(Environment.Version.Major + 1, 0, 0), system);
        File.Copy(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Environment.ProcessPath!, Path.Combine(_root, "dotnet"));
    }

    [OneTimeTearDown]
    public void RemoveRoot()
    {
        if (_root.Length > 0)
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    /// <summary>A training whose rate falls, and a translation.</summary>
    [Test]
    public async Task ItTrainsAndTranslatesToTheSameBits()
    {
        var data = await DrawnData();
        string[] training =
        [
            "train", "pix2pix", "--data", data, "--epochs", "1", "--epochs-decay", "1", "--quiet", .. Tiny("--sample-freq", "4"),
        ];
        await Do([.. training, "--out", In("here")]);
        Succeed([.. training, "--out", In("later")]);
        Assert.That(TinyRun.TensorsOf(In("later")), Is.EqualTo(TinyRun.TensorsOf(In("here"))));

        string[] translation = ["translate", "--model", In("here"), "--input", Path.Combine(data, "val")];
        await Do([.. translation, "--out", In("pictures")]);
        Succeed([.. translation, "--out", In("later-pictures")]);
        foreach (var file in Directory.GetFiles(In("pictures")))
        {
            Assert.That(File.ReadAllBytes(In("later-pictures", Path.GetFileName(file))), Is.EqualTo(File.ReadAllBytes(file)));
        }
    }

    [Test]
    public async Task ItDrawsTheSameData([ValueSource(nameof(Kinds))] string kind)
    {
        string[] drawing = ["data", "synth", "--kind", kind, "--count", "100", "--val", "0", "--size", "32"];
        await Do([.. drawing, "--out", In("here")]);
        Succeed([.. drawing, "--out", In("later")]);
        foreach (var file in Directory.GetFiles(In("here"), "*", SearchOption.AllDirectories))
        {
            Assert.That(File.ReadAllBytes(file.Replace(In("here"), In("later"))), Is.EqualTo(File.ReadAllBytes(file)), file);
        }
    }

    /// <summary>ASP.NET Core is found in the runtime's own version.</summary>
    [Test]
    public void ItServes()
    {
        var (code, said) = RunLater("serve", "--runs", In("nowhere"));
        Assert.That(code, Is.EqualTo(1), said);
        Assert.That(said, Does.Contain("no such folder"));
    }

    private static IEnumerable<string> Kinds() => Models.Data.DrawnData.Kinds.Select(kind => kind.Name);

    private void Succeed(params string[] arguments)
    {
        var (code, said) = RunLater(arguments);
        Assert.That(code, Is.Zero, said);
    }

    private (int Code, string Said) RunLater(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_root, "dotnet"), [SystemProgram.Command, .. arguments]);
        start.Environment["DOTNET_ROOT"] = _root;
        var (code, output, errors) = SystemProgram.Finish(start);
        return (code, output + errors);
    }
}

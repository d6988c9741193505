using System.Diagnostics;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

[TestFixture]
public sealed class KernelDiskCacheTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("kernel-cache").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void EntriesComeBack()
    {
        var cache = new KernelDiskCache(_folder);
        string key = KernelDiskCache.KeyOf("target", "text");
        Assert.That(cache.TryRead(key), Is.Null);
        cache.Write(key, [1, 2, 3]);
        Assert.That(cache.TryRead(key), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "nothing temporary is left behind");
    }

    [Test]
    public void KeysTellPartsApart()
    {
        Assert.That(KernelDiskCache.KeyOf("ab", "c"), Is.Not.EqualTo(KernelDiskCache.KeyOf("a", "bc")));
        string[] parts = ["ab", "c"];
        Assert.That(KernelDiskCache.KeyOf(parts), Is.EqualTo(KernelDiskCache.KeyOf("ab", "c")));
    }

    [Test]
    public void DamagedEntriesCountAsAbsentAndAreRewritten()
    {
        var cache = new KernelDiskCache(_folder);
        string key = KernelDiskCache.KeyOf("text");
        cache.Write(key, [1, 2, 3, 4]);
        string file = Directory.GetFiles(_folder).Single();
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.That(cache.TryRead(key), Is.Null, $"cut to {length} bytes");
        }

        for (int position = 0; position < whole.Length; position++)
        {
            byte[] changed = [.. whole];
            changed[position] ^= 1;
            File.WriteAllBytes(file, changed);
            Assert.That(cache.TryRead(key), Is.Null, $"byte {position} changed");
        }

        cache.Write(key, [5]);
        Assert.That(cache.TryRead(key), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void ManyWritersLeaveOneWholeEntry()
    {
        var cache = new KernelDiskCache(_folder);
        string key = KernelDiskCache.KeyOf("contended");
        Parallel.For(0, 32, writer =>
        {
            byte[] contents = [.. Enumerable.Repeat((byte)writer, 1000)];
            cache.Write(key, contents);
            byte[]? read = cache.TryRead(key);
            Assert.That(read, Is.Not.Null);
            Assert.That(read!.Distinct().Count(), Is.EqualTo(1));
        });
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    /// <summary>
    /// Three programs that start together find an empty folder, fill it, and leave only whole entries; a fourth adds none.
    /// </summary>
    [Test]
    [Exhaustive]
    public void SeveralProcessesShareAFolder()
    {
        if (DriverStatus.OpenCL is { IsPresent: false } absent)
        {
            Assert.Ignore(absent.Reason);
        }
        Process[] together = [Start(), Start(), Start()];
        Array.ForEach(together, AssertDone);
        string[] entries = [.. Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
        Assert.That(entries, Is.Not.Empty.And.None.Contains("."), "nothing temporary is left behind");
        var cache = new KernelDiskCache(_folder);
        Assert.That(entries.Select(cache.TryRead), Has.None.Null);
        AssertDone(Start());
        Assert.That(Directory.GetFiles(_folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal), Is.EqualTo(entries));
    }

    private Process Start() =>
        Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "ilgpugan.dll"), "kernels", "bench", "copy", "--device", "opencl", "--quiet"])
    {
        Environment = { [KernelDiskCache.FolderVariable] = _folder },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;

    private static void AssertDone(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, errors + output.Result);
        }
    }

    [Test]
    public void ACacheThatCannotBeWrittenIsSilent()
    {
        string file = Path.Combine(_folder, "occupied");
        File.WriteAllText(file, "not a folder");
        var cache = new KernelDiskCache(file);
        Assert.That(() => cache.Write(KernelDiskCache.KeyOf("x"), [1]), Throws.Nothing);
        Assert.That(cache.TryRead(KernelDiskCache.KeyOf("x")), Is.Null);
        Assert.That(new KernelDiskCache(null).TryRead("x"), Is.Null);
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Runtime;
using System.Runtime.Loader;
using ILGPU.Backends;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.Models.Families;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// How long the kernels of a training step, and all of the tensor engine, take to get ready for a CUDA card: once with nothing but their
/// IL, once from the disk. The compiler is loaded anew for each measurement, so that its own start-up counts, above all the translation of
/// its own code. What the driver's assembler takes comes on top. The budget of a step is 2 s and 0.3 s; the bounds here are of processor
/// time, which other work on the machine hardly lengthens, and generous.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class LoadTimeTests
{
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("load-time").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("pix2pix", 256)]
    [TestCase("cyclegan", 128, Category = Exhaustive.Category)]
    public void KernelsOfAStepAreReadySoon(string model, int size)
    {
        string[] kernels = [.. StepKernels.Of(model, size).Select(KernelCatalog.Path)];
        Assert.That(kernels, Has.Length.InRange(30, 60).And.Unique);
        (Cost cold, Cost cached) = Measure($"a step of {model}", kernels);
        Assert.That(cold.Processor, Is.LessThan(6));
        Assert.That(cached.Processor, Is.LessThan(0.9));
    }

    [Test]
    [Exhaustive]
    public void AllKernelsAreReadySoon()
    {
        string[] kernels = [.. KernelCatalog.Engine.Select(KernelCatalog.Path)];
        (Cost cold, Cost cached) = Measure("everything", kernels);
        Assert.That(cold.Processor, Is.LessThan(15));
        Assert.That(cached.Processor, Is.LessThan(1.2));
    }

    private (Cost Cold, Cost Cached) Measure(string what, string[] kernels)
    {
        Cost cold = InFreshCompiler(_folder, kernels, threads: 1);
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(kernels.Length));
        Cost cached = InFreshCompiler(_folder, kernels, threads: 1);
        Directory.Delete(_folder, recursive: true);
        Cost sideBySide = InFreshCompiler(_folder, kernels, threads: 2);
        TestContext.Out.WriteLine($"{what}, {kernels.Length} kernels: from IL {cold}; on two threads {sideBySide}; from the disk {cached}");
        return (cold, cached);
    }

    /// <summary>What runs in the fresh copy.</summary>
    internal static double[] Load(string folder, string[] kernels, int threads)
    {
        ILookup<string, MethodInfo> byPath = KernelCatalog.Engine.ToLookup(KernelCatalog.Path);
        KernelRequest[] requests = [.. kernels.Select(
            kernel => KernelCatalog.Request(byPath[kernel].Single(), Compiling.Sm90).WithPromises() with { Verify = false })];
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime, translated = JitInfo.GetCompilationTime();
        long start = Stopwatch.GetTimestamp();
        var cache = new KernelImageCache(new(folder));
        if (threads == 1)
        {
            Array.ForEach(requests, request => cache.GetOrCompile(request));
        }
        else
        {
            Parallel.ForEach(requests, new ParallelOptions { MaxDegreeOfParallelism = threads }, request => cache.GetOrCompile(request));
        }
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return [elapsed.TotalSeconds, (process.TotalProcessorTime - before).TotalSeconds,
            (JitInfo.GetCompilationTime() - translated).TotalSeconds];
    }

    private static Cost InFreshCompiler(string folder, string[] kernels, int threads)
    {
        var fresh = new FreshCompiler();
        Type copy = fresh.LoadFromAssemblyPath(typeof(LoadTimeTests).Assembly.Location).GetType(typeof(LoadTimeTests).FullName!)!;
        var cost =
            (double[])copy.GetMethod(nameof(Load), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [folder, kernels, threads])!;
        return new(cost[0], cost[1], cost[2]);
    }

    /// <param name="Clock">Seconds that passed.</param>
    /// <param name="Processor">Seconds of processor time.</param>
    /// <param name="Translation">Of these, seconds in which .NET translated our code.</param>
    private sealed record Cost(double Clock, double Processor, double Translation)
    {
        public override string ToString() =>
            $"{Clock * 1e3:F0} ms ({Processor * 1e3:F0} ms of processor time, {Translation * 1e3:F0} ms of them .NET's JIT)";
    }

    private sealed class FreshCompiler() : AssemblyLoadContext("fresh compiler", isCollectible: false)
    {
        protected override Assembly? Load(AssemblyName name)
        {
            string file = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
            return name.Name!.StartsWith("IlgpuGan.", StringComparison.Ordinal) && File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using ILGPU.Backends;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// How long all kernels of the tensor engine take to get ready in a fresh process: once with nothing but their IL, once from the
/// disk. The compiler is loaded anew for each measurement, so that its own start-up counts. The bounds are for busy machines; the budget is
/// 2 s and 0.3 s.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class LoadTimeTests
{
    [Test]
    public void KernelsOfAStepAreReadySoon()
    {
        string folder = Directory.CreateTempSubdirectory("load-time").FullName;
        try
        {
            TimeSpan cold = InFreshCompiler(folder);
            TimeSpan cached = InFreshCompiler(folder);
            int kernels = Directory.GetFiles(folder).Length;
            Assert.That(kernels, Is.EqualTo(KernelCatalog.Engine.Count));
            TestContext.Out.WriteLine($"{kernels} kernels for CUDA: {cold.TotalMilliseconds:F0} ms from IL, {cached.TotalMilliseconds:F0} ms from the disk");
            Assert.That(cold, Is.LessThan(TimeSpan.FromSeconds(8)));
            Assert.That(cached, Is.LessThan(TimeSpan.FromSeconds(1.2)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What runs in the fresh copy.</summary>
    internal static TimeSpan Load(string folder)
    {
        KernelRequest[] requests = [.. KernelCatalog.Engine.Select(kernel => KernelCatalog.Request(kernel, Compiling.Sm90))];
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        var cache = new KernelImageCache(new(folder));
        foreach (KernelRequest request in requests)
            cache.GetOrCompile(request.WithPromises() with { Verify = false });

        // Processor time, so that what else the machine does counts less; translating the compiler's own code is in it.
        return Process.GetCurrentProcess().TotalProcessorTime - before;
    }

    private static TimeSpan InFreshCompiler(string folder)
    {
        var fresh = new FreshCompiler();
        Type copy = fresh.LoadFromAssemblyPath(typeof(LoadTimeTests).Assembly.Location).GetType(typeof(LoadTimeTests).FullName!)!;
        return (TimeSpan)copy.GetMethod(nameof(Load), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [folder])!;
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

using System.Diagnostics;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>
/// What a launch costs on this side of the driver: checking the shape, the views and the promises, packing the arguments. The driver is a
/// kernel that only counts.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class LaunchCostTests
{
    private const int Launches = 200_000;

    private Context _context = null!;

    private CPUAccelerator _accelerator = null!;

    private MemoryBuffer1D<float, Stride1D.Dense> _buffer = null!;

    private CountingKernel _kernel = null!;

    [SetUp]
    public void LoadStub()
    {
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        _accelerator = _context.CreateCPUAccelerator(0);
        _buffer = _accelerator.Allocate1D<float>(4096);
        MethodInfo method = typeof(LaunchCostTests).GetMethod(nameof(Normalize), BindingFlags.Static | BindingFlags.NonPublic)!;
        KernelImage image = KernelCompiler.Compile(Compiling.Request(method, Compiling.Sm90).WithPromises());
        Assert.That(image.MakesPromises, Is.True);
        _kernel = new(_accelerator, new(image, KernelDefinition.Create(method, isImplicit: false, KernelSpecialization.Empty)));
    }

    [TearDown]
    public void Close()
    {
        _kernel.Dispose();
        _buffer.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>As many arguments as kernels of the tensor engine have.</summary>
    private static void Normalize(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> scale, ArrayView1D<float, Stride1D.Dense> y, int rows, int columns,
        float epsilon, byte affine)
    {
        int i = Grid.GlobalIndex.X;
        if (i < rows * columns)
        {
            y[i] = (x[i] - mean[i / columns]) * scale[i / columns] + epsilon + affine;
        }
    }

    [Test]
    public void ALaunchIsCheapAndAllocatesNothing()
    {
        var launch = _kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>,
            ArrayView<float>, ArrayView1D<float, Stride1D.Dense>, int, int, float, byte>>();
        ArrayView<float> x = _buffer.View.SubView(0, 1024), mean = _buffer.View.SubView(1024, 64), scale = _buffer.View.SubView(1088, 64);
        ArrayView1D<float, Stride1D.Dense> y = _buffer.View.SubView(2048, 1024);
        Run(20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Run(Launches / 5);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        double nanoseconds = best.TotalNanoseconds / (Launches / 5);
        TestContext.Out.WriteLine($"{nanoseconds:F0} ns a launch of 8 arguments, without the driver");
        Assert.That(_kernel.Count, Is.EqualTo(Launches + 20_000));
        Assert.That(allocated, Is.Zero);
        Assert.That(nanoseconds, Is.LessThan(5000), "the budget with the driver");

        void Run(int count)
        {
            var config = new KernelConfig(16, 64);
            for (int i = 0; i < count; i++)
            {
                launch(_accelerator.DefaultStream, config, x, mean, scale, y, 16, 64, 1e-5f, 1);
            }
        }
    }

    [Test]
    public void LaunchersLeadBackToTheirKernels()
    {
        var launch = _kernel.CreateLauncherDelegate<Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            ArrayView1D<float, Stride1D.Dense>, int, int, float, byte>>();
        Assert.That(launch.GetKernel(), Is.SameAs(_kernel));
        Assert.That(launch.GetCompiledKernel(), Is.SameAs(_kernel.CompiledKernel));
        Assert.That(launch.GetKernelInfo(), Is.SameAs(_kernel.Info));
        Assert.That(_kernel.Launcher.ReturnType, Is.EqualTo(typeof(void)));
        Assert.That(((Action)LaunchersLeadBackToTheirKernels).TryGetKernel(out _), Is.False);
        Assert.That(() => ((Action)LaunchersLeadBackToTheirKernels).GetKernel(), Throws.InvalidOperationException);
    }

    [Test]
    public void CompiledKernelsLoadSeparately()
    {
        MethodInfo method = typeof(LaunchCostTests).GetMethod(nameof(Normalize), BindingFlags.Static | BindingFlags.NonPublic)!;
        CompiledKernel compiled = _accelerator.CompileKernel(EntryPointDescription.FromExplicitlyGroupedKernel(method));
        Assert.That(_accelerator.LoadKernel(compiled).CompiledKernel, Is.SameAs(compiled));
        Assert.That(() => _accelerator.LoadAutoGroupedKernel(compiled), Throws.TypeOf<NotSupportedException>());
        Assert.That(
            () => _accelerator.LoadKernel(_kernel.CompiledKernel), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Sm = 90"));
        Assert.That(
            () => _accelerator.CompileKernel(EntryPointDescription.FromImplicitlyGroupedKernel(method)),
            Throws.TypeOf<NotSupportedException>());
    }

    private sealed class CountingKernel(Accelerator accelerator, CompiledKernel compiled) : Kernel(accelerator, compiled)
    {
        public int Count { get; private set; }

        private protected override unsafe void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* packed) => Count++;

        protected override void DisposeAcceleratorObject(bool disposing)
        {
        }
    }
}

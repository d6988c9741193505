using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Runs kernels of the seam on an accelerator with a forced variant. Results hold NaN until they are written.</summary>
/// <param name="name">opencl, cuda or ptx; the test is skipped where there is none</param>
/// <param name="misalignment">elements by which arrays start after a multiple of 16 bytes</param>
internal sealed class ProductBench(string name, int misalignment = 0) : CallArrays, IDisposable
{
    private readonly Device _device = OpenFree(name);
    private readonly List<Storage> _storages = [];

    /// <summary>What factors may be rounded to; float32 again when the bench is disposed.</summary>
    public ProductPrecision Precision
    {
        set => _device.Precision = value;
    }

    public override StepNumbers Numbers => _device.Numbers;

    public GpuKernels Kernels => (GpuKernels)_device.Kernels;

    /// <summary>Launches of kernels so far.</summary>
    public long Launches => _device.Launches;

    public DeviceSpan New(int count)
    {
        var storage = _device.Allocate(count + misalignment);
        storage.Acquire();
        _storages.Add(storage);
        var span = new DeviceSpan(storage, misalignment, count);
        _device.Upload(Enumerable.Repeat(float.NaN, count).ToArray(), span);
        return span;
    }

    public DeviceSpan Put(float[] values)
    {
        var span = New(values.Length);
        _device.Upload(values, span);
        return span;
    }

    public float[] Get(DeviceSpan span)
    {
        var values = new float[span.Length];
        _device.Download(span, values);
        return values;
    }

    /// <summary>Runs a case of the table and returns its result's error in the Euclidean norm.</summary>
    public double ErrorOf(KernelCase c)
    {
        var call = c.Call(this);
        ((IKernels)Kernels).Run(call);
        return RelativeError.Of(Get(call.Writes[0]), c.Expected()![0]);
    }

    /// <summary>The passes of a convolution, with a bias and without.</summary>
    public static IEnumerable<KernelCase> Passes(string shape) =>
        [.. KernelTable.PassesOf(shape, hasBias: true), .. KernelTable.PassesOf(shape).Take(2)];

    /// <summary>Computes a pass of a convolution in another way than by the table's kernel, and compares it with its definition.</summary>
    public static void Check<TCall>(string name, string shape, double tolerance, Action<TCall> launch)
        where TCall : KernelCall
    {
        foreach (var c in Passes(shape).Where(c => c.Call(new NoArrays()) is TCall))
        {
            using var bench = new ProductBench(name);
            var call = c.Call(bench);
            launch((TCall)call);
            Assert.That(RelativeError.Of(bench.Get(call.Writes[0]), c.Expected()![0]), Is.LessThan(tolerance), $"{c}");
        }
    }

    /// <summary>Forces a variant for every product that it can compute.</summary>
    public void Force(ProductVariant variant) => Kernels.Products.Forced = variant;

    protected override DeviceSpan Upload(float[] values) => Put(values);

    /// <summary>What nobody forces is chosen as it is for users.</summary>
    private static Device OpenFree(string name)
    {
        var device = TestDevices.Open(name);
        ((GpuKernels)device.Kernels).Products.Forced = null;
        return device;
    }

    public void Dispose()
    {
        (Kernels.Products.Forced, _device.Precision) = (null, ProductPrecision.Fp32);
        foreach (var storage in _storages)
        {
            storage.Release();
        }
    }
}

using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using IlgpuGan.KernelsTests.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// Kernels that run on every device there is and are compared with plain C#. For kernels over an index the oracle is the kernel itself: its
/// method, called by .NET for each index on views of arrays.
/// </summary>
[TestFixture("simulator")]
[TestFixture("simd")]
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixture("ptx sm_70")]
[TestFixture("ptx sm_90")]
[TestFixtureSource(typeof(TestDevices.Card))]
public abstract class ConformanceFixture(string deviceName)
{
    private Context _context = null!;

    protected Accelerator Accelerator { get; private set; } = null!;

    protected bool IsSimulator => deviceName == "simulator";

    /// <summary>Whether kernels run as PTX, on the machine without a card.</summary>
    protected bool IsPtxMachine => deviceName.StartsWith("ptx", StringComparison.Ordinal);

    [OneTimeSetUp]
    public void OpenDevice()
    {
        PtxDriver.FaultsStay = false;
        PtxDriver.Violations.Clear();
        _context = Context.Create(builder => Register(builder).EnableAlgorithms());
        Device? device = _context.Devices.FirstOrDefault(d => d.AcceleratorType == TypeOf(deviceName) && (
            !IsPtxMachine || d.Name.EndsWith(deviceName["ptx".Length..], StringComparison.Ordinal)));
        if (device is null)
        {
            Assert.Ignore($"There is no {deviceName} device here.");
        }
        Accelerator = device!.CreateAccelerator(_context);
    }

    [OneTimeTearDown]
    public void CloseDevice()
    {
        Accelerator?.Dispose();
        _context.Dispose();
        if (IsPtxMachine)
        {
            Assert.That(PtxDriver.Violations, Is.Empty);
        }
    }

    /// <summary>Runs a kernel of one input and one output and compares with .NET, bit by bit.</summary>
    protected void Check<TIn, TOut>(Action<Index1D, ArrayView<TIn>, ArrayView<TOut>> kernel, TIn[] input)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        (TOut[] actual, TOut[] expected) = Run(kernel, input);
        Assert.That(actual, Is.EqualTo(expected));
    }

    /// <summary>As <see cref="Check{TIn,TOut}"/>, up to a relative error; NaN equals NaN.</summary>
    protected void CheckClose<T>(Action<Index1D, ArrayView<T>, ArrayView<T>> kernel, T[] input, double tolerance)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        (T[] actual, T[] expected) = Run(kernel, input);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.That(
                IsClose(double.CreateChecked(actual[i]), double.CreateChecked(expected[i]), tolerance), Is.True,
                $"f({input[i]}) is {actual[i]}, should be {expected[i]}");
        }
    }

    /// <summary>Runs a kernel of two inputs and one output and compares with .NET, bit by bit.</summary>
    protected void Check<T1, T2, TOut>(Action<Index1D, ArrayView<T1>, ArrayView<T2>, ArrayView<TOut>> kernel, T1[] first, T2[] second)
        where T1 : unmanaged
        where T2 : unmanaged
        where TOut : unmanaged
    {
        var expected = new TOut[first.Length];
        for (int i = 0; i < first.Length; i++)
        {
            kernel(i, first.AsArrayView(), second.AsArrayView(), expected.AsArrayView());
        }
        using var a = Accelerator.Allocate1D(first);
        using var b = Accelerator.Allocate1D(second);
        using var result = Accelerator.Allocate1D<TOut>(first.Length);
        result.MemSetToZero();
        var launcher = Accelerator.LoadAutoGroupedStreamKernel(kernel);
        launcher(first.Length, a.AsContiguous(), b.AsContiguous(), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(expected));
    }

    /// <summary>Runs an explicitly grouped kernel in one thread, compares its results with .NET's, and returns them.</summary>
    protected TOut[] CheckWhole<TIn, TOut>(Action<ArrayView<TIn>, ArrayView<TOut>> kernel, TIn[] input, int outputs)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        var expected = new TOut[outputs];
        kernel(input.AsArrayView(), expected.AsArrayView());
        using var source = Accelerator.Allocate1D(input);
        using var target = Accelerator.Allocate1D<TOut>(outputs);
        target.MemSetToZero();
        Accelerator.LoadStreamKernel(kernel)((1, 1), source.AsContiguous(), target.AsContiguous());
        TOut[] actual = target.GetAsArray1D();
        Assert.That(actual, Is.EqualTo(expected));
        return actual;
    }

    private (TOut[] Actual, TOut[] Expected) Run<TIn, TOut>(Action<Index1D, ArrayView<TIn>, ArrayView<TOut>> kernel, TIn[] input)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        var expected = new TOut[input.Length];
        ArrayView<TIn> hostInput = input.AsArrayView();
        ArrayView<TOut> hostOutput = expected.AsArrayView();
        for (int i = 0; i < input.Length; i++)
        {
            kernel(i, hostInput, hostOutput);
        }
        using var source = Accelerator.Allocate1D(input);
        using var target = Accelerator.Allocate1D<TOut>(input.Length);
        target.MemSetToZero();
        var launcher = Accelerator.LoadAutoGroupedStreamKernel(kernel);
        launcher(input.Length, source.AsContiguous(), target.AsContiguous());
        return (target.GetAsArray1D(), expected);
    }

    private static bool IsClose(double actual, double expected, double tolerance)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected))
        {
            return actual.Equals(expected);
        }
        return Math.Abs(actual - expected) <= tolerance * Math.Max(Math.Abs(expected), 1e-30) + 1e-44;
    }

    private static AcceleratorType TypeOf(string name) => name switch
    {
        "opencl" => AcceleratorType.OpenCL,
        "cuda" or "ptx sm_70" or "ptx sm_90" => AcceleratorType.Cuda,
        _ => AcceleratorType.CPU,
    };

    private Context.Builder Register(Context.Builder builder) => deviceName switch
    {
        "opencl" => builder.OpenCL(),
        "cuda" => builder.Cuda(),
        "ptx sm_70" or "ptx sm_90" => builder.Cuda(PtxDriver.Api),
        "simd" => builder.CPU(CPUDeviceKind.Nvidia).Unchecked(),
        _ => builder.CPU(CPUDeviceKind.Nvidia),
    };
}

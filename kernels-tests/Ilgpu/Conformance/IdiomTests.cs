using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using NUnit.Framework;
using static ILGPU.Algorithms.XMath;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Ways in which kernels are written in the wild that the other suites do not take.</summary>
public sealed class IdiomTests(string deviceName) : ConformanceFixture(deviceName)
{
    private interface IFold<T>
    {
        static abstract T Start { get; }

        static abstract T Add(T sum, T value);
    }

    private static void Unqualified(Index1D i, ArrayView<float> a, ArrayView<float> result) =>
        result[i] = Max(Sqrt(Abs(a[i])), Floor(a[i])) + Clamp(a[i], -1f, 1f) + (IsNaN(a[i]) ? PI : 0f);

    private static void ChosenElement(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> result)
    {
        ref int chosen = ref a[i] < b[i] ? ref a[i] : ref b[i];
        result[i] = chosen * 2;
    }

    private static void Configured(ArrayView<int> result) =>
        result[(Grid.GlobalIndex.X * Grid.DimY * Group.DimY) + Grid.GlobalIndex.Y] = (Grid.LinearIndex * 100) + Group.LinearIndex;

    // Lane, sum, difference and twice the value by inline PTX; elsewhere by C#.
    private static void InlinePtx(ArrayView<int> a, ArrayView<int> result)
    {
        int x = a[Group.IdxX];
        if (CudaAsm.IsSupported)
        {
            CudaAsm.Emit("mov.u32 %0, %%laneid;", out int lane);
            CudaAsm.Emit("add.s32 %0, %1, %2;", out int sum, lane, x);
            Input<int> of = x;
            Output<int> twice = default;
            Ref<int> running = sum;
            CudaAsm.EmitRef("{ .reg .b32 t; shl.b32 t, %0, 1; mov.b32 %1, t; sub.s32 %2, %2, %0; }", ref of, ref twice, ref running);
            result[(3 * Group.IdxX) + 0] = sum;
            result[(3 * Group.IdxX) + 1] = twice.Value;
            result[(3 * Group.IdxX) + 2] = running.Value;
        }
        else
        {
            result[(3 * Group.IdxX) + 0] = Group.IdxX + x;
            result[(3 * Group.IdxX) + 1] = x << 1;
            result[(3 * Group.IdxX) + 2] = Group.IdxX;
        }
    }

    [Test]
    public void FunctionsNeedNoClass() => Check<float, float>(Unqualified, Samples.Float32);

    [Test]
    public void ReferencesAreChosen()
    {
        var (a, b) = Samples.Pairs(Samples.Int32, [5, -5, 1000]);
        Check<int, int, int>(ChosenElement, a, b);
    }

    [Test]
    public void GenericClassesHoldKernels()
    {
        Check<int, int>(Folding<int, Sum<int>>.Run, Samples.Int32);
        Check<double, double>(Folding<double, Sum<double>>.Run, Samples.Ordinary64);
        Check<long, long>(Folding<long, Greatest<long>>.Run, Samples.Int64);
    }

    [Test]
    public void ConfigurationsAreNestedTuples()
    {
        int[] expected = new int[4 * 6];
        for (int x = 0; x < 4; x++)
        {
            for (int y = 0; y < 6; y++)
            {
                expected[(x * 6) + y] = (((y / 2 * 2) + (x / 2)) * 100) + (y % 2 * 2) + (x % 2);
            }
        }

        using var result = Accelerator.Allocate1D<int>(expected.Length);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Configured)(((2, 3, 1), (2, 2, 1)), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(expected));
    }

    [Test]
    public void InlinePtxRunsWhereThereIsPtx()
    {
        int[] values = [.. Enumerable.Range(0, 16).Select(k => (k * 37) - 100)];
        using var input = Accelerator.Allocate1D(values);
        using var result = Accelerator.Allocate1D<int>(3 * values.Length);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(InlinePtx)(
            (1, values.Length), input.AsContiguous(), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(values.SelectMany((x, k) => new[] { k + x, 2 * x, k })));
        Assert.That(CudaAsm.IsSupported, Is.False, "on the host");
    }

    private static class Folding<T, TFold>
        where T : unmanaged, INumber<T>
        where TFold : struct, IFold<T>
    {
        public static void Run(Index1D i, ArrayView<T> a, ArrayView<T> result)
        {
            T sum = TFold.Start;
            for (int k = 0; k <= i.X; k += 3)
            {
                sum = TFold.Add(sum, a[k]);
            }
            result[i] = sum;
        }
    }

    private readonly struct Sum<T> : IFold<T>
        where T : unmanaged, INumber<T>
    {
        public static T Start => T.Zero;

        public static T Add(T sum, T value) => unchecked(sum + value);
    }

    private readonly struct Greatest<T> : IFold<T>
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        public static T Start => T.MinValue;

        public static T Add(T sum, T value) => value > sum ? value : sum;
    }
}

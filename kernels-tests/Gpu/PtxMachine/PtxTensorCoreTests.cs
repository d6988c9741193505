using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>Matrix products, their loads and asynchronous copies compute what plain loops compute.</summary>
public sealed class PtxTensorCoreTests
{
    private static readonly PtxTarget[] s_targets = [Compiling.Sm80, Compiling.Sm90];

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-64, 65) / 16f)];
    }

    private static float[] Product(float[] a, float[] b, int depth)
    {
        var c = new float[16 * 8];
        for (var i = 0; i < c.Length; i++)
        {
            c[i] = Enumerable.Range(0, depth).Sum(k => a[(i / 8 * depth) + k] * b[(k * 8) + (i % 8)]);
        }
        return c;
    }

    [Test]
    public void Tf32([ValueSource(nameof(s_targets))] PtxTarget target, [Values(8, 24)] int depth)
    {
        var (a, b, c) = (Numbers(16 * depth, 1), Numbers(depth * 8, 2), new float[16 * 8]);
        PtxRunner.Run(CudaKernels.TensorProduct, target, (1, 1), 32, [a, b, c, depth]);
        Assert.That(c, Is.EqualTo(Product(a, b, depth)));
    }

    [Test]
    public void BFloat16StagedThroughSharedMemory([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        var (a, b, c) = (Numbers(16 * 16, 3), Numbers(16 * 8, 4), new float[16 * 8]);
        ushort[] Bits(float[] values) => [.. values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))];
        PtxRunner.Run(CudaKernels.StagedProduct, target, (1, 1), 32, [Bits(a), Bits(b), c]);
        Assert.That(c, Is.EqualTo(Product(a, b, 16)));
    }

    // Columns of b lie together: LoadRight instead of LoadRightByRows; halves instead of bfloat16.
    private static void HalfProduct(ArrayView<System.Half> a, ArrayView<System.Half> columns, ArrayView<float> c)
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }
        var tileA = SharedMemory.Allocate<System.Half>(16 * 16);
        var tileB = SharedMemory.Allocate<System.Half>(8 * 16);
        int lane = Warp.LaneIdx;
        for (int i = lane; i < 256; i += 32)
        {
            tileA[i] = a[i];
        }
        for (int i = lane; i < 128; i += 32)
        {
            tileB[i] = columns[i];
        }
        Group.Barrier();
        var left = TensorCores.LoadLeft(ref tileA[(lane % 16 * 16) + (lane / 16 * 8)]);
        var right = TensorCores.LoadRight(ref tileB[(lane % 8 * 16) + (lane / 8 % 2 * 8)]);
        AccumulatorFragment sum = default;
        TensorCores.MultiplyHalf(ref sum, left, right);
        int row = lane / 4, column = lane % 4 * 2;
        c[(row * 8) + column] = sum.C0;
        c[(row * 8) + column + 1] = sum.C1;
        c[((row + 8) * 8) + column] = sum.C2;
        c[((row + 8) * 8) + column + 1] = sum.C3;
    }

    [Test]
    public void HalvesFromColumns([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        var (a, b, c) = (Numbers(16 * 16, 5), Numbers(16 * 8, 6), new float[16 * 8]);
        ushort[] Bits(IEnumerable<float> values) => [.. values.Select(v => BitConverter.HalfToUInt16Bits((System.Half)v))];
        var columns = Enumerable.Range(0, 8).SelectMany(column => Enumerable.Range(0, 16).Select(row => b[(row * 8) + column]));
        PtxRunner.Run(HalfProduct, target, (1, 1), 32, [Bits(a), Bits(columns), c]);
        Assert.That(c, Is.EqualTo(Product(a, b, 16)));
    }

    // Both factors with their depth along the rows of shared memory, where ldmatrix reads 32-bit elements as well; 16 columns at once.
    private static void PairProduct(ArrayView<float> a, ArrayView<float> columns, ArrayView<float> c)
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }
        var tileA = SharedMemory.Allocate<uint>(16 * 8);
        var tileB = SharedMemory.Allocate<uint>(16 * 8);
        int lane = Warp.LaneIdx;
        for (int i = lane; i < 128; i += 32)
        {
            tileA[i] = TensorCores.ToTf32(a[i]);
            tileB[i] = TensorCores.ToTf32(columns[i]);
        }

        Group.Barrier();
        var left = TensorCores.LoadLeft(ref tileA[(lane % 16 * 8) + (lane / 16 * 4)]);
        var right = TensorCores.LoadRightPair(ref tileB[(((lane / 16 * 8) + (lane % 8)) * 8) + (lane / 8 % 2 * 4)]);
        AccumulatorFragment first = default, second = default;
        TensorCores.MultiplyTf32(ref first, left, right.First);
        TensorCores.MultiplyTf32(ref second, left, right.Second);
        int row = lane / 4, column = lane % 4 * 2;
        c[(row * 16) + column] = first.C0;
        c[(row * 16) + column + 1] = first.C1;
        c[((row + 8) * 16) + column] = first.C2;
        c[((row + 8) * 16) + column + 1] = first.C3;
        c[(row * 16) + column + 8] = second.C0;
        c[(row * 16) + column + 9] = second.C1;
        c[((row + 8) * 16) + column + 8] = second.C2;
        c[((row + 8) * 16) + column + 9] = second.C3;
    }

    [Test]
    public void Tf32FromColumnsTwoFragmentsAtOnce([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        var (a, columns, c) = (Numbers(16 * 8, 7), Numbers(16 * 8, 8), new float[16 * 16]);
        PtxRunner.Run(PairProduct, target, (1, 1), 32, [a, columns, c]);
        Assert.That(
            c,
            Is.EqualTo(
                Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Sum(k => a[(i / 16 * 8) + k] * columns[(i % 16 * 8) + k]))));
    }

    [Test]
    public void InlineAssemblyRuns([ValueSource(nameof(s_targets))] PtxTarget target)
    {
        int[] a = [.. Enumerable.Range(0, 40).Select(i => 3 * i)];
        PtxRunner.Run(CudaKernels.InlineAssembly, target, (2, 1), 32, [a], a.Length);
        Assert.That(a, Is.EqualTo(Enumerable.Range(0, 40).Select(i => (2 * ((i % 32) + (3 * i))) + (i % 32) + (2 * ((i % 32) + (3 * i))))));
    }
}

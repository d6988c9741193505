using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Local memory and arrays of constant size.</summary>
public sealed class LocalMemoryTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_inputs = [.. Enumerable.Range(0, 70)];

    [Test]
    public void ArraysOfConstantSize()
    {
        Check<int, int>(Kernel, s_inputs);

        static void Kernel(Index1D i, ArrayView<int> a, ArrayView<int> result)
        {
            int[] values = new int[8];
            for (int k = 0; k < values.Length; k++)
            {
                values[(k * 3) & 7] += a[i] + k;
            }
            result[i] = values[a[i] & 7] * 10 + values.Length;
        }
    }

    [Test]
    public void InitialisedArrays()
    {
        Check<int, int>(Kernel, s_inputs);

        static void Kernel(Index1D i, ArrayView<int> a, ArrayView<int> result)
        {
            int[] table = [3, 1, 4, 1, 5, 9, 2, 6];
            byte[] small = [1, 2, 3, 4];
            result[i] = table[a[i] & 7] * 10 + small[a[i] & 3];
        }
    }

    [Test]
    public void ArraysOfTwoDimensions()
    {
        Check<int, int>(Kernel, s_inputs);

        static void Kernel(Index1D i, ArrayView<int> a, ArrayView<int> result)
        {
            var grid = new int[3, 4];
            for (int x = 0; x < 3; x++)
            {
                for (int y = 0; y < 4; y++)
                {
                    grid[x, y] = x * 10 + y + a[i];
                }
            }

            result[i] = grid[a[i] % 3, a[i] % 4] + grid.GetLength(1);
        }
    }

    [Test]
    public void LocalAllocations()
    {
        using var result = Accelerator.Allocate1D<int>(20);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Kernel)(20, result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 20).Select(i => i * (15 - i % 16) + 16 + (i + i % 4) * 100)));

        static void Kernel(Index1D i, ArrayView<int> target)
        {
            ArrayView<int> local = LocalMemory.Allocate<int>(16);
            ArrayView2D<short, Stride2D.DenseX> plane =
                LocalMemory.Allocate2D<short, Stride2D.DenseX>(new Index2D(4, 2), new Stride2D.DenseX(4));
            for (int k = 0; k < 16; k++)
            {
                local[15 - k] = i * k;
            }
            for (int k = 0; k < 8; k++)
            {
                plane[k % 4, k / 4] = (short)(i + k);
            }
            target[i] = local[i % 16] + local.IntLength + plane[i % 4, 0] * 100;
        }
    }

    [Test]
    public void ArraysOfStructs()
    {
        Check<int, int>(Kernel, s_inputs);

        static void Kernel(Index1D i, ArrayView<int> a, ArrayView<int> result)
        {
            var points = new (int X, float Y)[4];
            for (int k = 0; k < 4; k++)
            {
                points[k] = (a[i] + k, k * 0.5f);
            }
            points[a[i] & 3].X *= 2;
            (int x, float y) = points[(a[i] + 1) & 3];
            result[i] = x + (int)(y * 4) + points[0].X;
        }
    }

    [Test]
    public void RegisterTiles()
    {
        Check<float, float>(Kernel, [.. s_inputs.Select(v => (float)v)]);

        static void Kernel(Index1D i, ArrayView<float> a, ArrayView<float> result)
        {
            float[] tile = new float[16];
            for (int k = 0; k < 4; k++)
            {
                for (int x = 0; x < 4; x++)
                {
                    for (int y = 0; y < 4; y++)
                    {
                        tile[x * 4 + y] += (a[i] + x) * (k - y);
                    }
                }
            }

            float sum = 0;
            for (int k = 0; k < 16; k++)
            {
                sum += tile[k] * k;
            }
            result[i] = sum;
        }
    }

    [Test]
    public void SpecializedSizes()
    {
        using var result = Accelerator.Allocate1D<int>(8);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, SpecializedValue<int>>(Kernel);
        foreach (int n in new[] { 4, 8, 4 })
        {
            kernel(8, result.AsContiguous(), SpecializedValue.New(n));
            Assert.That(
                result.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => Enumerable.Range(0, n).Sum(k => i + k) + n * 1000)));
        }

        static void Kernel(Index1D i, ArrayView<int> target, SpecializedValue<int> n)
        {
            ArrayView<int> local = LocalMemory.Allocate<int>(n);
            for (int k = 0; k < n; k++)
            {
                local[k] = i + k;
            }
            int sum = 0;
            for (int k = 0; k < n.Value; k++)
            {
                sum += local[k];
            }
            target[i] = sum + local.IntLength * 1000;
        }
    }

    [Test]
    public void SpecializedSharedSizes()
    {
        using var result = Accelerator.Allocate1D<int>(8);
        var kernel = Accelerator.LoadStreamKernel<SpecializedValue<int>, ArrayView<int>, SpecializedValue<float>>(Kernel);
        kernel((1, 8), SpecializedValue.New(8), result.AsContiguous(), SpecializedValue.New(2f));
        Assert.That(result.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => (7 - i) * 2)));

        static void Kernel(SpecializedValue<int> n, ArrayView<int> target, SpecializedValue<float> factor)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(n);
            shared[Group.IdxX] = Group.IdxX;
            Group.Barrier();
            target[Group.IdxX] = (int)(shared[n - 1 - Group.IdxX] * factor);
        }
    }
}

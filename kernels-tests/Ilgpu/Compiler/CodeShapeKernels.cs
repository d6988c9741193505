using ILGPU;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Kernels whose emitted code has a shape worth looking at: vectors, unrolled loops, tables, predicates.</summary>
public static class CodeShapeKernels
{
    /// <summary>Four floats that are read and written at once.</summary>
    public struct Float4
    {
        public float X, Y, Z, W;
    }

    /// <summary>y = 2 x, four elements at once through a view of structs.</summary>
    public static void ScaleQuads(Index1D i, ArrayView<float> x, ArrayView<float> y)
    {
        var value = x.Cast<Float4>()[i];
        value.X *= 2;
        value.Y *= 2;
        value.Z *= 2;
        value.W *= 2;
        y.Cast<Float4>()[i] = value;
    }

    /// <summary>The same through shared memory.</summary>
    public static void StageQuads(ArrayView<float> x, ArrayView<float> y)
    {
        var tile = SharedMemory.Allocate<float>(256);
        int at = (Grid.IdxX * 64) + Group.IdxX;
        tile.Cast<Float4>()[Group.IdxX] = x.Cast<Float4>()[at];
        Group.Barrier();
        var value = tile.Cast<Float4>()[63 - Group.IdxX];
        y.Cast<Float4>()[at] = value;
    }

    /// <summary>The dot product of two rows of any length.</summary>
    public static void RowProducts(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int length)
    {
        float sum = 0;
        for (int k = 0; k < length; k++)
        {
            sum += a[(i * length) + k] * b[k];
        }
        c[i] = sum;
    }

    /// <summary>A sum over a grid-stride loop.</summary>
    public static void StridedSums(ArrayView<float> a, ArrayView<float> c)
    {
        float sum = 0;
        for (int k = Grid.GlobalIndex.X; k < a.IntLength; k += Grid.DimX * Group.DimX)
        {
            sum += a[k];
        }
        c[Grid.GlobalIndex.X] = sum;
    }

    /// <summary>Reads a before a fence, b on both sides and c behind it; the fence is one thread's.</summary>
    public static void AroundAFence(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> sums)
    {
        int i = Grid.GlobalIndex.X;
        sums[i] = a[i] + b[i];
        if (Group.IdxX == 0)
        {
            MemoryFence.DeviceLevel();
        }
        Group.Barrier();
        sums[i] += b[i] + c[i];
    }

    /// <summary>A sum of elements at a start plus offsets.</summary>
    public static void GatherFrom(Index1D i, ArrayView<int> values, ArrayView<int> offsets, ArrayView<int> result, int start, int count)
    {
        int sum = 0;
        for (int k = 0; k < count; k++)
        {
            sum += values[start + offsets[k]];
        }
        result[i] = sum;
    }

    /// <summary>The upper halves of products of 32-bit numbers, without signs and with.</summary>
    public static void UpperHalves(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> unsigned, ArrayView<int> signed)
    {
        unsigned[i] = (int)(((ulong)(uint)a[i] * (uint)b[i]) >> 32);
        signed[i] = (int)(((long)a[i] * b[i]) >> 32);
    }

    /// <summary>One of many small functions.</summary>
    public static void Dispatch(Index1D i, ArrayView<int> operation, ArrayView<float> x)
    {
        switch (operation[i])
        {
            case 0:
                x[i] += 1;
                break;
            case 1:
                x[i] *= 3;
                break;
            case 2:
                x[i] = -x[i];
                break;
            case 3:
                x[i] = 1 / x[i];
                break;
            case 4:
                x[i] = XMathSqrt(x[i]);
                break;
            case 5:
                x[i] = 0;
                break;
            default:
                x[i] = 42;
                break;
        }
    }

    /// <summary>Stores under short conditions.</summary>
    public static void GuardedStores(Index1D i, ArrayView<float> x, ArrayView<float> y, int count)
    {
        if (i < count)
        {
            y[i] = x[i];
        }
        if (x[i] > 1)
        {
            y[i + count] = 1;
        }
    }

    private static float XMathSqrt(float x) => System.MathF.Sqrt(x);
}

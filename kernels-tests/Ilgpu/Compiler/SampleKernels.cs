using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Kernels that between them use every construct the compiler knows.</summary>
public static class SampleKernels
{
    public interface IBinary
    {
        static abstract float Apply(float a, float b);
    }

    public readonly struct AddOperation : IBinary
    {
        public static float Apply(float a, float b) => a + b;
    }

    public readonly struct MultiplyOperation : IBinary
    {
        public static float Apply(float a, float b) => a * b;
    }

    public enum Channel : byte
    {
        Red,
        Green,
        Blue,
    }

    public struct Pixel
    {
        public float Value;
        public double Weight;
        public byte Flags;
        public int Count;
    }

    public struct Arguments
    {
        public float Scale;
        public ArrayView<float> Offsets;
        public Pixel Template;
    }

    public static void Map(Index1D i, ArrayView<float> a, ArrayView<float> b, float s) => b[i] = (a[i] * s) + 1;

    public static void Map2D(Index2D i, ArrayView2D<float, Stride2D.DenseX> v, ArrayView1D<float, Stride1D.Dense> w)
    {
        v[i] = w[i.X] + i.Y;
        v[i.X, i.Y] += 1;
    }

    public static void Generic<TOperation>(Index1D i, ArrayView<float> a)
        where TOperation : struct, IBinary => a[i] = TOperation.Apply(a[i], 3);

    public static void Structs(Index1D i, Arguments arguments, ArrayView<Pixel> pixels, (int Number, float Factor) pair, Channel channel)
    {
        var pixel = pixels[i];
        Scale(ref pixel, arguments.Scale, out var before);
        pixel.Value += (pair.Factor * before) + arguments.Offsets[i];
        pixel.Count = arguments.Template.Count + pair.Number;
        pixel.Flags = (byte)channel;
        pixels[i] = pixel;

        static void Scale(ref Pixel pixel, in float factor, out float before)
        {
            before = pixel.Value;
            pixel.Value *= factor;
        }
    }

    public static void Arrays(Index1D i, ArrayView<int> a)
    {
        var x = new int[4];
        for (int k = 0; k < x.Length; k++)
        {
            x[k] = a[i] + k;
        }
        int[] y = [1, 2, 3, 5];
        var z = new int[2, 3];
        z[1, 2] = a[i];
        a[i] = x[1] + y[2] + x[a[i] & 3] + z[1, 2] + z[0, 0];
    }

    public static void Switches(Index1D i, ArrayView<int> a)
    {
        a[i] = (a[i] % 6) switch
        {
            0 => 10,
            1 => 20,
            2 => 31,
            3 => 44,
            > 4 => 7,
            _ => -1,
        };
        switch ((Channel)(a[i] & 3))
        {
            case Channel.Red:
                a[i] += 100;
                break;
            case Channel.Blue when a[i] > 5:
                a[i] += 200;
                break;
        }
    }

    public static void Specialized(Index1D i, ArrayView<int> a, SpecializedValue<int> n)
    {
        int sum = 0;
        for (int k = 0; k < n; k++)
        {
            sum += a[i] * k;
        }
        var local = LocalMemory.Allocate<int>(n);
        for (int k = 0; k < n; k++)
        {
            local[k] = k + sum;
        }
        a[i] = local[n - 1];
    }

    public static void Reduce(ArrayView<float> input, ArrayView<float> output)
    {
        var partial = SharedMemory.Allocate<float>(32);
        float sum = 0;
        for (int i = Grid.GlobalIndex.X; i < input.Length; i += Group.DimX * Grid.DimX)
        {
            sum += input[i];
        }
        for (int delta = Warp.WarpSize / 2; delta > 0; delta /= 2)
        {
            sum += Warp.ShuffleDown(sum, delta);
        }
        if (Warp.LaneIdx == 0)
        {
            partial[Warp.WarpIdx] = sum;
        }
        Group.Barrier();
        if (Group.IsFirstThread)
        {
            float total = 0;
            for (int w = 0; w < (Group.DimX + Warp.WarpSize - 1) / Warp.WarpSize; w++)
            {
                total += partial[w];
            }
            Atomic.Add(ref output[0], total);
        }
    }

    public static void Histogram(Index1D i, ArrayView<byte> data, ArrayView<int> bins, ArrayView<long> most, ArrayView<double> sums)
    {
        Atomic.Add(ref bins[(int)data[i]], 1);
        Atomic.Max(ref most[0], (long)data[i]);
        Atomic.Max(ref sums[0], data[i]);
        Atomic.Add(ref sums[1], data[i]);
    }

    public static void DynamicShared(ArrayView<int> output)
    {
        var memory = SharedMemory.GetDynamic<int>();
        memory[Group.IdxX] = Group.IdxX;
        Group.Barrier();
        output[Grid.GlobalIndex.X] = memory[Group.DimX - 1 - Group.IdxX] + memory.IntLength;
    }

    public static void Halves(Index1D i, ArrayView<ILGPU.Half> a, ArrayView<BFloat16> b, ArrayView<System.Half> c)
    {
        a[i] = a[i] + (ILGPU.Half)2f;
        b[i] = (BFloat16)((float)b[i] * 2);
        c[i] = c[i] * (System.Half)3f;
    }

    public static void Rounding(Index1D i, ArrayView<float> a)
    {
        float x = a[i];
        a[i] = MathF.Max(MathF.Abs(x), 1) + MathF.Sqrt(x) + MathF.Floor(x) + (float.IsNaN(x) ? 1 : 2) + (int)x + (byte)x + (uint)x;
    }

    public static void Transcendental(Index1D i, ArrayView<float> a)
    {
        float x = a[i],
            y = MathF.Exp(x) + MathF.Log(x) + MathF.Log2(x) + MathF.Log10(x) + MathF.Pow(x, 1.5f) + XMath.Rsqrt(x) + XMath.Exp2(x);
        y += MathF.Sin(x) + MathF.Cos(x) + MathF.Tan(x) + MathF.Asin(x) + MathF.Acos(x) + MathF.Atan(x) + MathF.Atan2(x, 2);
        y += MathF.Sinh(x) + MathF.Cosh(x) + MathF.Tanh(x) + MathF.IEEERemainder(x, 3) + (x % 7) + MathF.Round(
            x, MidpointRounding.AwayFromZero);
        a[i] = y;
    }

    public static void TranscendentalDouble(Index1D i, ArrayView<double> a)
    {
        double x = a[i], y = Math.Exp(x) + Math.Log(x) + Math.Log2(x) + Math.Log10(x) + Math.Pow(x, 1.5) + XMath.Rsqrt(x) + XMath.Exp2(x);
        y += Math.Sin(x) + Math.Cos(x) + Math.Tan(x) + Math.Asin(x) + Math.Acos(x) + Math.Atan(x) + Math.Atan2(x, 2);
        y += Math.Sinh(x) + Math.Cosh(x) + Math.Tanh(x) + Math.IEEERemainder(x, 3) + (x % 7) + Math.Round(x, MidpointRounding.AwayFromZero);
        a[i] = y;
    }

    public static void Integers(Index1D i, ArrayView<int> a, ArrayView<ulong> b)
    {
        int x = a[i];
        ulong y = b[i];
        x ^= System.Numerics.BitOperations.PopCount((uint)x) + System.Numerics.BitOperations.LeadingZeroCount((uint)x);
        y += (ulong)System.Numerics.BitOperations.TrailingZeroCount(y) + System.Numerics.BitOperations.RotateLeft(y, x);
        y ^= Math.BigMul((uint)x, (uint)y) / ((y >> 7) | 1);
        a[i] = Math.Clamp(x << (x & 31), -1000, 1000) + (int)(y % 97) + (sbyte)x + (short)y + (x >>> 3) + int.Max(x, 7);
        b[i] = y;
    }

    public record struct Point(float X, float Y);

    public unsafe struct Window
    {
        public fixed float Taps[5];
        public int Center;
    }

    public static unsafe void Tuples(Index1D i, ArrayView<Point> points, Window window, ArrayView<(int, float)> pairs)
    {
        var point = points[i] with { X = window.Taps[2] };
        (int count, float sum) = pairs[i];
        var table = new int[3, 5];
        float total = 0;
        for (int k = 0; k < table.GetLength(1); k++)
        {
            total += window.Taps[k];
        }
        points[i] = new Point(point.X + total, point.Y * window.Taps[count % 5]);
        pairs[i] = (count + table.Length, sum + window.Center);
    }

    public static void Vectors(Index1D i, ArrayView<float> a, ArrayView<float> b)
    {
        int first = i * 4;
        for (int k = 0; k < 4; k++)
        {
            b[first + k] = a[first + k] + k;
        }
    }

    /// <summary>c = a * b, tiles of 64 x 64 x 8 in shared memory, 4 x 4 results a thread in registers.</summary>
    public static void TiledGemm(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, int m, int n, int depth)
    {
        const int Tile = 64, Deep = 8, Own = 4, Threads = 256;
        var tileA = SharedMemory.Allocate<float>(Deep * Tile);
        var tileB = SharedMemory.Allocate<float>(Deep * Tile);
        int thread = Group.IdxX, column = thread % 16, row = thread / 16;
        int firstRow = Grid.IdxY * Tile, firstColumn = Grid.IdxX * Tile;
        var sums = new float[Own * Own];
        var partA = new float[Own];
        var partB = new float[Own];
        for (int k = 0; k < depth; k += Deep)
        {
            for (int e = thread; e < Tile * Deep; e += Threads)
            {
                int r = firstRow + (e / Deep), q = k + (e % Deep);
                tileA[((e % Deep) * Tile) + (e / Deep)] = r < m && q < depth ? a[(r * depth) + q] : 0;
            }

            for (int e = thread; e < Tile * Deep; e += Threads)
            {
                int q = k + (e / Tile), r = firstColumn + (e % Tile);
                tileB[e] = r < n && q < depth ? b[(q * n) + r] : 0;
            }

            Group.Barrier();
            for (int q = 0; q < Deep; q++)
            {
                for (int i = 0; i < Own; i++)
                {
                    partA[i] = tileA[(q * Tile) + (row * Own) + i];
                }
                for (int j = 0; j < Own; j++)
                {
                    partB[j] = tileB[(q * Tile) + (column * Own) + j];
                }
                for (int i = 0; i < Own; i++)
                {
                    for (int j = 0; j < Own; j++)
                    {
                        sums[(i * Own) + j] += partA[i] * partB[j];
                    }
                }
            }

            Group.Barrier();
        }

        for (int i = 0; i < Own; i++)
        {
            for (int j = 0; j < Own; j++)
            {
                int r = firstRow + (row * Own) + i, q = firstColumn + (column * Own) + j;
                if (r < m && q < n)
                {
                    c[(r * n) + q] = sums[(i * Own) + j];
                }
            }
        }
    }

    /// <summary>Every sample kernel, closed over its type arguments.</summary>
    public static IEnumerable<TestCaseData> All()
    {
        Delegate[] kernels =
        [
            Map, Map2D, Generic<AddOperation>, Generic<MultiplyOperation>, Structs, Arrays, Switches, Reduce, Histogram, DynamicShared,
            Halves, Rounding, Transcendental, TranscendentalDouble, Integers, Tuples, Vectors, TiledGemm,
        ];
        return kernels.Select(kernel => new TestCaseData(kernel).SetArgDisplayNames(kernel.Method.Name));
    }
}

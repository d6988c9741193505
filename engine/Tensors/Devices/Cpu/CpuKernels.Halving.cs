using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Pooling with adjacent windows of 2 × 2 that cover the plane: rows need not be deinterleaved, and each belongs to one row of windows. The
/// results equal those of the general kernels.
/// </summary>
internal sealed unsafe partial class CpuKernels
{
    /// <summary>Windows per vector: as many as a row of the smallest planes has.</summary>
    private const int WindowsAtOnce = 4;

    private static bool IsHalving(in PoolGeometry g) =>
        g is { KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, PadTop: 0, PadLeft: 0, DilationH: 1, DilationW: 1 }
        && (g.H, g.W) == (2 * g.OutH, 2 * g.OutW);

    private void RunHalving<TPass>(in PoolGeometry g, DeviceSpan x, DeviceSpan half, DeviceSpan y)
        where TPass : struct, IHalvingPass =>
        For(PoolTasks(g), new HalvingTask<TPass>(g, x, half, y));

    /// <summary>A pooling pass over one row of windows, which covers two rows of the plane.</summary>
    private interface IHalvingPass
    {
        /// <param name="x">two contiguous rows of a plane</param>
        /// <param name="half">one number per window; the output of a forward pass</param>
        /// <param name="y">two rows: the output of a backward pass</param>
        /// <param name="count">number of windows</param>
        static abstract void Run(float* x, float* half, float* y, int count);
    }

    private readonly struct HalvingTask<TPass>(PoolGeometry g, DeviceSpan x, DeviceSpan half, DeviceSpan y) : ITask
        where TPass : struct, IHalvingPass
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = PoolTaskRows(task, g);
            var both = 2L * g.W;
            for (var row = firstRow; row < endRow; row++)
            {
                TPass.Run(x.Pointer() + (row * both), half.Pointer() + (row * g.OutW), y.Pointer() + (row * both), g.OutW);
            }
        }
    }

    /// <summary>half = the mean of each window, summed in float64.</summary>
    private readonly struct MeanForward : IHalvingPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run(float* x, float* half, float* y, int count)
        {
            var below = x + (2 * count);
            var i = 0;
            for (; i <= count - WindowsAtOnce; i += WindowsAtOnce)
            {
                var (first, second) = (EvenAndOdd(x + (2 * i)), EvenAndOdd(below + (2 * i)));
                var sum = Vector256.WidenLower(first) + Vector256.WidenUpper(first);
                sum = (sum + Vector256.WidenLower(second) + Vector256.WidenUpper(second)) * 0.25;
                (Avx.IsSupported ? Avx.ConvertToVector128Single(sum) : Vector128.Narrow(sum.GetLower(), sum.GetUpper())).Store(half + i);
            }

            for (; i < count; i++)
            {
                half[i] = (float)(((double)x[2 * i] + x[(2 * i) + 1] + below[2 * i] + below[(2 * i) + 1]) * 0.25);
            }
        }
    }

    /// <summary>y = a quarter of the window's gradient in half.</summary>
    private readonly struct MeanBackward : IHalvingPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run(float* x, float* half, float* y, int count)
        {
            var below = y + (2 * count);
            var i = 0;
            for (; i <= count - WindowsAtOnce; i += WindowsAtOnce)
            {
                var share = Vector128.Load(half + i) * 0.25f;
                var twice = Pairs(share, share);
                twice.Store(y + (2 * i));
                twice.Store(below + (2 * i));
            }

            for (; i < count; i++)
            {
                var share = half[i] * 0.25f;
                (y[2 * i], y[(2 * i) + 1], below[2 * i], below[(2 * i) + 1]) = (share, share, share, share);
            }
        }
    }

    /// <summary>half = the maximum of each window.</summary>
    private readonly struct MaximumForward : IHalvingPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run(float* x, float* half, float* y, int count)
        {
            var below = x + (2 * count);
            for (var i = 0; i < count; i += WindowsAtOnce)
            {
                // Whole vectors are read, also beyond the plane: a comparison takes a fraction of a mispredicted branch.
                var (first, second) = (EvenAndOdd(x + (2 * i)), EvenAndOdd(below + (2 * i)));
                Store(Best(first, second), half + i, count - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Best(Vector256<float> first, Vector256<float> second)
        {
            var best = first.GetLower();
            best = Vector128.ConditionalSelect(Wins(first.GetUpper(), best), first.GetUpper(), best);
            best = Vector128.ConditionalSelect(Wins(second.GetLower(), best), second.GetLower(), best);
            return Vector128.ConditionalSelect(Wins(second.GetUpper(), best), second.GetUpper(), best);
        }
    }

    /// <summary>y = the window's gradient in half at the maximum of x, the first of equals, and 0 elsewhere.</summary>
    private readonly struct MaximumBackward : IHalvingPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run(float* x, float* half, float* y, int count)
        {
            var below = x + (2 * count);
            var yBelow = y + (2 * count);
            for (var i = 0; i < count; i += WindowsAtOnce)
            {
                var (first, second) = (EvenAndOdd(x + (2 * i)), EvenAndOdd(below + (2 * i)));
                var share = Vector128.Load(half + i);
                var best = first.GetLower();
                var is1 = Wins(first.GetUpper(), best);
                best = Vector128.ConditionalSelect(is1, first.GetUpper(), best);
                var is2 = Wins(second.GetLower(), best);
                best = Vector128.ConditionalSelect(is2, second.GetLower(), best);
                var is3 = Wins(second.GetUpper(), best);
                is2 = Vector128.AndNot(is2, is3);
                is1 = Vector128.AndNot(is1, is2 | is3);
                var is0 = ~(is1 | is2 | is3);
                Store(Pairs(share & is0, share & is1), y + (2 * i), count - i);
                Store(Pairs(share & is2, share & is3), yBelow + (2 * i), count - i);
            }
        }
    }

    /// <summary>Deinterleaves eight numbers: 0, 2, 4, 6, 1, 3, 5, 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> EvenAndOdd(float* x) =>
        Vector256.Shuffle(Vector256.Load(x), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7));

    /// <summary>Interleaves even and odd numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(Vector128<float> even, Vector128<float> odd) =>
        Vector256.Shuffle(Vector256.Create(even, odd), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));

    /// <summary>Stores the first <paramref name="count"/> numbers, if those are fewer than all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> values, float* destination, int count)
    {
        if (count >= WindowsAtOnce)
        {
            values.Store(destination);
            return;
        }

        if (count >= 2)
        {
            values.GetLower().Store(destination);
        }

        if (count % 2 != 0)
        {
            destination[count - 1] = count == 1 ? values[0] : values[2];
        }
    }

    /// <summary>Stores the first <paramref name="count"/> pairs, if those are fewer than all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> values, float* destination, int count)
    {
        if (count >= WindowsAtOnce)
        {
            values.Store(destination);
            return;
        }

        if (count >= 2)
        {
            values.GetLower().Store(destination);
        }

        if (count % 2 != 0)
        {
            (count == 1 ? values.GetLower() : values.GetUpper()).GetLower().Store(destination + (2 * (count - 1)));
        }
    }

    /// <summary>Whether a candidate replaces the best so far, as in <see cref="PoolMaxima"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Wins(Vector128<float> candidate, Vector128<float> best) =>
        Vector128.AndNot(Vector128.Equals(best, best), Vector128.LessThanOrEqual(candidate, best));
}

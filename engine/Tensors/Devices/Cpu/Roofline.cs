using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// The machine's roofline (Williams, Waterman and Patterson 2009): peak arithmetic of independent fused multiply-adds, and bandwidth of
/// copying arrays larger than the caches. It is measured, not looked up, so that it reflects the present clock rate and load.
/// </summary>
/// <param name="FlopsPerSecond">floating-point operations per second, two per multiply-add</param>
/// <param name="BytesPerSecond">bytes read and written per second</param>
internal readonly record struct Roofline(double FlopsPerSecond, double BytesPerSecond)
{
    private const int Chains = 12;
    private const int Links = 100_000;
    private const int TasksPerThread = 8;

    /// <summary>How long each measurement is repeated: longer than another program's time slice.</summary>
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(0.3);

    /// <summary>Floats of each of the two arrays that are copied: 64 MB, more than most caches hold.</summary>
    private const int CopiedFloats = 16 << 20;

    private const int FloatsPerCopy = 64 << 10;

    /// <summary>Measures the processor; takes about 0.7 seconds.</summary>
    /// <param name="threads">number of threads</param>
    public static Roofline Measure(int threads)
    {
        using var workers = new CpuThreads(threads);
        return new Roofline(Arithmetic(workers), Traffic(workers));
    }

    /// <summary>The shortest time in which this machine could do the work.</summary>
    public TimeSpan LeastTime(OpCost cost) => TimeSpan.FromSeconds(Math.Max(cost.Flops / FlopsPerSecond, cost.Bytes / BytesPerSecond));

    /// <summary>
    /// <see cref="LeastTime"/> as a fraction of the elapsed time, nominally at most 1. It exceeds 1 if data came from a cache instead of
    /// memory, or if the algorithm needs fewer operations than the nominal cost (Winograd's).
    /// </summary>
    public double Share(OpCost cost, TimeSpan elapsed) => LeastTime(cost) / elapsed;

    private static double Arithmetic(CpuThreads threads)
    {
        var (lanes, chains) = Vector512.IsHardwareAccelerated ? (Simd512.Lanes, (Func<float>)Multiply<Vector512<float>, Simd512>)
            : Vector256.IsHardwareAccelerated ? (Simd256.Lanes, Multiply<Vector256<float>, Simd256>)
            : (Simd128.Lanes, Multiply<Vector128<float>, Simd128>);
        var tasks = TasksPerThread * threads.Count;
        var seconds = Best(() => threads.For(tasks, new MultiplyTask(chains, new float[tasks])));
        return 2.0 * Chains * Links * lanes * tasks / seconds;
    }

    private static double Traffic(CpuThreads threads)
    {
        var (from, to) = (new float[CopiedFloats], new float[CopiedFloats]);
        Array.Fill(from, 1);
        return 2.0 * sizeof(float) * CopiedFloats / Best(() => threads.For(CopiedFloats / FloatsPerCopy, new CopyTask(from, to)));
    }

    private static double Best(Action work)
    {
        work();
        var best = double.MaxValue;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_duration;)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    /// <summary>
    /// Independent chains: enough to fill two units of four cycles' latency, and few enough for 16 registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Multiply<TVector, TSimd>()
        where TVector : struct
        where TSimd : struct, ISimd<TVector>
    {
        var (factor, summand) = (TSimd.Broadcast(0.5f), TSimd.Broadcast(1));
        TVector c0 = factor, c1 = factor, c2 = factor, c3 = factor, c4 = factor, c5 = factor;
        TVector c6 = factor, c7 = factor, c8 = factor, c9 = factor, c10 = factor, c11 = factor;
        for (var i = 0; i < Links; i++)
        {
            c0 = TSimd.MultiplyAdd(c0, factor, summand);
            c1 = TSimd.MultiplyAdd(c1, factor, summand);
            c2 = TSimd.MultiplyAdd(c2, factor, summand);
            c3 = TSimd.MultiplyAdd(c3, factor, summand);
            c4 = TSimd.MultiplyAdd(c4, factor, summand);
            c5 = TSimd.MultiplyAdd(c5, factor, summand);
            c6 = TSimd.MultiplyAdd(c6, factor, summand);
            c7 = TSimd.MultiplyAdd(c7, factor, summand);
            c8 = TSimd.MultiplyAdd(c8, factor, summand);
            c9 = TSimd.MultiplyAdd(c9, factor, summand);
            c10 = TSimd.MultiplyAdd(c10, factor, summand);
            c11 = TSimd.MultiplyAdd(c11, factor, summand);
        }

        // The result depends on all chains, so that the compiler removes none.
        c0 = TSimd.MultiplyAdd(
            c0, c1,
            TSimd.MultiplyAdd(
                c2, c3,
                TSimd.MultiplyAdd(c4, c5, TSimd.MultiplyAdd(c6, c7, TSimd.MultiplyAdd(c8, c9, TSimd.MultiplyAdd(c10, c11, factor))))));
        var lanes = stackalloc float[TSimd.Lanes];
        TSimd.Store(c0, lanes);
        return lanes[0];
    }

    private readonly struct MultiplyTask(Func<float> chains, float[] results) : ITask
    {
        public void Run(int task, int worker) => results[task] = chains();
    }

    private readonly struct CopyTask(float[] from, float[] to) : ITask
    {
        public void Run(int task, int worker) =>
            from.AsSpan(task * FloatsPerCopy, FloatsPerCopy).CopyTo(to.AsSpan(task * FloatsPerCopy));
    }
}

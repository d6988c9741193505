using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// 8 × 48 tiles in 512-bit registers: 24 accumulators, 3 vectors of the right factor and a broadcast of the left use 28 of 32.
/// Each step of the reduction has 24 multiply-adds for 11 loads, which keeps two FMA units busy.
/// </summary>
internal sealed unsafe class Avx512MicroKernel : MicroKernel
{
    private static readonly Avx512NarrowMicroKernel s_narrow = new();

    public override int Rows => 8;

    public override int Vectors => 3;

    public override InnerProductKernel InnerProducts { get; } = new InnerProductKernel<Vector512<float>, Simd512>();

    public override MicroKernel SingleRow { get; } = new SingleRowMicroKernel<Vector512<float>, Simd512>();

    public override int Lanes => 16;

    public override MicroKernel For(int rows) => rows is <= 3 or 5 or 6 ? s_narrow : this;

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate) =>
        Run(vectors, depth, a, b, bases, offsets, c, ldc, accumulate, new Prefetch(a, 0, a, 0));

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate, in Prefetch prefetch)
    {
        switch (vectors)
        {
            case 3:
                Tile8x3(depth, a, b + bases[0], b + bases[1], b + bases[2], offsets, c, ldc, accumulate, prefetch);
                break;
            case 2:
                Tile8x2(depth, a, b + bases[0], b + bases[1], offsets, c, ldc, accumulate, prefetch);
                break;
            default:
                Tile8x1(depth, a, b + bases[0], offsets, c, ldc, accumulate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x3(
        int depth, float* a, float* b0, float* b1, float* b2, int* offsets, float* c, nint ldc, bool accumulate, in Prefetch prefetch)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default;
        Vector512<float> c40 = default, c41 = default, c42 = default;
        Vector512<float> c50 = default, c51 = default, c52 = default;
        Vector512<float> c60 = default, c61 = default, c62 = default;
        Vector512<float> c70 = default, c71 = default, c72 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c); c01 = Vector512.Load(c + 16); c02 = Vector512.Load(c + 32);
            c10 = Vector512.Load(c + ldc); c11 = Vector512.Load(c + ldc + 16); c12 = Vector512.Load(c + ldc + 32);
            c20 = Vector512.Load(c + 2 * ldc); c21 = Vector512.Load(c + 2 * ldc + 16); c22 = Vector512.Load(c + 2 * ldc + 32);
            c30 = Vector512.Load(c + 3 * ldc); c31 = Vector512.Load(c + 3 * ldc + 16); c32 = Vector512.Load(c + 3 * ldc + 32);
            c40 = Vector512.Load(c + 4 * ldc); c41 = Vector512.Load(c + 4 * ldc + 16); c42 = Vector512.Load(c + 4 * ldc + 32);
            c50 = Vector512.Load(c + 5 * ldc); c51 = Vector512.Load(c + 5 * ldc + 16); c52 = Vector512.Load(c + 5 * ldc + 32);
            c60 = Vector512.Load(c + 6 * ldc); c61 = Vector512.Load(c + 6 * ldc + 16); c62 = Vector512.Load(c + 6 * ldc + 32);
            c70 = Vector512.Load(c + 7 * ldc); c71 = Vector512.Load(c + 7 * ldc + 16); c72 = Vector512.Load(c + 7 * ldc + 32);
        }

        var near = prefetch.First;
        var far = prefetch.Second;
        var nearStep = prefetch.FirstStep;
        var farStep = prefetch.SecondStep;
        for (nint k = 0; k < depth; k++)
        {
            Sse.Prefetch1(near);
            Sse.Prefetch1(far);
            near += nearStep;
            far += farStep;
            nint offset = offsets[k];
            var x0 = Vector512.Load(b0 + offset);
            var x1 = Vector512.Load(b1 + offset);
            var x2 = Vector512.Load(b2 + offset);
            var w = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(w, x0, c00);
            c01 = Vector512.FusedMultiplyAdd(w, x1, c01);
            c02 = Vector512.FusedMultiplyAdd(w, x2, c02);
            w = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(w, x0, c10);
            c11 = Vector512.FusedMultiplyAdd(w, x1, c11);
            c12 = Vector512.FusedMultiplyAdd(w, x2, c12);
            w = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(w, x0, c20);
            c21 = Vector512.FusedMultiplyAdd(w, x1, c21);
            c22 = Vector512.FusedMultiplyAdd(w, x2, c22);
            w = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(w, x0, c30);
            c31 = Vector512.FusedMultiplyAdd(w, x1, c31);
            c32 = Vector512.FusedMultiplyAdd(w, x2, c32);
            w = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(w, x0, c40);
            c41 = Vector512.FusedMultiplyAdd(w, x1, c41);
            c42 = Vector512.FusedMultiplyAdd(w, x2, c42);
            w = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(w, x0, c50);
            c51 = Vector512.FusedMultiplyAdd(w, x1, c51);
            c52 = Vector512.FusedMultiplyAdd(w, x2, c52);
            w = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(w, x0, c60);
            c61 = Vector512.FusedMultiplyAdd(w, x1, c61);
            c62 = Vector512.FusedMultiplyAdd(w, x2, c62);
            w = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(w, x0, c70);
            c71 = Vector512.FusedMultiplyAdd(w, x1, c71);
            c72 = Vector512.FusedMultiplyAdd(w, x2, c72);
            a += 8;
        }

        c00.Store(c); c01.Store(c + 16); c02.Store(c + 32);
        c10.Store(c + ldc); c11.Store(c + ldc + 16); c12.Store(c + ldc + 32);
        c20.Store(c + 2 * ldc); c21.Store(c + 2 * ldc + 16); c22.Store(c + 2 * ldc + 32);
        c30.Store(c + 3 * ldc); c31.Store(c + 3 * ldc + 16); c32.Store(c + 3 * ldc + 32);
        c40.Store(c + 4 * ldc); c41.Store(c + 4 * ldc + 16); c42.Store(c + 4 * ldc + 32);
        c50.Store(c + 5 * ldc); c51.Store(c + 5 * ldc + 16); c52.Store(c + 5 * ldc + 32);
        c60.Store(c + 6 * ldc); c61.Store(c + 6 * ldc + 16); c62.Store(c + 6 * ldc + 32);
        c70.Store(c + 7 * ldc); c71.Store(c + 7 * ldc + 16); c72.Store(c + 7 * ldc + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2(
        int depth, float* a, float* b0, float* b1, int* offsets, float* c, nint ldc, bool accumulate, in Prefetch prefetch)
    {
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default;
        Vector512<float> c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default;
        Vector512<float> c70 = default, c71 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c); c01 = Vector512.Load(c + 16);
            c10 = Vector512.Load(c + ldc); c11 = Vector512.Load(c + ldc + 16);
            c20 = Vector512.Load(c + 2 * ldc); c21 = Vector512.Load(c + 2 * ldc + 16);
            c30 = Vector512.Load(c + 3 * ldc); c31 = Vector512.Load(c + 3 * ldc + 16);
            c40 = Vector512.Load(c + 4 * ldc); c41 = Vector512.Load(c + 4 * ldc + 16);
            c50 = Vector512.Load(c + 5 * ldc); c51 = Vector512.Load(c + 5 * ldc + 16);
            c60 = Vector512.Load(c + 6 * ldc); c61 = Vector512.Load(c + 6 * ldc + 16);
            c70 = Vector512.Load(c + 7 * ldc); c71 = Vector512.Load(c + 7 * ldc + 16);
        }

        var near = prefetch.First;
        var far = prefetch.Second;
        var nearStep = prefetch.FirstStep;
        var farStep = prefetch.SecondStep;
        for (nint k = 0; k < depth; k++)
        {
            Sse.Prefetch1(near);
            Sse.Prefetch1(far);
            near += nearStep;
            far += farStep;
            nint offset = offsets[k];
            var x0 = Vector512.Load(b0 + offset);
            var x1 = Vector512.Load(b1 + offset);
            var w = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(w, x0, c00);
            c01 = Vector512.FusedMultiplyAdd(w, x1, c01);
            w = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(w, x0, c10);
            c11 = Vector512.FusedMultiplyAdd(w, x1, c11);
            w = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(w, x0, c20);
            c21 = Vector512.FusedMultiplyAdd(w, x1, c21);
            w = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(w, x0, c30);
            c31 = Vector512.FusedMultiplyAdd(w, x1, c31);
            w = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(w, x0, c40);
            c41 = Vector512.FusedMultiplyAdd(w, x1, c41);
            w = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(w, x0, c50);
            c51 = Vector512.FusedMultiplyAdd(w, x1, c51);
            w = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(w, x0, c60);
            c61 = Vector512.FusedMultiplyAdd(w, x1, c61);
            w = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(w, x0, c70);
            c71 = Vector512.FusedMultiplyAdd(w, x1, c71);
            a += 8;
        }

        c00.Store(c); c01.Store(c + 16);
        c10.Store(c + ldc); c11.Store(c + ldc + 16);
        c20.Store(c + 2 * ldc); c21.Store(c + 2 * ldc + 16);
        c30.Store(c + 3 * ldc); c31.Store(c + 3 * ldc + 16);
        c40.Store(c + 4 * ldc); c41.Store(c + 4 * ldc + 16);
        c50.Store(c + 5 * ldc); c51.Store(c + 5 * ldc + 16);
        c60.Store(c + 6 * ldc); c61.Store(c + 6 * ldc + 16);
        c70.Store(c + 7 * ldc); c71.Store(c + 7 * ldc + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1(int depth, float* a, float* b0, int* offsets, float* c, nint ldc, bool accumulate)
    {
        Vector512<float> c00 = default;
        Vector512<float> c10 = default;
        Vector512<float> c20 = default;
        Vector512<float> c30 = default;
        Vector512<float> c40 = default;
        Vector512<float> c50 = default;
        Vector512<float> c60 = default;
        Vector512<float> c70 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + ldc);
            c20 = Vector512.Load(c + 2 * ldc);
            c30 = Vector512.Load(c + 3 * ldc);
            c40 = Vector512.Load(c + 4 * ldc);
            c50 = Vector512.Load(c + 5 * ldc);
            c60 = Vector512.Load(c + 6 * ldc);
            c70 = Vector512.Load(c + 7 * ldc);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var x0 = Vector512.Load(b0 + offset);
            var w = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(w, x0, c00);
            w = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(w, x0, c10);
            w = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(w, x0, c20);
            w = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(w, x0, c30);
            w = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(w, x0, c40);
            w = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(w, x0, c50);
            w = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(w, x0, c60);
            w = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(w, x0, c70);
            a += 8;
        }

        c00.Store(c);
        c10.Store(c + ldc);
        c20.Store(c + 2 * ldc);
        c30.Store(c + 3 * ldc);
        c40.Store(c + 4 * ldc);
        c50.Store(c + 5 * ldc);
        c60.Store(c + 6 * ldc);
        c70.Store(c + 7 * ldc);
    }
}

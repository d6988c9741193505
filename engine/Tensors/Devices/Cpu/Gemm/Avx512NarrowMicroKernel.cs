using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// 3 × 128 tiles in 512-bit registers, for products with three rows or few more: convolutions to RGB images, where
/// <see cref="Avx512MicroKernel"/> would compute five rows of padding.
/// </summary>
internal sealed unsafe class Avx512NarrowMicroKernel : MicroKernel
{
    public override int Rows => 3;

    public override int Vectors => 8;

    public override InnerProductKernel InnerProducts { get; } = new InnerProductKernel<Vector512<float>, Simd512>();

    public override MicroKernel SingleRow { get; } = new SingleRowMicroKernel<Vector512<float>, Simd512>();

    public override int Lanes => 16;

    public override int NextTile(int left) => left >= 8 ? 8 : left >= 4 ? 4 : 1;

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate)
    {
        switch (vectors)
        {
            case 8:
                Tile3x8(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
            case 4:
                Tile3x4(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
            default:
                Tile3x1(depth, a, b, bases, offsets, c, ldc, accumulate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x8(int depth, float* a, float* b, int* bases, int* offsets, float* c, nint ldc, bool accumulate)
    {
        var b0 = b + bases[0];
        var b1 = b + bases[1];
        var b2 = b + bases[2];
        var b3 = b + bases[3];
        var b4 = b + bases[4];
        var b5 = b + bases[5];
        var b6 = b + bases[6];
        var b7 = b + bases[7];
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default, c04 = default, c05 = default, c06 = default,
            c07 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default, c16 = default,
            c17 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default, c24 = default, c25 = default, c26 = default,
            c27 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c); c01 = Vector512.Load(c + 16); c02 = Vector512.Load(c + 32); c03 = Vector512.Load(c + 48);
            c04 = Vector512.Load(c + 64); c05 = Vector512.Load(c + 80); c06 = Vector512.Load(c + 96); c07 = Vector512.Load(c + 112);
            c10 = Vector512.Load(c + ldc); c11 = Vector512.Load(c + ldc + 16); c12 = Vector512.Load(c + ldc + 32); c13 = Vector512.Load(
                c + ldc + 48);
            c14 = Vector512.Load(c + ldc + 64); c15 = Vector512.Load(c + ldc + 80); c16 = Vector512.Load(
                c + ldc + 96); c17 = Vector512.Load(c + ldc + 112);
            c20 = Vector512.Load(c + 2 * ldc); c21 = Vector512.Load(c + 2 * ldc + 16); c22 = Vector512.Load(
                c + 2 * ldc + 32); c23 = Vector512.Load(c + 2 * ldc + 48);
            c24 = Vector512.Load(c + 2 * ldc + 64); c25 = Vector512.Load(c + 2 * ldc + 80); c26 = Vector512.Load(
                c + 2 * ldc + 96); c27 = Vector512.Load(c + 2 * ldc + 112);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var w0 = Vector512.Create(a[0]);
            var w1 = Vector512.Create(a[1]);
            var w2 = Vector512.Create(a[2]);
            var x = Vector512.Load(b0 + offset);
            c00 = Vector512.FusedMultiplyAdd(w0, x, c00);
            c10 = Vector512.FusedMultiplyAdd(w1, x, c10);
            c20 = Vector512.FusedMultiplyAdd(w2, x, c20);
            x = Vector512.Load(b1 + offset);
            c01 = Vector512.FusedMultiplyAdd(w0, x, c01);
            c11 = Vector512.FusedMultiplyAdd(w1, x, c11);
            c21 = Vector512.FusedMultiplyAdd(w2, x, c21);
            x = Vector512.Load(b2 + offset);
            c02 = Vector512.FusedMultiplyAdd(w0, x, c02);
            c12 = Vector512.FusedMultiplyAdd(w1, x, c12);
            c22 = Vector512.FusedMultiplyAdd(w2, x, c22);
            x = Vector512.Load(b3 + offset);
            c03 = Vector512.FusedMultiplyAdd(w0, x, c03);
            c13 = Vector512.FusedMultiplyAdd(w1, x, c13);
            c23 = Vector512.FusedMultiplyAdd(w2, x, c23);
            x = Vector512.Load(b4 + offset);
            c04 = Vector512.FusedMultiplyAdd(w0, x, c04);
            c14 = Vector512.FusedMultiplyAdd(w1, x, c14);
            c24 = Vector512.FusedMultiplyAdd(w2, x, c24);
            x = Vector512.Load(b5 + offset);
            c05 = Vector512.FusedMultiplyAdd(w0, x, c05);
            c15 = Vector512.FusedMultiplyAdd(w1, x, c15);
            c25 = Vector512.FusedMultiplyAdd(w2, x, c25);
            x = Vector512.Load(b6 + offset);
            c06 = Vector512.FusedMultiplyAdd(w0, x, c06);
            c16 = Vector512.FusedMultiplyAdd(w1, x, c16);
            c26 = Vector512.FusedMultiplyAdd(w2, x, c26);
            x = Vector512.Load(b7 + offset);
            c07 = Vector512.FusedMultiplyAdd(w0, x, c07);
            c17 = Vector512.FusedMultiplyAdd(w1, x, c17);
            c27 = Vector512.FusedMultiplyAdd(w2, x, c27);
            a += 3;
        }

        c00.Store(c); c01.Store(c + 16); c02.Store(c + 32); c03.Store(c + 48);
        c04.Store(c + 64); c05.Store(c + 80); c06.Store(c + 96); c07.Store(c + 112);
        c10.Store(c + ldc); c11.Store(c + ldc + 16); c12.Store(c + ldc + 32); c13.Store(c + ldc + 48);
        c14.Store(c + ldc + 64); c15.Store(c + ldc + 80); c16.Store(c + ldc + 96); c17.Store(c + ldc + 112);
        c20.Store(c + 2 * ldc); c21.Store(c + 2 * ldc + 16); c22.Store(c + 2 * ldc + 32); c23.Store(c + 2 * ldc + 48);
        c24.Store(c + 2 * ldc + 64); c25.Store(c + 2 * ldc + 80); c26.Store(c + 2 * ldc + 96); c27.Store(c + 2 * ldc + 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x4(int depth, float* a, float* b, int* bases, int* offsets, float* c, nint ldc, bool accumulate)
    {
        var b0 = b + bases[0];
        var b1 = b + bases[1];
        var b2 = b + bases[2];
        var b3 = b + bases[3];
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c); c01 = Vector512.Load(c + 16); c02 = Vector512.Load(c + 32); c03 = Vector512.Load(c + 48);
            c10 = Vector512.Load(c + ldc); c11 = Vector512.Load(c + ldc + 16); c12 = Vector512.Load(c + ldc + 32); c13 = Vector512.Load(
                c + ldc + 48);
            c20 = Vector512.Load(c + 2 * ldc); c21 = Vector512.Load(c + 2 * ldc + 16); c22 = Vector512.Load(
                c + 2 * ldc + 32); c23 = Vector512.Load(c + 2 * ldc + 48);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var w0 = Vector512.Create(a[0]);
            var w1 = Vector512.Create(a[1]);
            var w2 = Vector512.Create(a[2]);
            var x = Vector512.Load(b0 + offset);
            c00 = Vector512.FusedMultiplyAdd(w0, x, c00);
            c10 = Vector512.FusedMultiplyAdd(w1, x, c10);
            c20 = Vector512.FusedMultiplyAdd(w2, x, c20);
            x = Vector512.Load(b1 + offset);
            c01 = Vector512.FusedMultiplyAdd(w0, x, c01);
            c11 = Vector512.FusedMultiplyAdd(w1, x, c11);
            c21 = Vector512.FusedMultiplyAdd(w2, x, c21);
            x = Vector512.Load(b2 + offset);
            c02 = Vector512.FusedMultiplyAdd(w0, x, c02);
            c12 = Vector512.FusedMultiplyAdd(w1, x, c12);
            c22 = Vector512.FusedMultiplyAdd(w2, x, c22);
            x = Vector512.Load(b3 + offset);
            c03 = Vector512.FusedMultiplyAdd(w0, x, c03);
            c13 = Vector512.FusedMultiplyAdd(w1, x, c13);
            c23 = Vector512.FusedMultiplyAdd(w2, x, c23);
            a += 3;
        }

        c00.Store(c); c01.Store(c + 16); c02.Store(c + 32); c03.Store(c + 48);
        c10.Store(c + ldc); c11.Store(c + ldc + 16); c12.Store(c + ldc + 32); c13.Store(c + ldc + 48);
        c20.Store(c + 2 * ldc); c21.Store(c + 2 * ldc + 16); c22.Store(c + 2 * ldc + 32); c23.Store(c + 2 * ldc + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile3x1(int depth, float* a, float* b, int* bases, int* offsets, float* c, nint ldc, bool accumulate)
    {
        var b0 = b + bases[0];
        Vector512<float> c00 = default;
        Vector512<float> c10 = default;
        Vector512<float> c20 = default;
        if (accumulate)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + ldc);
            c20 = Vector512.Load(c + 2 * ldc);
        }

        for (nint k = 0; k < depth; k++)
        {
            nint offset = offsets[k];
            var w0 = Vector512.Create(a[0]);
            var w1 = Vector512.Create(a[1]);
            var w2 = Vector512.Create(a[2]);
            var x = Vector512.Load(b0 + offset);
            c00 = Vector512.FusedMultiplyAdd(w0, x, c00);
            c10 = Vector512.FusedMultiplyAdd(w1, x, c10);
            c20 = Vector512.FusedMultiplyAdd(w2, x, c20);
            a += 3;
        }

        c00.Store(c);
        c10.Store(c + ldc);
        c20.Store(c + 2 * ldc);
    }
}

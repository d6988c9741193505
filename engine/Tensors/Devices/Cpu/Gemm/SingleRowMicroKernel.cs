using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// 1 × 8-vector tiles, for products with a single row: depthwise convolutions, in which each filter reads one plane.
/// </summary>
internal sealed unsafe class SingleRowMicroKernel<TVector, TSimd> : MicroKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    public override int Rows => 1;

    public override int Vectors => 8;

    public override int Lanes => TSimd.Lanes;

    public override InnerProductKernel InnerProducts { get; } = new InnerProductKernel<TVector, TSimd>();

    public override MicroKernel SingleRow => this;

    public override int NextTile(int left) => left >= 8 ? 8 : left >= 4 ? 4 : 1;

    public override void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate)
    {
        switch (vectors)
        {
            case 8:
                Tile8(depth, a, b, bases, offsets, c, accumulate);
                break;
            case 4:
                Tile4(depth, a, b, bases, offsets, c, accumulate);
                break;
            default:
                Tile1(depth, a, b + bases[0], offsets, c, accumulate);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8(int depth, float* a, float* b, int* bases, int* offsets, float* c, bool accumulate)
    {
        var (b0, b1, b2, b3) = (bases[0], bases[1], bases[2], bases[3]);
        var (b4, b5, b6, b7) = (bases[4], bases[5], bases[6], bases[7]);
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c0 = TSimd.Load(c); c1 = TSimd.Load(c + lanes); c2 = TSimd.Load(c + 2 * lanes); c3 = TSimd.Load(c + 3 * lanes);
            c4 = TSimd.Load(c + 4 * lanes); c5 = TSimd.Load(c + 5 * lanes); c6 = TSimd.Load(c + 6 * lanes); c7 = TSimd.Load(c + 7 * lanes);
        }

        for (nint k = 0; k < depth; k++)
        {
            var x = b + offsets[k];
            var w = TSimd.Broadcast(a[k]);
            c0 = TSimd.MultiplyAdd(w, TSimd.Load(x + b0), c0);
            c1 = TSimd.MultiplyAdd(w, TSimd.Load(x + b1), c1);
            c2 = TSimd.MultiplyAdd(w, TSimd.Load(x + b2), c2);
            c3 = TSimd.MultiplyAdd(w, TSimd.Load(x + b3), c3);
            c4 = TSimd.MultiplyAdd(w, TSimd.Load(x + b4), c4);
            c5 = TSimd.MultiplyAdd(w, TSimd.Load(x + b5), c5);
            c6 = TSimd.MultiplyAdd(w, TSimd.Load(x + b6), c6);
            c7 = TSimd.MultiplyAdd(w, TSimd.Load(x + b7), c7);
        }

        TSimd.Store(c0, c); TSimd.Store(c1, c + lanes); TSimd.Store(c2, c + 2 * lanes); TSimd.Store(c3, c + 3 * lanes);
        TSimd.Store(c4, c + 4 * lanes); TSimd.Store(c5, c + 5 * lanes); TSimd.Store(c6, c + 6 * lanes); TSimd.Store(c7, c + 7 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(int depth, float* a, float* b, int* bases, int* offsets, float* c, bool accumulate)
    {
        var (b0, b1, b2, b3) = (bases[0], bases[1], bases[2], bases[3]);
        TVector c0 = default, c1 = default, c2 = default, c3 = default;
        var lanes = TSimd.Lanes;
        if (accumulate)
        {
            c0 = TSimd.Load(c); c1 = TSimd.Load(c + lanes); c2 = TSimd.Load(c + 2 * lanes); c3 = TSimd.Load(c + 3 * lanes);
        }

        for (nint k = 0; k < depth; k++)
        {
            var x = b + offsets[k];
            var w = TSimd.Broadcast(a[k]);
            c0 = TSimd.MultiplyAdd(w, TSimd.Load(x + b0), c0);
            c1 = TSimd.MultiplyAdd(w, TSimd.Load(x + b1), c1);
            c2 = TSimd.MultiplyAdd(w, TSimd.Load(x + b2), c2);
            c3 = TSimd.MultiplyAdd(w, TSimd.Load(x + b3), c3);
        }

        TSimd.Store(c0, c); TSimd.Store(c1, c + lanes); TSimd.Store(c2, c + 2 * lanes); TSimd.Store(c3, c + 3 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1(int depth, float* a, float* b, int* offsets, float* c, bool accumulate)
    {
        var sum = accumulate ? TSimd.Load(c) : default;
        for (nint k = 0; k < depth; k++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(a[k]), TSimd.Load(b + offsets[k]), sum);
        }

        TSimd.Store(sum, c);
    }
}

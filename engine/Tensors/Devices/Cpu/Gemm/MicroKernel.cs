using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// The inner loop of every matrix product and convolution: a tile of <see cref="Rows"/> × up to <see cref="Vectors"/> SIMD vectors
/// held in registers while the reduction runs. The left factor is packed in panels [depth][Rows]; the right factor is read in place. With
/// the tables of a <see cref="RightFactor"/> one kernel serves a plain matrix, a convolution's shifted rows and a channels-last image.
/// </summary>
internal abstract unsafe class MicroKernel
{
    /// <summary>Rows of the tile.</summary>
    public abstract int Rows { get; }

    /// <summary>Vectors in a full tile's row.</summary>
    public abstract int Vectors { get; }

    /// <summary>Floats in a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>The kernel of the same vector width for products with few columns, which reads both factors in place.</summary>
    public abstract InnerProductKernel InnerProducts { get; }

    /// <summary>The kernel of the same vector width for products with a single row.</summary>
    public abstract MicroKernel SingleRow { get; }

    /// <summary>The widest kernel that this processor supports in hardware.</summary>
    public static MicroKernel Best { get; } =
        Vector512.IsHardwareAccelerated ? Of512Bits() : Vector256.IsHardwareAccelerated ? Of256Bits() : Of128Bits();

    /// <summary>A kernel for AVX-512.</summary>
    public static MicroKernel Of512Bits() => new TallMicroKernel<Vector512<float>, Simd512, Eight>();

    /// <summary>A kernel for AVX2.</summary>
    public static MicroKernel Of256Bits() => new TallMicroKernel<Vector256<float>, Simd256, Six>();

    /// <summary>A kernel for SSE and NEON.</summary>
    public static MicroKernel Of128Bits() => new TallMicroKernel<Vector128<float>, Simd128, Six>();

    /// <summary>
    /// The kernel for a product with <paramref name="rows"/> rows: this one, or one of the same vector width with fewer rows in its tile,
    /// which wastes less.
    /// </summary>
    public virtual MicroKernel For(int rows) => this;

    /// <summary>A table of bases or offsets: 0, of, 2 · of, …</summary>
    public static int[] Multiples(int count, int of)
    {
        var multiples = GC.AllocateArray<int>(count, pinned: true);
        for (var i = 0; i < count; i++)
        {
            multiples[i] = i * of;
        }

        return multiples;
    }

    /// <summary>c [Rows][vectors · Lanes] = (or +=) a [depth][Rows]ᵀ · b [depth][vectors · Lanes].</summary>
    /// <param name="vectors">1 … <see cref="Vectors"/></param>
    public void Run(int vectors, int depth, float* a, in RightFactor b, in ResultTile c) =>
        Run(vectors, depth, a, b, c, new Prefetch(a, 0, a, 0));

    /// <summary>As above, with prefetching of memory that is needed next. Not all kernels prefetch.</summary>
    public abstract void Run(int vectors, int depth, float* a, in RightFactor b, in ResultTile c, in Prefetch prefetch);

    /// <summary>
    /// Vectors of the next tile when <paramref name="left"/> remain: full tiles, but no single vector at the end, which would starve the
    /// FMA units.
    /// </summary>
    public virtual int NextTile(int left) => left == Vectors + 1 && Vectors > 2 ? Vectors - 1 : Math.Min(left, Vectors);
}

/// <summary>What the micro-kernels of one vector width share.</summary>
internal abstract unsafe class SimdMicroKernel<TVector, TSimd> : MicroKernel
    where TVector : struct
    where TSimd : struct, ISimd<TVector>
{
    private static readonly WideMicroKernel<TVector, TSimd, One> s_singleRow = new();
    private static readonly InnerProductKernel<TVector, TSimd> s_innerProducts = new();

    public override int Lanes => TSimd.Lanes;

    public override InnerProductKernel InnerProducts => s_innerProducts;

    public override MicroKernel SingleRow => s_singleRow;
}

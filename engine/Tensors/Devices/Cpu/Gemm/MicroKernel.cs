using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// The inner loop of every matrix product and convolution: a tile of <see cref="Rows"/> × up to <see cref="Vectors"/> SIMD vectors
/// held in registers while the reduction runs. The left factor is packed in panels [depth][Rows]; each vector of the right
/// factor is read where it lies: element k of vector v begins at b[bases[v] + offsets[k]]. That one table makes a plain matrix,
/// a convolution's shifted rows and a channel-last image the same thing to the kernel.
/// </summary>
internal abstract unsafe class MicroKernel
{
    /// <summary>Rows of the tile.</summary>
    public abstract int Rows { get; }

    /// <summary>Vectors in a full tile's row.</summary>
    public abstract int Vectors { get; }

    /// <summary>Floats in a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>The same width for products with few columns, which it reads without packing.</summary>
    public abstract InnerProductKernel InnerProducts { get; }

    /// <summary>The same width for products of a single row.</summary>
    public abstract MicroKernel SingleRow { get; }

    /// <summary>The widest kernel that this processor runs well.</summary>
    public static MicroKernel Best { get; } =
        Vector512.IsHardwareAccelerated ? new Avx512MicroKernel()
        : Vector256.IsHardwareAccelerated ? new SimdMicroKernel<Vector256<float>, Simd256>()
        : new SimdMicroKernel<Vector128<float>, Simd128>();

    /// <summary>
    /// The kernel to use for a product with <paramref name="rows"/> rows: this one, or a narrower one of the same width that wastes less.
    /// </summary>
    public virtual MicroKernel For(int rows) => this;

    /// <summary>c [Rows][vectors · Lanes] (rows ldc apart) = (or +=) a [depth][Rows]ᵀ · b [depth][vectors · Lanes].</summary>
    /// <param name="vectors">1 … <see cref="Vectors"/></param>
    public abstract void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate);

    /// <summary>The same, while memory that is needed soon comes nearer. Not all kernels ask for it.</summary>
    public virtual void Run(
        int vectors, int depth, float* a, float* b, int* bases, int* offsets, float* c, int ldc, bool accumulate, in Ahead ahead) =>
        Run(vectors, depth, a, b, bases, offsets, c, ldc, accumulate);

    /// <summary>
    /// Vectors of the next tile when <paramref name="left"/> remain: full tiles, but no single vector at the end, as it would starve the
    /// FMA units.
    /// </summary>
    public virtual int NextTile(int left) => left == Vectors + 1 && Vectors > 2 ? Vectors - 1 : Math.Min(left, Vectors);
}

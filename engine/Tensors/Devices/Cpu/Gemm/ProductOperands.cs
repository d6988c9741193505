using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>
/// The right factor of a product, read where it lies: the vector v of reduction step k begins at start[bases[v] + offsets[k]].
/// </summary>
internal readonly unsafe struct RightFactor(float* start, int* bases, int* offsets)
{
    /// <summary>Null for vectors that follow each other.</summary>
    public int* Offsets => offsets;

    /// <summary>Where a vector begins, before an offset is added; null beyond <typeparamref name="TVectors"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Vector<TVectors>(int vector)
        where TVectors : struct, ICount => vector < TVectors.Value ? start + bases[vector] : null;
}

/// <summary>A tile of a product's result.</summary>
/// <param name="start">its first element</param>
/// <param name="pitch">distance of its rows</param>
/// <param name="accumulates">whether the product is added to what is there</param>
internal readonly unsafe struct ResultTile(float* start, nint pitch, bool accumulates)
{
    public float* Start => start;

    public nint Pitch => pitch;

    public bool Accumulates => accumulates;
}

using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>All rungs, from the first to the last.</summary>
internal static class Ladder
{
    /// <summary>With the widest vectors of this processor.</summary>
    public static IReadOnlyList<IRung> Rungs() =>
        Vector512.IsHardwareAccelerated ? Rungs<Vector512<float>, Simd512>()
        : Vector256.IsHardwareAccelerated ? Rungs<Vector256<float>, Simd256>()
        : Rungs<Vector128<float>, Simd128>();

    /// <summary>With vectors of a given width.</summary>
    public static IReadOnlyList<IRung> Rungs<TVector, TSimd>()
        where TVector : struct
        where TSimd : struct, ISimd<TVector> =>
    [
        new SixLoops(),
        new NaiveProduct(),
        new LoopOrder(),
        new RegisterTile(),
        new SimdTile<TVector, TSimd>(),
        new Packing<TVector, TSimd>(),
        new CacheBlocking<TVector, TSimd>(threaded: false),
        new CacheBlocking<TVector, TSimd>(threaded: true),
        new ImplicitProduct<TVector, TSimd>(),
        new WinogradTiles<TVector, TSimd>(),
        new EngineRung(WinogradUse.Never),
        new EngineRung(WinogradUse.WhereFaster),
    ];
}

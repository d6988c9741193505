namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>When to use Winograd's algorithm.</summary>
internal enum WinogradUse
{
    Never,

    /// <summary>Where it is faster according to the cost model.</summary>
    WhereFaster,

    /// <summary>Wherever it applies, on six points; for tests.</summary>
    WhereverPossible,

    /// <summary>As <see cref="WhereverPossible"/>, on four points for 2 × 2 filters.</summary>
    WhereverPossibleOnFourPoints,

    /// <summary>As <see cref="WhereverPossible"/>, on three points for 2 × 2 filters and few tiles.</summary>
    WhereverPossibleOnThreePoints,
}

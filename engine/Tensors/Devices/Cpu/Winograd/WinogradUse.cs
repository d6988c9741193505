namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>When to use Winograd's algorithm.</summary>
internal enum WinogradUse
{
    Never,

    /// <summary>Where the shape says that it is faster.</summary>
    WhereFaster,

    /// <summary>Wherever the algorithm applies, on six points: for tests.</summary>
    WhereverPossible,

    /// <summary>The same, on four points where the filter is 2 × 2.</summary>
    WhereverPossibleOnFourPoints,

    /// <summary>The same, on three points where the filter is 2 × 2 and tiles are few.</summary>
    WhereverPossibleOnThreePoints,
}

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>When to use Winograd's algorithm.</summary>
internal enum WinogradUse
{
    Never,

    /// <summary>Where the shape says that it is faster.</summary>
    WhereFaster,

    /// <summary>Wherever the algorithm applies: for tests.</summary>
    WhereverPossible,
}

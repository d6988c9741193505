namespace IlgpuGan.Imaging.Bmp;

/// <summary>The compression field of a BMP's header.</summary>
internal enum BmpCompression : uint
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,

    /// <summary>Uncompressed; each colour has its own bit mask.</summary>
    BitFields = 3,
    Jpeg = 4,
    Png = 5,

    /// <summary><see cref="BitFields"/> with a mask for alpha.</summary>
    AlphaBitFields = 6,
}

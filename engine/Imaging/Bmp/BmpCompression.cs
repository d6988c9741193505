namespace IlgpuGan.Imaging.Bmp;

/// <summary>How a BMP's header says that its pixels are stored.</summary>
internal enum BmpCompression : uint
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,

    /// <summary>Each colour is the bits under a mask of its own.</summary>
    BitFields = 3,
    Jpeg = 4,
    Png = 5,

    /// <summary>The same as <see cref="BitFields"/>, and alpha has a mask, too.</summary>
    AlphaBitFields = 6,
}

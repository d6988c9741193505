namespace IlgpuGan.Imaging;

/// <summary>
/// The filter of <see cref="ImageResizing"/>. When shrinking, all but <see cref="Nearest"/> are widened (antialiasing).
/// </summary>
public enum ResizeFilter
{
    /// <summary>The nearest pixel, unchanged.</summary>
    Nearest,

    /// <summary>The mean of the pixels under the new one.</summary>
    Box,

    /// <summary>A triangle of radius 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, radius 2.</summary>
    Bicubic,

    /// <summary>A sinc windowed by the central lobe of a sinc three times as wide, radius 3.</summary>
    Lanczos,
}

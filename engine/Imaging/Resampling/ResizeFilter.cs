namespace IlgpuGan.Imaging;

/// <summary>
/// How <see cref="Resizing"/> weighs the pixels around a place. All but <see cref="Nearest"/> widen when shrinking (antialiasing).
/// </summary>
public enum ResizeFilter
{
    /// <summary>The pixel at the place, unchanged.</summary>
    Nearest,

    /// <summary>The mean of the pixels that the new one covers.</summary>
    Box,

    /// <summary>A triangle of radius 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, radius 2.</summary>
    Bicubic,

    /// <summary>A sinc under the central lobe of a wider one, radius 3.</summary>
    Lanczos,
}

namespace IlgpuGan.Models.Data;

/// <summary>How pictures are resized and cropped for the networks. All scaling is bicubic with antialiasing.</summary>
public enum PreprocessMode
{
    /// <summary>Resize to load size × load size, ignoring proportions, then crop at random.</summary>
    ResizeAndCrop,

    /// <summary>Crop at random, at the picture's own scale.</summary>
    Crop,

    /// <summary>Scale to a width of load size, keeping proportions.</summary>
    ScaleWidth,

    /// <summary><see cref="ScaleWidth"/>, then crop at random.</summary>
    ScaleWidthAndCrop,

    /// <summary>Scale the shorter side to load size, keeping proportions, then crop at random.</summary>
    ScaleShortestAndCrop,

    /// <summary>Only round the sides to multiples that the network accepts.</summary>
    None,
}

internal static class PreprocessModes
{
    /// <summary>Whether the mode ends with a crop, so that all pictures have one size.</summary>
    public static bool Crops(this PreprocessMode mode) => mode is not (PreprocessMode.ScaleWidth or PreprocessMode.None);
}

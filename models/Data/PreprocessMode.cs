namespace IlgpuGan.Models.Data;

/// <summary>How a picture of any size is resized and cropped for the networks. All scaling is bicubic with antialiasing.</summary>
public enum PreprocessMode
{
    /// <summary>Squash to load size × load size, then crop at random.</summary>
    ResizeAndCrop,

    /// <summary>Crop at random, at the picture's own scale.</summary>
    Crop,

    /// <summary>Scale to a width of load size, keep the proportions.</summary>
    ScaleWidth,

    /// <summary><see cref="ScaleWidth"/>, then crop at random.</summary>
    ScaleWidthAndCrop,

    /// <summary>Scale the shorter side to load size, keep the proportions, then crop at random.</summary>
    ScaleShortestAndCrop,

    /// <summary>Only round the sides to what the network needs.</summary>
    None,
}

public static class PreprocessModes
{
    /// <summary>Whether the mode ends with a crop, so that all pictures have one size.</summary>
    public static bool Crops(this PreprocessMode mode) => mode is not (PreprocessMode.ScaleWidth or PreprocessMode.None);
}

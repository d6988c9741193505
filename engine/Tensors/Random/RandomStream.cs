namespace IlgpuGan.Tensors;

/// <summary>
/// Purposes of random numbers: one <see cref="RandomKey.Stream"/> each, so that no two purposes share numbers.
/// </summary>
public static class RandomStream
{
    /// <summary>Initialisation of weights.</summary>
    public const uint Initialization = 1;

    /// <summary>Dropout masks.</summary>
    public const uint Dropout = 2;

    /// <summary>Order of the training pictures, crops and flips.</summary>
    public const uint Data = 3;

    /// <summary>Selection of earlier pictures for a discriminator.</summary>
    public const uint ImagePool = 4;

    /// <summary>Other draws of a training step, such as the interpolation weights of a gradient penalty.</summary>
    public const uint Training = 5;

    /// <summary>Noise that layers add while training.</summary>
    public const uint Noise = 6;

    /// <summary>Inputs of generated pictures: the step is the picture's number, the op the number of the draw.</summary>
    public const uint Generation = 7;
}

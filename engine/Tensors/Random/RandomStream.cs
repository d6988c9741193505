namespace IlgpuGan.Tensors;

/// <summary>
/// What random numbers are for: one <see cref="RandomKey.Stream"/> a purpose, so that no two purposes ever share a number.
/// </summary>
public static class RandomStream
{
    /// <summary>First values of weights.</summary>
    public const uint Initialization = 1;

    /// <summary>Dropout masks.</summary>
    public const uint Dropout = 2;

    /// <summary>Order of the training pictures, crops and flips.</summary>
    public const uint Data = 3;

    /// <summary>Which earlier pictures a discriminator is shown.</summary>
    public const uint ImagePool = 4;

    /// <summary>Whatever else a training step draws, such as the mixing weights of a gradient penalty.</summary>
    public const uint Training = 5;

    /// <summary>Noise that layers add while training.</summary>
    public const uint Noise = 6;

    /// <summary>What generated pictures are made from: the step is the picture's number, the op counts its draws.</summary>
    public const uint Generation = 7;
}

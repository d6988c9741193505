namespace IlgpuGan.Models.Networks;

public enum NormKind
{
    Batch,
    Instance,
    None,
}

/// <summary>Padding of the 3×3 convolutions in a residual block.</summary>
public enum BlockPadding
{
    Reflect,
    Replicate,
    Zero,
}

public enum DiscriminatorKind
{
    /// <summary>The 70×70 PatchGAN: three strided layers.</summary>
    Basic,

    /// <summary>A PatchGAN with a chosen number of strided layers.</summary>
    NLayers,

    /// <summary>1×1 convolutions: scores each pixel separately.</summary>
    Pixel,

    /// <summary>Four strided layers and padding above and left only: the <c>pytorch-gan</c> preset's.</summary>
    Asymmetric,
}


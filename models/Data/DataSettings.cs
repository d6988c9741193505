namespace IlgpuGan.Models.Data;

/// <summary>How the files of a data set become tensors.</summary>
public sealed record DataSettings
{
    public Direction Direction { get; init; } = Direction.AToB;

    public PreprocessMode Preprocess { get; init; } = PreprocessMode.ResizeAndCrop;

    /// <summary>Pixels to which <see cref="Preprocess"/> scales.</summary>
    public int LoadSize { get; init; } = 286;

    /// <summary>Side of the square that <see cref="Preprocess"/> cuts out.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Mirror every other picture, on average, left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Random augmentation beyond cropping and flipping; null for none.</summary>
    public Augmentation? Augment { get; init; }

    /// <summary>Channels of the source domain: 1 gray, 3 colour, 4 colour and alpha, others from <c>.npy</c> files.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Channels of the target domain.</summary>
    public int OutputChannels { get; init; } = 3;

    /// <summary>Number of samples to use, the first by name; 0 for all.</summary>
    public int MaxSamples { get; init; }

    /// <summary>In the order of the names, and (unaligned) the i-th of B with the i-th of A.</summary>
    public bool Serial { get; init; }

    /// <summary>If a mode does not crop, sides are rounded to multiples of this.</summary>
    public int SideMultiple { get; init; } = 4;

    /// <summary>
    /// The same pictures as training saw, without its chance: scaled straight to the crop size where training squashes and crops, never
    /// mirrored.
    /// </summary>
    public DataSettings ForEvaluation() => this with
    {
        Flip = false,
        Augment = null,
        Serial = true,
        LoadSize = Preprocess == PreprocessMode.ResizeAndCrop ? CropSize : LoadSize,
        CentredCrop = true,
    };

    /// <summary>Crop in the middle instead of at random.</summary>
    public bool CentredCrop { get; init; }

    /// <summary>Channels of domain A.</summary>
    public int ChannelsOfA => Direction == Direction.AToB ? InputChannels : OutputChannels;

    /// <summary>Channels of domain B.</summary>
    public int ChannelsOfB => Direction == Direction.AToB ? OutputChannels : InputChannels;
}

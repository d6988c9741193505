namespace IlgpuGan.Models.Data;

/// <summary>How the files of a data set are preprocessed to tensors.</summary>
public sealed record DataSettings
{
    public Direction Direction { get; init; } = Direction.AToB;

    public PreprocessMode Preprocess { get; init; } = PreprocessMode.ResizeAndCrop;

    /// <summary>Size in pixels to which <see cref="Preprocess"/> scales.</summary>
    public int LoadSize { get; init; } = 286;

    /// <summary>Side in pixels of the square that <see cref="Preprocess"/> crops.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>Mirror left to right with probability 1/2.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Random augmentation beyond cropping and flipping; null for none.</summary>
    public Augmentation? Augment { get; init; }

    /// <summary>Channels of the source domain: 1 gray, 3 colour, 4 colour and alpha, others from <c>.npy</c> files.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Channels of the target domain.</summary>
    public int OutputChannels { get; init; } = 3;

    /// <summary>Number of samples to use, the first ones by name; 0 for all.</summary>
    public int MaxSamples { get; init; }

    /// <summary>Of unaligned sets, <see cref="MaxSamples"/> are spread evenly over each, in place of the first ones.</summary>
    internal bool SpreadSamples { get; init; }

    /// <summary>Samples in name order; in unaligned sets the i-th picture of B goes with the i-th of A.</summary>
    public bool Serial { get; init; }

    /// <summary>Samples of unaligned sets have another picture of the source domain, drawn at random.</summary>
    internal bool SecondInput { get; init; }

    /// <summary>Modes without a crop round sides to multiples of this.</summary>
    public int SideMultiple { get; init; } = 4;

    /// <summary>Modes without a crop refuse pictures with a side that would be shorter than this.</summary>
    internal int SmallestSide { get; init; } = 1;

    /// <summary>
    /// These settings without randomness: no flips and no augmentation, centred crops; with <see cref="PreprocessMode.ResizeAndCrop"/>
    /// pictures are resized directly to the crop size.
    /// </summary>
    public DataSettings ForEvaluation() => this with
    {
        Flip = false,
        Augment = null,
        Serial = true,
        LoadSize = Preprocess == PreprocessMode.ResizeAndCrop ? CropSize : LoadSize,
        CentredCrop = true,
    };

    /// <summary>Crop at the centre instead of at random.</summary>
    public bool CentredCrop { get; init; }

    /// <summary>Channels of domain A.</summary>
    public int ChannelsOfA => Direction == Direction.AToB ? InputChannels : OutputChannels;

    /// <summary>Channels of domain B.</summary>
    public int ChannelsOfB => Direction == Direction.AToB ? OutputChannels : InputChannels;
}

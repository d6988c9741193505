using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>What a picture's label is.</summary>
public enum LabelKind
{
    /// <summary>Attributes where the data have <c>attributes.csv</c>, else classes.</summary>
    Auto,

    /// <summary>Several at once, from <c>attributes.csv</c>.</summary>
    Attributes,

    /// <summary>One of several, each a folder.</summary>
    Classes,
}

/// <summary>The published configuration for CelebA at 128 pixels by default.</summary>
public sealed record StarGanOptions : TrainingOptions
{
    /// <summary>Of the reference's CelebA run; what networks are made for where no data are named.</summary>
    private const string ReferenceLabels = "Black_Hair,Blond_Hair,Brown_Hair,Male,Young";

    public StarGanOptions() => (BatchSize, Lr, Epochs, EpochsDecay, InitType) = (16, 1e-4f, 8, 8, Initialization.Default);

    public override string Model => StarGanFamily.Name;

    [Option("Whether labels are attributes of attributes.csv or folders.")]
    public LabelKind LabelKind { get; init; }

    [Option("Which attributes or folders, separated by commas (default: all that the data have).", Values = "NAMES")]
    public string Labels { get; init; } = "";

    [Option("Side in pixels of the square that is cut from the middle of a picture first; 0 for the whole picture.", Least = 0, Most = OptionsValidation.LargestSide)]
    public int CentreCrop { get; init; } = 178;

    [Option("Side in pixels of what the networks see.", Least = 4, Most = OptionsValidation.LargestSide)]
    public int ImageSize { get; init; } = 128;

    [Option("Mirror half of the pictures, left to right.", Off = "Don't mirror half of the pictures.")]
    public bool Flip { get; init; } = true;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int GConvDim { get; init; } = 64;

    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int DConvDim { get; init; } = 64;

    [Option("Residual blocks of the generator.", Least = 0, Most = 99)]
    public int GRepeatNum { get; init; } = 6;

    [Option("Strided layers of the discriminator.", Least = 1, Most = 12)]
    public int DRepeatNum { get; init; } = 6;

    [Option("Steps of the discriminator for one of the generator.", Least = 1, Most = 1000)]
    public int NCritic { get; init; } = 5;

    [Option("Weight of the classification of pictures.", Least = 0, Most = 1e9)]
    public float LambdaCls { get; init; } = 1;

    [Option("Weight of the way there and back.", Least = 0, Most = 1e9)]
    public float LambdaRec { get; init; } = 10;

    [Option("Weight of the gradient penalty.", Least = 0, Most = 1e9)]
    public float LambdaGp { get; init; } = 10;

    /// <summary>Names of the label vector's places.</summary>
    internal IReadOnlyList<string> LabelNames => (Labels.Length > 0 ? Labels : ReferenceLabels).Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Minutes on two cores: houses of 64 pixels.</summary>
    public static StarGanOptions Small() => new()
    {
        Preset = StarGanFamily.SmallPreset,
        BatchSize = 8,
        Lr = 2e-4f,
        CentreCrop = 0,
        ImageSize = 64,
        GConvDim = 16,
        DConvDim = 16,
        GRepeatNum = 3,
        DRepeatNum = 5,
        Epochs = 1000,
        Steps = 4000,
        SampleFreq = 500,
    };

    protected internal override IEnumerable<string> Contradictions()
    {
        foreach (var problem in base.Contradictions())
        {
            yield return problem;
        }

        if (ImageSize % (1 << DRepeatNum) != 0)
        {
            yield return $"--image-size {ImageSize} must be a multiple of {1 << DRepeatNum} for --d-repeat-num {DRepeatNum}";
        }

        if (ImageSize % StarGanFamily.SideMultiple != 0 || ImageSize < StarGanFamily.SmallestSide)
        {
            yield return $"--image-size {ImageSize} must be a multiple of {StarGanFamily.SideMultiple} and at least {StarGanFamily.SmallestSide}";
        }

        if (LabelNames.Any(string.IsNullOrEmpty) || LabelNames.Distinct(StringComparer.OrdinalIgnoreCase).Count() < LabelNames.Count)
        {
            yield return $"--labels {Labels} must name each label once";
        }
    }
}

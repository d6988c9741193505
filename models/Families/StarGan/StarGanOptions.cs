using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>The published configuration for CelebA at 128 pixels by default.</summary>
public sealed record StarGanOptions : TrainingOptions, IAdversarialOptions
{
    /// <summary>The labels of the reference's CelebA run; the default for networks created without data.</summary>
    internal const string ReferenceLabels = "Black_Hair,Blond_Hair,Brown_Hair,Male,Young";

    public StarGanOptions() => (BatchSize, Lr, Epochs, EpochsDecay, InitType) = (16, 1e-4f, 8, 8, Initialization.Default);

    public override string Model => StarGanFamily.Name;

    /// <summary>Whether labels are attributes of attributes.csv or folders.</summary>
    [Option("Whether labels are attributes of attributes.csv or folders.")]
    public LabelKind LabelKind { get; init; }

    /// <summary>Comma-separated attributes or folders (default: all in the data set; of CelebA the published five).</summary>
    [Option("Comma-separated attributes or folders (default: all in the data set; of CelebA the published five).", Values = "NAMES")]
    public string Labels { get; init; } = "";

    /// <summary>Side in pixels of the centre crop that is taken first; 0 for the whole picture.</summary>
    [Option(
        "Side in pixels of the centre crop that is taken first; 0 for the whole picture.", Least = 0,
        Most = OptionsValidation.LargestSide)]
    public int CentreCrop { get; init; } = 178;

    /// <summary>Root of a second data set with its own labels, for joint training.</summary>
    [Option("Root of a second data set with its own labels, for joint training.", Values = "DIR", MayChange = true)]
    public string Data2 { get; init; } = "";

    /// <summary>Whether labels of <see cref="Data2"/> are attributes of attributes.csv or folders.</summary>
    [Option("Whether labels of --data2 are attributes of attributes.csv or folders.")]
    public LabelKind LabelKind2 { get; init; }

    /// <summary>Comma-separated attributes or folders of <see cref="Data2"/> (default: all of them).</summary>
    [Option("Comma-separated attributes or folders of --data2 (default: all of them).", Values = "NAMES")]
    public string Labels2 { get; init; } = "";

    /// <summary>The same as <see cref="CentreCrop"/> for pictures of <see cref="Data2"/>.</summary>
    [Option("The same as --centre-crop for pictures of --data2.", Least = 0, Most = OptionsValidation.LargestSide)]
    public int CentreCrop2 { get; init; } = 256;

    /// <summary>Side in pixels of the networks' input.</summary>
    [Option("Side in pixels of the networks' input.", Least = 4, Most = OptionsValidation.LargestSide)]
    public int ImageSize { get; init; } = 128;

    /// <summary>Flip half of the pictures horizontally.</summary>
    [Option("Flip half of the pictures horizontally.", Off = "Don't flip pictures.")]
    public bool Flip { get; init; } = true;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int GConvDim { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int DConvDim { get; init; } = 64;

    /// <summary>Residual blocks of the generator.</summary>
    [Option("Residual blocks of the generator.", Least = 0, Most = 99)]
    public int GRepeatNum { get; init; } = 6;

    /// <summary>Strided layers of the discriminator.</summary>
    [Option("Strided layers of the discriminator.", Least = 1, Most = 12)]
    public int DRepeatNum { get; init; } = 6;

    /// <summary>Discriminator steps per generator step.</summary>
    [Option("Discriminator steps per generator step.", Least = 1, Most = 1000)]
    public int NCritic { get; init; } = 5;

    /// <summary>Weight of the classification loss.</summary>
    [Option("Weight of the classification loss.", Least = 0, Most = 1e9)]
    public float LambdaCls { get; init; } = 1;

    /// <summary>Weight of the cycle reconstruction.</summary>
    [Option(
        "Weight of the cycle reconstruction.", Least = 0, Most = 1e9,
        Why = "Without it a translation would not preserve the content of its input (arXiv 1711.09020, section " +
            "3.1).")]
    public float LambdaRec { get; init; } = 10;

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Wgangp;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>The labels of each data set.</summary>
    internal IReadOnlyList<LabelSet> LabelSets =>
    [
        new(NamesIn(Labels.Length > 0 ? Labels : ReferenceLabels), LabelKind == LabelKind.Classes),
        .. Labels2.Length > 0 ? new LabelSet[] { new(NamesIn(Labels2), LabelKind2 == LabelKind.Classes) } : [],
    ];

    /// <summary>Number of labels that the discriminator classifies.</summary>
    internal int LabelCount => LabelSets.Sum(set => set.Names.Count);

    /// <summary>Length of the generator's label vector: with two data sets, two more elements select the set.</summary>
    internal int LabelPlaces => LabelCount + (LabelSets.Count > 1 ? LabelSets.Count : 0);

    /// <summary>Minutes on two cores: houses of 64 pixels.</summary>
    public static StarGanOptions Small() => new()
    {
        Preset = SmallPreset, BatchSize = 8, Lr = 2e-4f, CentreCrop = 0, CentreCrop2 = 0, ImageSize = 64, GConvDim = 16, DConvDim = 16,
        GRepeatNum = 3, DRepeatNum = 5, Epochs = 1000, Steps = 4000, SampleFreq = 500,
    };

    internal override IReadOnlyList<string> ClassesAsIn(TrainingOptions other) => other is StarGanOptions { LabelSets: var theirs }
        ? [.. LabelSets.Zip(theirs).SelectMany(
            (sets, i) => LabelText.InOrderOf(i == 0 ? "--labels" : "--labels2", sets.First, sets.Second))]
        : [];

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaRec > 0 ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Data2.Length > 0, "without --data2", "label-kind2", "centre-crop2"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (ImageSize % (1 << DRepeatNum) != 0)
        {
            found.Add($"--image-size {ImageSize} must be a multiple of {1 << DRepeatNum} for --d-repeat-num {DRepeatNum}");
        }

        if (ImageSize % StarGanFamily.SideMultiple != 0 || ImageSize < StarGanFamily.SmallestSide)
        {
            found.Add($"--image-size {ImageSize} must be a multiple of {StarGanFamily.SideMultiple} and at least " +
                $"{StarGanFamily.SmallestSide}");
        }

        if (LabelSets.Any(set => !set.NamesEachOnce))
        {
            found.Add($"--labels {Labels}{(Labels2.Length > 0 ? $" and --labels2 {Labels2}" : "")} must name each label once");
        }
        else if (LabelSets.SelectMany(set => set.Names).GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(g => g.Count() > 1) is { } shared)
        {
            found.Add($"--labels2 {Labels2} has '{shared.Key}' in common with --labels {Labels}; choose other labels, or rename one");
        }

        if (Labels2.Length > 0 && Data2.Length == 0)
        {
            found.Add("--labels2 needs --data2, the data set that has them");
        }
    }

    private static string[] NamesIn(string labels) => labels.Split(',', StringSplitOptions.TrimEntries);
}

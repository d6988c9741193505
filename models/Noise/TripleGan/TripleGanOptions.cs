namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>Triple-GAN as published for digits of 28 pixels with 100 labels by default.</summary>
public sealed record TripleGanOptions : NoiseOptions
{
    /// <summary>Needed for the classifier's two poolings and its first 5×5 kernel.</summary>
    private const int SmallestSide = 16;

    private const int SideMultiple = 4;

    public TripleGanOptions()
    {
        (ImageSize, OutputNc) = (28, 1);
        (Noise, InitGain) = (NoiseKind.Uniform, 0.05f);
        (Lr, EmaDecay) = (1e-3f, 0.99f);
        (BatchSize, Steps) = (500, 503_000);
    }

    public override string Model => TripleGanFamily.Name;

    /// <summary>Comma-separated folders of the classes (default: all in the data set).</summary>
    [Option("Comma-separated folders of the classes (default: all in the data set).", Values = "NAMES")]
    public string Labels { get; init; } = "";

    /// <summary>Number of labelled pictures, the same for each class, or all of a smaller class; 0 for all.</summary>
    [Option("Number of labelled pictures, the same for each class, or all of a smaller class; 0 for all.", Least = 0, Most = int.MaxValue)]
    public int Labelled { get; init; } = 100;

    /// <summary>
    /// Unlabelled pictures of <see cref="TrainingOptions.BatchSize"/> for the classifier; the others, with <see cref="TwoNetworks"/> all,
    /// are real ones for the discriminator.
    /// </summary>
    [Option(
        "Unlabelled pictures of --batch-size for the classifier; the others, with --two-networks all, are real ones for the discriminator.",
        Least = 1, Most = 4095)]
    public int BatchC { get; init; } = 100;

    /// <summary>Generated pictures per step, at most <see cref="TrainingOptions.BatchSize"/>.</summary>
    [Option("Generated pictures per step, at most --batch-size.", Least = 2, Most = 4096)]
    public int BatchG { get; init; } = 200;

    /// <summary>Labelled pictures per step for the classifier, at most <see cref="TrainingOptions.BatchSize"/>.</summary>
    [Option("Labelled pictures per step for the classifier, at most --batch-size.", Least = 1, Most = 4096)]
    public int LabelledC { get; init; } = 100;

    /// <summary>
    /// Labelled pictures per step for the discriminator, at most <see cref="TrainingOptions.BatchSize"/>; without effect with
    /// <see cref="TwoNetworks"/>.
    /// </summary>
    [Option("Labelled pictures per step for the discriminator, at most --batch-size; without effect with --two-networks.",
        Least = 1, Most = 4096)]
    public int LabelledD { get; init; } = 1;

    /// <summary>Comma-separated widths of the generator's hidden layers.</summary>
    [Option("Comma-separated widths of the generator's hidden layers.", Values = "WIDTHS")]
    public string GWidths { get; init; } = "500,500";

    /// <summary>Comma-separated widths of the discriminator's hidden layers; with <see cref="TwoNetworks"/> it is not trained.</summary>
    [Option("Comma-separated widths of the discriminator's hidden layers; with --two-networks it is not trained.", Values = "WIDTHS")]
    public string DWidths { get; init; } = "1000,500,250,250,250";

    /// <summary>Channels of the classifier's first layer; the last have four times as many.</summary>
    [Option("Channels of the classifier's first layer; the last have four times as many.", Least = 1, Most = 4096)]
    public int Ncf { get; init; } = 32;

    /// <summary>Use dropout in the classifier.</summary>
    [Option("Use dropout in the classifier.", Off = "No dropout in the classifier.")]
    public bool Dropout { get; init; } = true;

    /// <summary>Add noise to the inputs of the discriminator's layers; without effect with <see cref="TwoNetworks"/>.</summary>
    [Option(
        "Add noise to the inputs of the discriminator's layers; without effect with --two-networks.",
        Off = "No noise in the discriminator; without effect with --two-networks.")]
    public bool NoiseD { get; init; } = true;

    /// <summary>Steps of the classifier alone before adversarial training.</summary>
    [Option("Steps of the classifier alone before adversarial training.", Least = 0, Most = int.MaxValue)]
    public int ClassifierSteps { get; init; } = 3000;

    /// <summary>Learning rate of the <see cref="ClassifierSteps"/>.</summary>
    [Option("Learning rate of the --classifier-steps.", Least = 0, AboveLeast = true, Most = 10)]
    public float ClassifierLr { get; init; } = 3e-4f;

    /// <summary>Step from which the classifier is also trained on fakes, and learning rates decay.</summary>
    [Option("Step from which the classifier is also trained on fakes, and learning rates decay.", Least = 0, Most = int.MaxValue)]
    public int FakesFrom { get; init; } = 153_000;

    /// <summary>Steps after <see cref="FakesFrom"/> in which learning rates decay by a 200th; 0 for constant rates.</summary>
    [Option("Steps after --fakes-from in which learning rates decay by a 200th; 0 for constant rates.", Least = 0, Most = int.MaxValue)]
    public int DecayEvery { get; init; } = 500;

    /// <summary>Train a GAN of two networks, the paper's rival: the classifier is the discriminator, too.</summary>
    /// <remarks>Salimans et al. 2016, section 5: the generator makes pictures with the mean features of real ones.</remarks>
    [Option("Train a GAN of two networks, the paper's rival: the classifier is the discriminator, too.",
        Off = "Three networks: the discriminator is one of its own.")]
    public bool TwoNetworks { get; init; }

    internal override LabelSet? LabelSet =>
        Labels.Length > 0 ? new LabelSet(Labels.Split(',', StringSplitOptions.TrimEntries), Exclude: true) : null;

    internal override bool? AreClasses => true;

    /// <summary>Number of values of a picture.</summary>
    internal int Pixels => OutputNc * ImageSize * ImageSize;

    /// <summary>Minutes on two cores: glyphs of 16 pixels, widths halved.</summary>
    public static TripleGanOptions Small() => new()
    {
        Preset = SmallPreset, ImageSize = 16, BatchSize = 300, BatchG = 100, GWidths = "250,250", DWidths = "500,250,125,125,125", Ncf = 16,
        ClassifierSteps = 300, FakesFrom = 1300, DecayEvery = 10, Steps = 3300, SampleFreq = 500,
    };

    internal override NoiseOptions WithLabelsOf(string folder) =>
        this with { Labels = RequestedLabels.In(folder, LabelKind.Classes, Labels, "--labels").Labels };

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(!TwoNetworks, "with --two-networks", "batch-c", "labelled-d", "noise-d"),
        .. OptionEffect.Of(ClassifierSteps > 0, "with --classifier-steps 0", "classifier-lr"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        found.AddRange(Widths.Problems(GWidths, DWidths));

        if (ImageSize < SmallestSide || ImageSize % SideMultiple != 0)
        {
            found.Add(
                $"--image-size {ImageSize} must be a multiple of {SideMultiple} and at least {SmallestSide}: the classifier pools twice");
        }

        if (!TwoNetworks && BatchC >= BatchSize)
        {
            found.Add($"--batch-c {BatchC} must be less than --batch-size {BatchSize}: the rest are real pictures for the discriminator");
        }

        if (LabelSet is { NamesEachOnce: false })
        {
            found.Add($"--labels {Labels} must name each class once");
        }

        if (Labelled > 0 && Labelled < LabelCount)
        {
            found.Add($"--labelled {Labelled} is too small: each of the {LabelCount} classes needs one");
        }
    }
}

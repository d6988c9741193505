namespace IlgpuGan.Models.Families;

/// <summary>What a generator minimises for one discriminator (Goodfellow et al. 2014, section 3).</summary>
public enum GeneratorObjective
{
    /// <summary>log(1 − D(G(z))), as in the minimax game.</summary>
    Original,

    /// <summary>−log D(G(z)), whose gradient does not vanish where the discriminator is confident.</summary>
    Modified,
}

/// <summary>The distribution of the latent codes.</summary>
public enum NoiseKind
{
    /// <summary>N(0, 1).</summary>
    Normal,

    /// <summary>Uniform on [−1, 1).</summary>
    Uniform,
}

/// <summary>Options of a family that generates square pictures from noise.</summary>
public abstract record NoiseOptions : TrainingOptions
{
    /// <summary>The generator's name in checkpoints.</summary>
    internal const string GeneratorName = "netG";

    /// <summary>The discriminator's name in checkpoints.</summary>
    internal const string DiscriminatorName = "netD";

    protected NoiseOptions() => (LrPolicy, EpochsDecay) = (LearningRatePolicy.Constant, 0);

    /// <summary>Side in pixels of the pictures.</summary>
    [Option("Side in pixels of the pictures.", Least = 4, Most = OptionsValidation.LargestSide)]
    public int ImageSize { get; init; } = 64;

    /// <summary>Channels of the generated pictures.</summary>
    [Option("Channels of the generated pictures.", Least = 1, Most = 4)]
    public int OutputNc { get; init; } = 3;

    /// <summary>Side in pixels of the centre crop that is taken first; 0 for the largest square.</summary>
    [Option("Side in pixels of the centre crop that is taken first; 0 for the largest square.",
        Least = 0, Most = OptionsValidation.LargestSide)]
    public int CentreCrop { get; init; }

    /// <summary>Flip half of the pictures horizontally.</summary>
    [Option("Flip half of the pictures horizontally.", Off = "Don't flip pictures.")]
    public bool Flip { get; init; }

    /// <summary>Length of the latent code.</summary>
    [Option("Length of the latent code.", Least = 1, Most = 65_536)]
    public int Nz { get; init; } = 100;

    /// <summary>Distribution of the code: N(0, 1), or uniform from -1 to 1.</summary>
    [Option("Distribution of the code: N(0, 1), or uniform from -1 to 1.")]
    public NoiseKind Noise { get; init; }

    /// <summary>The labels that networks are conditioned on, in the order of the label vector's elements; null for none.</summary>
    internal virtual LabelSet? LabelSet => null;

    /// <summary>Length of the label vector.</summary>
    internal int LabelCount => LabelSet?.Names.Count ?? 0;

    /// <summary>Whether labels are classes; null to find out from the data.</summary>
    internal virtual bool? AreClasses => null;

    /// <summary>The options with the labels of a folder.</summary>
    /// <exception cref="PictureException">it has no labels, or lacks a requested one</exception>
    internal virtual NoiseOptions WithLabelsOf(string folder) => this;

    internal override IReadOnlyList<string> ClassesAsIn(TrainingOptions other) =>
        LabelSet is { } own && other is NoiseOptions { LabelSet: { } theirs } ? LabelText.InOrderOf("--labels", own, theirs) : [];
}

/// <summary>Options of a family whose pictures may have labels.</summary>
public abstract record LabelledNoiseOptions : NoiseOptions
{
    /// <summary>Condition generator and discriminator on the picture's label.</summary>
    [Option("Condition generator and discriminator on the picture's label.", Off = "Learn without labels.")]
    public bool Conditional { get; init; }

    /// <summary>With <see cref="Conditional"/>, whether labels are attributes of attributes.csv or folders.</summary>
    [Option("With --conditional, whether labels are attributes of attributes.csv or folders.")]
    public LabelKind LabelKind { get; init; }

    /// <summary>With <see cref="Conditional"/>, comma-separated attributes or folders (default: all in the data set).</summary>
    [Option("With --conditional, comma-separated attributes or folders (default: all in the data set).", Values = "NAMES")]
    public string Labels { get; init; } = "";

    internal override LabelSet? LabelSet => Conditional && Labels.Length > 0
        ? new LabelSet(Labels.Split(',', StringSplitOptions.TrimEntries), LabelKind != LabelKind.Attributes)
        : null;

    internal override bool? AreClasses => LabelKind.AreClasses();

    internal override NoiseOptions WithLabelsOf(string folder)
    {
        if (!Conditional)
        {
            return this;
        }

        var (kind, labels) = RequestedLabels.In(folder, LabelKind, Labels, "--labels");
        return this with { LabelKind = kind, Labels = labels };
    }

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Conditional, "without --conditional", "label-kind"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Labels.Length > 0 && !Conditional)
        {
            found.Add($"--labels {Labels} needs --conditional: without it the networks have no label");
        }

        if (LabelSet is { NamesEachOnce: false })
        {
            found.Add($"--labels {Labels} must name each label once");
        }
    }
}

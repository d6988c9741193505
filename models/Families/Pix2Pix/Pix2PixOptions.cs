using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Pix2Pix;

/// <summary>The reference's pix2pix by default: U-Net with batch norm and dropout, cross-entropy, 100·L1.</summary>
public sealed record Pix2PixOptions : TranslationOptions
{
    public override string Model => Pix2PixFamily.Name;

    /// <summary>The preset of the reference's model <c>colorization</c>.</summary>
    internal const string ColorizationPreset = "colorization";

    private const int Lightness = 1;
    private const int Chroma = 2;
    private const int Colours = 3;

    /// <summary>
    /// Learn the colours of photographs: the lightness of CIELAB in, its a and b out. DIR/train, or DIR itself, holds photographs, not
    /// pairs.
    /// </summary>
    [Option(
        "Learn the colours of photographs: the lightness of CIELAB in, its a and b out. DIR/train, or DIR itself, holds photographs, not " +
            "pairs.",
        Off = "Learn from pairs.",
        Why = "The lightness is in the input already, so the network need not make it (arXiv 1603.08511, section 2).")]
    public bool Colorize { get; init; }

    /// <summary>Weight of the L1 loss.</summary>
    [Option(
        "Weight of the L1 loss.", Least = 0, Most = 1e9,
        Why = "L1 blurs less than L2 (arXiv 1611.07004, section 3.1); a weight of 100 leaves fewer artifacts than the " +
            "adversarial loss alone (section 4.2).")]
    public float LambdaL1 { get; init; } = 100;

    /// <summary>Weight of an L2 loss.</summary>
    [Option(
        "Weight of an L2 loss.", Least = 0, Most = 1e9,
        Why = "L2 blurs more than L1 (arXiv 1611.07004, section 3.1): here for comparison.")]
    public float LambdaL2 { get; init; }

    /// <summary>Weight of the adversarial loss; 0 trains the generator by the other losses alone, and no discriminator.</summary>
    [Option(
        "Weight of the adversarial loss; 0 trains the generator by the other losses alone, and no discriminator.", Least = 0, Most = 1e9,
        Why = "L1 alone gives reasonable but blurry results (arXiv 1611.07004, section 4.2).")]
    public float LambdaGan { get; init; } = 1;

    /// <summary>Condition the discriminator on the input.</summary>
    [Option(
        "Condition the discriminator on the input.", Off = "The discriminator sees outputs alone: a plain GAN.",
        Why = "A discriminator that doesn't see the input asks for realistic outputs of whatever input, and without L1 the generator " +
            "makes nearly the same output for all (arXiv 1611.07004, section 4.2).")]
    public bool ConditionalD { get; init; } = true;

    /// <summary>
    /// A trained generator to imitate, a run or a file: its outputs are then the targets of L1 and L2, and its activations those of
    /// <see cref="LambdaAttention"/>. The discriminator still sees the targets of the data.
    /// </summary>
    [Option(
        "A trained generator to imitate, a run or a file: its outputs are then the targets of L1 and L2, and its activations those of " +
            "--lambda-attention. The discriminator still sees the targets of the data.",
        MayChange = true, Values = "RUN|FILE",
        Why = "The outputs of a trained generator make pairs for any pictures, which a narrow one can copy (arXiv 2003.08936, " +
            "section 3.1).")]
    public string Teacher { get; init; } = "";

    /// <summary>With <see cref="Teacher"/>, weight of the distance between the places at which the two generators are active.</summary>
    [Option(
        "With --teacher, weight of the distance between the places at which the two generators are active.", Least = 0, Most = 1e9,
        Why = "It needs no equal numbers of channels (arXiv 1612.03928, section 3.1).")]
    public float LambdaAttention { get; init; } = 10;

    /// <summary>Two minutes on two cores: pairs of 64 pixels, half the width.</summary>
    internal static Pix2PixOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, Generator = GeneratorKind.UNet(6), Ngf = 32, Ndf = 32, Steps = 2000,
        SampleFreq = 200,
    };

    /// <summary>The reference's colorization: its pix2pix from one plane of CIELAB to the other two.</summary>
    internal static Pix2PixOptions Colorization() => new()
    {
        Preset = ColorizationPreset, Colorize = true, InputNc = Lightness, OutputNc = Chroma,
    };

    internal override (int Input, int Output) PictureChannels => Colorize ? (Colours, Colours) : base.PictureChannels;

    internal override bool LearnsFromPhotographs => Colorize;

    /// <summary>Without an adversarial loss no discriminator is trained.</summary>
    internal override int SmallestTrainedSide => LambdaGan > 0 ? base.SmallestTrainedSide : SmallestSide;

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaL1 > 0 ? losses : LambdaL2 > 0 ? ["G_L2"] : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,
        .. OptionEffect.Of(Teacher.Length > 0, "without --teacher", "lambda-attention"),
        .. OptionEffect.Of(LambdaGan > 0, "with --lambda-gan 0", "gan-mode", "lambda-r1", "lambda-r2"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Colorize && (InputNc != Lightness || OutputNc != Chroma))
        {
            found.Add(
                $"--colorize makes two planes of one, the colours of the lightness: --input-nc {Lightness} and --output-nc {Chroma}, not " +
                    $"{InputNc} and {OutputNc}; --preset {ColorizationPreset} sets them");
        }

        if (Colorize && Direction != Direction.AToB)
        {
            found.Add("--colorize learns in one direction, from gray to colour: --direction AtoB");
        }

        if (LambdaL1 == 0 && LambdaL2 == 0 && LambdaGan == 0)
        {
            found.Add("--lambda-l1, --lambda-l2 and --lambda-gan are all 0: the generator would have no loss");
        }

        if (Teacher.Length > 0 && LambdaAttention > 0 && Generator.Family == GeneratorFamily.EncoderDecoder)
        {
            found.Add($"--lambda-attention {LambdaAttention} needs skip connections; --generator {Generator} has none: set it to 0");
        }
    }
}

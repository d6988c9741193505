using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families.Pix2Pix;

/// <summary>The description of pix2pix.</summary>
internal sealed class Pix2PixFamily : PictureFamily<Pix2PixOptions>
{
    public const string Name = "pix2pix";

    private const string GeneratorName = "netG";
    private const string DiscriminatorName = "netD";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "pix2pix",
        Summary = "Learns from pairs: pictures in DIR/train hold A (left) and B (right) side by side.",
        Paper = "Isola, Zhu, Zhou, Efros 2017: Image-to-image translation with conditional adversarial networks, CVPR",
        Data = "pairs side by side in DIR/train, or under equal names in DIR/trainA and DIR/trainB; DIR/val or DIR/test for samples; " +
            "with --colorize photographs alone",
        LearnsFrom = DataKind.Pairs, FirstChoiceFor = DataSituation.Pairs, Input = "a picture",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: U-Net of 256 pixels, batch norm, cross-entropy and 100 L1",
                () => new Pix2PixOptions()),
            new(TrainingOptions.SmallPreset, "64 pixels (data synth --kind facades), width 32, 2000 steps: minutes on two cores",
                Pix2PixOptions.Small),
            new(Pix2PixOptions.ColorizationPreset, "the authors' colorization: photographs alone, lightness in, a and b of CIELAB out",
                Pix2PixOptions.Colorization),
        ],
        QualityLosses = ["G_L1"],
        Views = ["input", "output", "target"], ComparedViews = new("output", "target"),
        BenchGenerators = ["unet256"],
    };

    internal override RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name)
    {
        var own = ReferenceNetworks.IsGenerator(architecture) ? GeneratorName : DiscriminatorName;
        if (name is null ? ReferenceNetworks.IsOfUnpairedTraining(architecture) : name is not (GeneratorName or DiscriminatorName))
        {
            return null;
        }

        var options = ReferenceNetworks.Describe(architecture, new Pix2PixOptions());
        if (ReferenceNetworks.Channels(architecture) is { } channels)
        {
            // From one plane to two is the reference's colorization; no pictures have two colours.
            var coloured = Pix2PixOptions.Colorization();
            options = channels == (coloured.InputNc, coloured.OutputNc)
                ? options with { Preset = coloured.Preset, Colorize = true, InputNc = channels.Input, OutputNc = channels.Output }
                : options with { InputNc = channels.Input, OutputNc = channels.Output };
        }

        return new RecognisedNetwork(
            name ?? own, options.Validated(this), () => ReferenceNetworks.Create(architecture, options),
            HasKnownDirection: options.Colorize);
    }

    internal override IEnumerable<Pix2PixOptions> Guesses(StateShapes shapes) =>
        ReferenceNetworks.DescribeAntialiased(shapes, new Pix2PixOptions()) is { Norm: NormKind.Batch } found ? [found] : [];

    /// <summary>Without dropout, since a teacher's output leaves nothing to chance; the discriminator keeps its width.</summary>
    internal override StudentSpec? Students(TrainingOptions teacher, string path)
    {
        if (teacher is not TranslationOptions o)
        {
            return null;
        }

        var own = o as Pix2PixOptions ?? new Pix2PixOptions
        {
            Direction = o.Direction, Preprocess = o.Preprocess, LoadSize = o.LoadSize, CropSize = o.CropSize, Flip = o.Flip,
            InputNc = o.InputNc, OutputNc = o.OutputNc, Generator = o.Generator, Ndf = o.Ndf, Norm = o.Norm, Padding = o.Padding,
            BatchSize = o.BatchSize, Lr = o.Lr,
        };
        return new StudentSpec(o.Ngf, o.CropSize, o.InputNc, width => Of(width, path), width => Of(width, ""));

        // All steps that were asked for, over all pictures: what ended or limited the teacher's training is its own.
        Pix2PixOptions Of(int width, string taughtBy) => own with
        {
            Ngf = width, Dropout = false, Teacher = taughtBy, KeepBest = BestMetric.None, Patience = 0, MaxDatasetSize = 0,
        };
    }

    public override Pix2PixOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.UNet(int.Log2(Math.Min(side, 256))) };

    protected override IReadOnlyList<NetworkSpec> Networks(Pix2PixOptions o) =>
    [
        new(GeneratorName, NetworkRole.Generator, () => o.CreateGenerator(o.InputNc, o.OutputNc)),
        new(DiscriminatorName, NetworkRole.Discriminator, () => o.CreateDiscriminator(o.OutputNc + (o.ConditionalD ? o.InputNc : 0))),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(Pix2PixOptions o) => o.Colorize
        ? [ForwardGenerator(GeneratorName, o) with { OnPictures = static network => new Colorizer(network) }]
        : [ForwardGenerator(GeneratorName, o)];

    protected override GanModel Create(Pix2PixOptions options, Device device) => new Pix2PixModel(this, options, device);
}

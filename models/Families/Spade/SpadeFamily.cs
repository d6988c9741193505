using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>The description of SPADE.</summary>
internal sealed class SpadeFamily : LabelMapFamily<SpadeOptions>
{
    public const string Name = "spade";
    public const string GeneratorName = "netG";
    public const string DiscriminatorName = "netD";
    public const string EncoderName = "netE";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "SPADE",
        Summary = "Generates photographs from label maps, which modulate the generator's norms.",
        Paper = "Park, Liu, Wang, Zhu 2019: Semantic image synthesis with spatially-adaptive normalization, CVPR",
        Data = LabelData,
        LearnsFrom = DataKind.Pairs, Input = "a label map: numbers of classes, or colours",
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the authors' program without its VGG loss: 256 pixels, width 64, batch norm, two discriminators",
                () => new SpadeOptions()),
            new(SpadeOptions.SmallPreset, "64 pixels, width 16, instance norm: minutes on two cores, for drawn facades",
                SpadeOptions.Small),
        ],
        QualityLosses = ["GAN_Feat"],
        Views = ["labels", "output", "photo"], ComparedViews = new("output", "photo"),
    };

    public override SpadeOptions AtSize(int side) =>
        (
            side < 256 ? SpadeOptions.Small() : new SpadeOptions()) with { LoadSize = side, CropSize = side,
            LabelNc = LabelMapOptions.FacadeClasses };

    protected override IReadOnlyList<NetworkSpec> Networks(SpadeOptions o) =>
    [
        new(GeneratorName, NetworkRole.Generator, () => o.NetG == SpadeGeneratorKind.Spade ? new SpadeGenerator(o) : PlusPlusGenerator(o)),
        new(
            DiscriminatorName, NetworkRole.Discriminator,
            () => new MultiscaleDiscriminator(o.InputPlanes + o.OutputNc, o.Ndf, o.NLayersD - 1, o.NumD, spectral: true)),
        .. o.UseVae
            ? new[] { new NetworkSpec(
                EncoderName, NetworkRole.Encoder, () => new StyleEncoder(o.OutputNc, o.Ngf, o.CropSize >= 256 ? 6 : 5, o.ZDim)) }
            : [],
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(SpadeOptions o)
    {
        var spec = FromLabels(GeneratorName, o);
        return o.UseVae ? [Styled(spec, o)] : [spec];
    }

    /// <summary>
    /// The ablation <c>pix2pixHD++</c> (Park et al. 2019, section 4): pix2pixHD's generator with spectral norms, which gets the labels only
    /// as its input. Losses and learning rates are SPADE's.
    /// </summary>
    internal static ResNetGenerator PlusPlusGenerator(SpadeOptions o) =>
        new(o.InputPlanes, o.OutputNc, o.NBlocksGlobal, o.Ngf, halvings: o.NDownsampleGlobal, spectral: true);

    /// <summary>With a style code, label maps have a fixed size; the code is random, or the mean of a picture's code.</summary>
    private static GeneratorSpec Styled(GeneratorSpec spec, SpadeOptions o) => spec with
    {
        Labels = spec.Labels! with { Side = o.CropSize },
        Conditions = new GeneratorConditions { Noise = o.ZDim, Style = new StylePicture(o.OutputNc, o.CropSize), Bind = Bind },
    };

    private static BoundGenerator Bind(StoredModules load, ConditionValues given)
    {
        var generator = (SpadeGenerator)load(GeneratorName);
        using var constants = GradMode.NoGrad();
        var code = given.Noise ?? ((StyleEncoder)load(EncoderName)).Eval().Forward(given.Style!).Mean.Keep();
        return new BoundGenerator(generator, x => generator.Forward(x, code.Expand(x.Shape[0], code.Shape[1])));
    }

    protected override GanModel Create(SpadeOptions options, Device device) => new SpadeModel(this, options, device);
}

using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>pix2pixHD, to the rest of the program.</summary>
internal sealed class Pix2PixHdFamily : PictureFamily<Pix2PixHdOptions>
{
    public const string Name = "pix2pixhd";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name,
        Title = "pix2pixHD",
        Summary = "Learns large pictures from pairs: discriminators of several sizes, whose layers should not tell fakes from real pictures.",
        Paper = "Wang, Liu, Zhu, Tao, Kautz, Catanzaro 2018: High-resolution image synthesis and semantic manipulation with conditional GANs, CVPR",
        Data = "pairs side by side in DIR/train, or of equal names in DIR/trainA and DIR/trainB; DIR/val or DIR/test to look at",
        LearnsFromPairs = true,
        Input = "a picture",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program for widths of 1024: four halvings, nine blocks, two discriminators, feature matching; no VGG loss"),
            new(Pix2PixHdOptions.SmallPreset, "for 64 pixels: two halvings, four blocks of width 64, 2000 steps, minutes on two cores"),
        ],
        QualityLosses = ["G_GAN_Feat"],
        Views = ["input", "output", "target"],
    };

    protected override Pix2PixHdOptions OfPreset(string preset) => preset == Pix2PixHdOptions.SmallPreset ? Pix2PixHdOptions.Small() : new Pix2PixHdOptions();

    protected override Pix2PixHdOptions AtSize(int side) => new() { LoadSize = side, CropSize = side };

    protected override IReadOnlyList<NetworkSpec> Networks(Pix2PixHdOptions o) =>
    [
        new(
            Pix2PixHdModel.GeneratorName, NetworkRole.Generator,
            () => new ResNetGenerator(o.InputNc, o.OutputNc, o.NBlocksGlobal, o.Ngf, halvings: o.NDownsampleGlobal)),
        new(
            Pix2PixHdModel.DiscriminatorName, NetworkRole.Discriminator,
            () => new MultiscaleDiscriminator(o.InputNc + o.OutputNc, o.Ndf, o.NLayersD, o.NumD)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(Pix2PixHdOptions o) => [There(Pix2PixHdModel.GeneratorName, o)];

    protected override GanModel Create(Pix2PixHdOptions options, Device device) => new Pix2PixHdModel(options, device);
}

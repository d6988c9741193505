using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>The description of EBGAN.</summary>
internal sealed class EbganFamily : NoiseFamily<EbganOptions>
{
    public const string Name = "ebgan";

    private const float DeviationOfConvolutionsD = 0.002f;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "EBGAN",
        Summary = "Generates pictures from noise; the discriminator is an auto-encoder whose reconstruction error is an energy.",
        Paper = "Zhao, Mathieu, LeCun 2016: Energy-based generative adversarial network, ICLR 2017",
        Data = PictureData,
        LearnsFrom = DataKind.Pictures, Input = FromNoise,
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the paper's for faces of 64 pixels: DCGAN's generator, three downsamplings and upsamplings, margin 20",
                () => new EbganOptions()),
            new(TrainingOptions.SmallPreset, "glyphs of 16 pixels (data synth --kind glyphs), perceptrons, margin 10: minutes on two cores",
                EbganOptions.Small),
        ],
        QualityLosses = ["D_real"],
        Views = s_views, SamplesShown = 1,
    };

    protected override IReadOnlyList<NetworkSpec> Networks(EbganOptions o) => o.Layers == EbganLayers.Convolutions
        ? [
            new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new VectorToPicture(
                "main", DcganNetworks.Generator(o.Nz, o.Ngf, o.ImageSize, o.OutputNc), before: new Reshape(o.Nz, 1, 1))),
            Discriminator(o) with { InitGain = DeviationOfConvolutionsD },
        ]
        : [new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => Perceptron(o)), Discriminator(o)];

    protected override GanModel Create(EbganOptions options, Device device) => new EbganModel(this, options, device);

    private static NetworkSpec Discriminator(EbganOptions o) =>
        new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new AutoEncoder(o));

    /// <summary>[N, numbers] to pictures in (−1, 1): hidden layers with batch norm.</summary>
    private static VectorToPicture Perceptron(EbganOptions o)
    {
        var layers = new Sequential();
        var inputs = o.Nz;
        foreach (var width in Widths.Parse(o.GWidths))
        {
            layers.AppendAll(new Linear(inputs, width), new BatchNorm2d(width), new Relu());
            inputs = width;
        }

        layers.AppendAll(new Linear(inputs, o.OutputNc * o.ImageSize * o.ImageSize), new Sigmoid(), new Rescale(2, -1));
        return new VectorToPicture("model", layers, after: new Reshape(o.OutputNc, o.ImageSize, o.ImageSize));
    }
}

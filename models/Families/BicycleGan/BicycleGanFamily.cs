using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>The description of BicycleGAN.</summary>
internal sealed class BicycleGanFamily : PictureFamily<BicycleGanOptions>
{
    public const string Name = "bicyclegan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "BicycleGAN",
        Summary = "Learns many outputs for each input from pairs; a latent code selects one.",
        Paper = "Zhu, Zhang, Pathak, Darrell, Efros, Wang, Shechtman 2017: Toward multimodal image-to-image translation, NIPS",
        Data = "pairs side by side in DIR/train, or under equal names in DIR/trainA and DIR/trainB; DIR/val or DIR/test for samples",
        LearnsFrom = DataKind.Pairs, DrawnData = "edges-shapes",
        Input = "a picture, and a random code (--samples) or the code of another picture (--style)",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: 256 pixels, codes of 8 numbers at all levels, both objectives",
                () => new BicycleGanOptions()),
            new(BicycleGanOptions.ShoesPreset,
                "the authors' edges to shoes: a picture of one channel, 30 epochs, then 30 of a falling rate",
                () => new BicycleGanOptions { Preset = BicycleGanOptions.ShoesPreset, InputNc = 1, Epochs = 30, EpochsDecay = 30 }),
            new(TrainingOptions.SmallPreset, "edges to shapes of 64 pixels (data synth --kind edges-shapes) in minutes on two cores",
                BicycleGanOptions.Small),
        ],
        QualityLosses = ["G_L1"],
        Views = ["input", "answer_1", "answer_2", "answer_3", "answer_4", "target"],
    };

    public override BicycleGanOptions AtSize(int side) => new()
    {
        LoadSize = side, CropSize = side, NumDowns = Math.Clamp(int.Log2(side), 3, 8), NLayersD = side < 256 ? 2 : 3,
        EncoderBlocks = Math.Clamp(int.Log2(side) - 3, 2, 5),
    };

    protected override IReadOnlyList<NetworkSpec> Networks(BicycleGanOptions o) =>
    [
        new("netG", NetworkRole.Generator, () => new VectorUNet(
            o.InputNc, o.OutputNc, o.NumDowns, o.Ngf, o.Nz, o.WhereAdd == CodePlace.All ? VectorPlace.Downs : VectorPlace.Input,
            o.Dropout)),
        .. If(o.HasEncoder, new NetworkSpec("netE", NetworkRole.Encoder, () => new CodeEncoder(o))),
        .. If(o.Variant != BicycleVariant.ClrGan, new NetworkSpec("netD", NetworkRole.Discriminator, () => new TwoScaleDiscriminator(o))),
        .. If(o.ReconstructsCode, new NetworkSpec("netD2", NetworkRole.Discriminator, () => new TwoScaleDiscriminator(o))),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(BicycleGanOptions o) =>
    [
        ForwardGenerator("netG", o) with
        {
            Conditions = new GeneratorConditions
            {
                Noise = o.Nz,
                Style = o.HasEncoder ? new StylePicture(o.OutputNc, o.CropSize) : null,
                Bind = Bind,
            },
        },
    ];

    internal override IEnumerable<BicycleGanOptions> Guesses(StateShapes shapes)
    {
        const string down = "model.submodule.down.1.weight";
        if ((shapes.Extent("model.down.0.weight", 0), shapes.Extent(down, 1), shapes.Extent("model.down.0.weight", 1),
            shapes.Extent("model.up.1.weight", 1)) is
            ({ } ngf, { } second, { } first, { } output) && second > ngf && first > second - ngf)
        {
            var downs = 1 + shapes.All.Keys.Max(key => key.Split('.').Count(part => part == "submodule"));
            var side = Math.Max(new BicycleGanOptions().CropSize, 1 << Math.Min(downs, 30));
            yield return new() { Ngf = ngf, Nz = second - ngf, InputNc = first - (second - ngf), OutputNc = output, NumDowns = downs,
                LoadSize = side, CropSize = side };
        }

        if ((shapes.Extent("conv.0.weight", 0), shapes.Extent("conv.0.weight", 1), shapes.Extent("fcVar.0.weight", 0))
            is ({ } nef, { } seen, { } nz))
        {
            yield return new() { Nef = nef, OutputNc = seen, Nz = nz, EncoderBlocks = 1 + shapes.Run("conv.{0}.conv.2.weight", first: 1) };
        }

        if ((shapes.Extent("model_0.0.weight", 0), shapes.Extent("model_0.0.weight", 1), shapes.Last("model_0.", ".weight"))
            is ({ } ndf, { } judged, { } last))
        {
            yield return new() { Ndf = ndf, OutputNc = judged, NLayersD = (last - 2) / 3 };
        }
    }

    protected override GanModel Create(BicycleGanOptions options, Device device) => new BicycleGanModel(this, options, device);

    /// <summary>The code is random, or the mean of a style picture's code.</summary>
    private static BoundGenerator Bind(StoredModules load, ConditionValues given)
    {
        var generator = (VectorUNet)load("netG");
        using var constants = GradMode.NoGrad();
        var code = given.Noise ?? ((CodeEncoder)load("netE")).Forward(given.Style!).Mean.Keep();
        return new BoundGenerator(generator, x => generator.Forward(x, code.Expand(x.Shape[0], code.Shape[1])));
    }

    private static NetworkSpec[] If(bool condition, NetworkSpec network) => condition ? [network] : [];
}

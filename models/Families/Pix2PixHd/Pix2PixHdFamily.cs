using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>The description of pix2pixHD.</summary>
internal sealed class Pix2PixHdFamily : LabelMapFamily<Pix2PixHdOptions>
{
    public const string Name = "pix2pixhd";

    private const int MostChannels = 4;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "pix2pixHD",
        Summary = "Learns large photographs from label maps or pictures, with multi-scale discriminators and " +
            "feature matching.",
        Paper = "Wang, Liu, Zhu, Tao, Kautz, Catanzaro 2018: High-resolution image synthesis and semantic manipulation with conditional " +
            "GANs, CVPR",
        Data = LabelData + "; with --no-label-maps any pairs",
        LearnsFrom = DataKind.Pairs,
        Input = "a label map: numbers of classes, or colours; or a picture; with --instance-feat by chance (--samples), or in the style " +
            "of a photograph (--style, --style-labels)",
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the authors' program for widths of 1024: four downsamplings, nine blocks, two discriminators, feature matching; no " +
                    "VGG loss", () => new Pix2PixHdOptions()),
            new(Pix2PixHdOptions.LocalPreset,
                "the authors' for widths of 2048: an enhancer of width 32 around the global generator, three discriminators; begin " +
                    "with a global run's weights", Pix2PixHdOptions.Local),
            new(Pix2PixHdOptions.SmallPreset, "for 64 pixels: two downsamplings, four blocks of width 64, 2000 steps, minutes on two cores",
                Pix2PixHdOptions.Small),
        ],
        QualityLosses = ["G_GAN_Feat"],
        Views = ["input", "output", "target"], ComparedViews = new("output", "target"),
    };

    public override Pix2PixHdOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, LabelNc = LabelMapOptions.FacadeClasses };

    protected override SampleSource OpenData(Pix2PixHdOptions options, string split, bool forEvaluation) => options.LabelMaps
        ? base.OpenData(options, split, forEvaluation)
        : AlignedFolder.Open(Path.Combine(options.Data, split), options.DataSettings(forEvaluation));

    protected override bool HasSplit(Pix2PixHdOptions options, string split) => options.LabelMaps
        ? base.HasSplit(options, split)
        : PictureList.IsIn(Path.Combine(options.Data, split)) || PictureList.IsIn(Path.Combine(options.Data, split + "A"));

    protected override Batch Noise(Pix2PixHdOptions options, Device device) =>
        options.LabelMaps ? base.Noise(options, device) : options.NoisePair(device);

    protected override IReadOnlyList<NetworkSpec> Networks(Pix2PixHdOptions o) =>
    [
        new(
            Pix2PixHdModel.GeneratorName, NetworkRole.Generator,
            () => o.NLocalEnhancers == 0
                ? new ResNetGenerator(o.GeneratorPlanes, o.OutputNc, o.NBlocksGlobal, o.Ngf, halvings: o.NDownsampleGlobal)
                : new LocalEnhancer(
                    o.GeneratorPlanes, o.OutputNc, o.NBlocksGlobal, o.Ngf, o.NDownsampleGlobal, o.NLocalEnhancers, o.NBlocksLocal)),
        new(
            Pix2PixHdModel.DiscriminatorName, NetworkRole.Discriminator,
            () => new MultiscaleDiscriminator(o.ConditionPlanes + o.OutputNc, o.Ndf, o.NLayersD, o.NumD)),
        .. o.InstanceFeat ? Features(o) : [],
    ];

    /// <summary>The feature encoder is a global generator without blocks; checkpoints also hold the clusters of its features.</summary>
    private static NetworkSpec[] Features(Pix2PixHdOptions o) =>
    [
        new(
            Pix2PixHdModel.EncoderName, NetworkRole.Encoder,
            () => new ResNetGenerator(o.OutputNc, o.FeatNum, blocks: 0, o.Nef, halvings: o.NDownsampleE)),
        new(Pix2PixHdModel.ClustersName, NetworkRole.Projection, () => new FeatureClusters(o.LabelPlanes, o.NClusters, o.FeatNum)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(Pix2PixHdOptions o) =>
    [
        o.LabelMaps
            ? FromLabels(Pix2PixHdModel.GeneratorName, o) with { Conditions = o.InstanceFeat ? ChosenFeatures(o) : null }
            : new()
            {
                Network = Pix2PixHdModel.GeneratorName, Direction = o.Direction, InputChannels = o.InputNc, OutputChannels = o.OutputNc,
                SideMultiple = o.SideMultiple, SmallestSide = o.SmallestSide, Description = o.GeneratorName,
            },
    ];

    /// <summary>
    /// Each class gets its mean features in a photograph; without a photograph, and for classes that it lacks, those of a random cluster.
    /// </summary>
    private static GeneratorConditions ChosenFeatures(Pix2PixHdOptions o) => new()
    {
        Noise = o.LabelPlanes * o.NClusters,
        Style = new StylePicture(o.OutputNc, o.SmallestSide) { Labels = new LabelInput(o.Coding, HasBorders: false) },
        Bind = (load, given) =>
        {
            var generator = (Layer)load(Pix2PixHdModel.GeneratorName);
            var known = given.Style is { } photo ? Encoded((Layer)load(Pix2PixHdModel.EncoderName), photo, given.StyleLabels!) : null;
            var features = ((FeatureClusters)load(Pix2PixHdModel.ClustersName)).Choose(given.Noise!, known).Keep();
            return new BoundGenerator(generator, x =>
            {
                using var labels = x.Slice(1, 0, o.LabelPlanes);
                using var map = labels.Conv2d(features, null);
                using var input = TensorOps.Concat(1, x, map);
                return generator.Forward(input);
            });
        },
    };

    /// <summary>The mean features of a photograph's classes.</summary>
    private static Dictionary<int, float[]> Encoded(Layer encoder, Tensor photo, Tensor labels)
    {
        using var constants = GradMode.NoGrad();
        using var encoded = encoder.Forward(photo);
        return InstanceMeans.OfClasses(encoded, labels);
    }

    internal override IEnumerable<Pix2PixHdOptions> Guesses(StateShapes shapes)
    {
        if ((shapes.Extent("model.1.weight", 0), shapes.Extent("model.1.weight", 1), shapes.Extent("model.4.weight", 2))
            is ({ } ngf, { } input, 3)
            && shapes.Last("model.", ".weight") is { } last && shapes.Extent($"model.{last}.weight", 0) is { } output)
        {
            var layers = shapes.Run("model.{0}.weight", first: 4, step: 3);
            var blocks = shapes.Run("model.{0}.conv_block.1.weight", first: 4 + (3 * layers));

            // Without residual blocks it is the feature encoder, whose upsamplings directly follow the downsamplings.
            yield return blocks == 0 && layers % 2 == 0
                ? new() { InstanceFeat = true, OutputNc = input, FeatNum = output, Nef = ngf, NDownsampleE = layers / 2 }
                : WithEnhancers(shapes, layers, blocks)
                    ?? WithPlanes(input) with { Ngf = ngf, OutputNc = output, NDownsampleGlobal = layers, NBlocksGlobal = blocks };
        }

        if ((shapes.Extent("scale0_layer0.0.weight", 0), shapes.Extent("scale0_layer0.0.weight", 1)) is ({ } ndf, { } judged) && judged > 3)
        {
            yield return WithPlanes(judged - 3) with
            {
                Ndf = ndf, NumD = shapes.Run("scale{0}_layer0.0.weight"), NLayersD = shapes.Run("scale0_layer{0}.0.weight") - 2,
            };
        }
    }

    /// <summary>A generator with enhancers, given the downsamplings and blocks of its trunk; null for another network.</summary>
    private static Pix2PixHdOptions? WithEnhancers(StateShapes shapes, int halvings, int blocks)
    {
        var enhancers = shapes.Run("model{0}_1.1.weight", first: 1);
        return (shapes.Extent($"model{enhancers}_1.1.weight", 0), shapes.Extent($"model{enhancers}_1.1.weight", 1))
            is ({ } ngf, { } planes)
            && shapes.Last($"model{enhancers}_2.", ".weight") is { } last
            && shapes.Extent($"model{enhancers}_2.{last}.weight", 0) is { } output
            ? WithPlanes(planes) with
            {
                Ngf = ngf, OutputNc = output, NDownsampleGlobal = halvings, NBlocksGlobal = blocks, NLocalEnhancers = enhancers,
                NBlocksLocal = shapes.Run("model1_2.{0}.conv_block.1.weight"),
            }
            : null;
    }

    /// <summary>
    /// Up to four planes are a picture's channels; more are one plane per class and one of borders, as in the authors' models.
    /// </summary>
    private static Pix2PixHdOptions WithPlanes(int planes) =>
        planes <= MostChannels ? new() { LabelMaps = false, InputNc = planes } : new() { LabelNc = planes - 1 };

    protected override GanModel Create(Pix2PixHdOptions options, Device device) => new Pix2PixHdModel(this, options, device);
}

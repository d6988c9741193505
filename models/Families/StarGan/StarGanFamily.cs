using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>StarGAN, to the rest of the program.</summary>
internal sealed class StarGanFamily : Family<StarGanOptions>
{
    public const string Name = "stargan";
    public const string SmallPreset = "small";
    public const int SideMultiple = 4;

    /// <summary>After two halvings, norms need more than one pixel.</summary>
    public const int SmallestSide = 2 * SideMultiple;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name,
        Title = "StarGAN",
        Summary = "Learns from labelled pictures one generator for all domains: it is told the target's label.",
        Paper = "Choi, Choi, Kim, Ha, Kim, Choo 2018: StarGAN: unified generative adversarial networks for multi-domain image-to-image translation, CVPR",
        Data = "a folder for each class in DIR/train, or DIR/train/attributes.csv (file,NAME,NAME,... with 1 and 0); DIR/val or DIR/test to look at",
        LearnsFromPairs = false,
        Input = "a picture, and the target's label (--label)",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: CelebA at 128 pixels, five attributes"),
            new(SmallPreset, "houses of 64 pixels (data synth --kind attributes) in minutes on two cores"),
        ],
        QualityLosses = ["G_rec"],
        Views = ["input", "target_1", "target_2", "target_3", "target_4"],
    };

    protected override StarGanOptions OfPreset(string preset) => preset == SmallPreset ? StarGanOptions.Small() : new StarGanOptions();

    protected override StarGanOptions AtSize(int side) => new() { CentreCrop = 0, ImageSize = side, DRepeatNum = Math.Clamp(int.Log2(side) - 1, 1, 6) };

    /// <summary>The names of the labels, and what they are.</summary>
    protected override StarGanOptions Completed(StarGanOptions options)
    {
        var (kind, names) = LabelledPictures.Labels(TrainFolder(options), Chosen(options.LabelKind));
        var asked = options.Labels.Length > 0 ? options.LabelNames : names;
        return asked.FirstOrDefault(label => !names.Contains(label)) is { } missing
            ? throw new DataException($"{TrainFolder(options)}: has no {(kind ? "folder" : "attribute")} '{missing}' of --labels; it has {string.Join(", ", names)}")
            : options with { LabelKind = kind ? LabelKind.Classes : LabelKind.Attributes, Labels = string.Join(',', asked) };
    }

    protected override IReadOnlyList<NetworkSpec> Networks(StarGanOptions o) =>
    [
        new("netG", NetworkRole.Generator, () => new LabelGenerator(o)),
        new("netD", NetworkRole.Discriminator, () => new ClassifyingJudge(o)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(StarGanOptions o) =>
    [
        new("netG", Direction.AToB, LabelGenerator.PictureChannels, LabelGenerator.PictureChannels, SideMultiple, SmallestSide, "StarGAN's generator")
        {
            Conditions = new GeneratorConditions
            {
                Labels = o.LabelNames,
                LabelsExclude = o.LabelKind == LabelKind.Classes,
                Bind = (load, given) =>
                {
                    var generator = (LabelGenerator)load("netG");
                    return new BoundGenerator(generator, x => generator.Forward(x, given.Label!.Expand(x.Shape[0], o.LabelNames.Count)));
                },
            },
        },
    ];

    protected override SampleSource OpenData(StarGanOptions o, string split, bool forEvaluation) =>
        LabelledPictures.Open(Path.Combine(o.Data, split), Chosen(o.LabelKind), o.LabelNames, new LabelledSettings(o.CentreCrop, o.ImageSize)
        {
            Flip = o.Flip && !forEvaluation,
            MaxSamples = forEvaluation ? 0 : o.MaxDatasetSize,
            IsSerial = o.SerialBatches || forEvaluation,
        });

    protected override bool HasSplit(StarGanOptions options, string split) => Directory.Exists(Path.Combine(options.Data, split));

    protected override Batch Noise(StarGanOptions o, Device device)
    {
        var picture = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(o.BatchSize, LabelGenerator.PictureChannels, o.ImageSize, o.ImageSize), device).Affine(2, -1);
        var labels = Enumerable.Range(0, o.BatchSize * o.LabelNames.Count).Select(i => i % o.LabelNames.Count == i / o.LabelNames.Count % o.LabelNames.Count ? 1f : 0f);
        var label = Tensor.From([.. labels], new Shape(o.BatchSize, o.LabelNames.Count), device);
        return new Batch([new(LabelledPictures.NameOfPicture, picture), new(LabelledPictures.NameOfLabel, label)], ["noise"], epoch: 0);
    }

    protected override GanModel Create(StarGanOptions options, Device device) => new StarGanModel(options, device);

    private static string TrainFolder(StarGanOptions options) => Path.Combine(options.Data, "train");

    /// <summary>Whether classes are asked for; null to look.</summary>
    private static bool? Chosen(LabelKind kind) => kind == LabelKind.Auto ? null : kind == LabelKind.Classes;
}

namespace IlgpuGan.Models.Families.DualGan;

/// <summary>The description of DualGAN.</summary>
internal sealed class DualGanFamily : TwoWayFamily<DualGanOptions>
{
    public const string Name = "dualgan";

    private const int MostDowns = 8;
    private const int MostLayers = 5;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "DualGAN",
        Summary =
            "Learns from two unpaired sets by Wasserstein critics and heavily weighted reconstructions: A in DIR/trainA, B in DIR/trainB.",
        Paper = "Yi, Zhang, Tan, Gong 2017: DualGAN: Unsupervised dual learning for image-to-image translation, ICCV",
        Data = TwoSets,
        LearnsFrom = DataKind.TwoSets, Input = "a picture, either way",
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the authors' program: U-Net of 256 pixels, gradient penalty, RMSProp 5e-5, reconstruction weight 500",
                () => new DualGanOptions()),
            new(TrainingOptions.SmallPreset, "64 pixels, six downsamplings, width 16, RMSProp 2e-4, 3000 steps: minutes on two cores",
                DualGanOptions.Small),
        ],
        QualityLosses = ["cycle_A", "cycle_B"],
        Views = s_views, ComparedViews = new("fake_B", "real_B"),
    };

    public override DualGanOptions AtSize(int side) => new()
    {
        LoadSize = side, CropSize = side, Downs = Math.Min(int.Log2(side), MostDowns),
        NLayersD = Math.Clamp(int.Log2(side) - 2, 1, MostLayers),
    };

    protected override Layer CreateGenerator(DualGanOptions o, int inputChannels, int outputChannels) =>
        new DualGanGenerator(inputChannels, outputChannels, o.Ngf, o.Downs, o.Dropout);

    protected override Layer CreateDiscriminator(DualGanOptions o, int channels) => DualGanLayers.Critic(channels, o);

    protected override GanModel Create(DualGanOptions options, Device device) => new DualGanModel(this, options, device);
}

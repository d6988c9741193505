namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>The description of WGAN.</summary>
internal sealed class WganFamily : ConvolutionalFamily<WganOptions>
{
    public const string Name = "wgan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "WGAN",
        Summary =
            "Generates pictures from noise, optionally of a class; a critic with clipped weights estimates the distance to real ones.",
        Paper = "Arjovsky, Chintala, Bottou 2017: Wasserstein generative adversarial networks, ICML",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the paper's: 64 pixels, RMSProp 5e-5, weights clipped at 0.01, five critic steps per generator step",
                () => new WganOptions()),
            new(TrainingOptions.SmallPreset, "gray glyphs of 32 pixels, widths from 32, batches of 16: minutes on two cores",
                WganOptions.Small),
        ],
        QualityLosses = ["W"],
        Views = s_views, SamplesShown = 1,
    };

    protected override GanModel Create(WganOptions options, Device device) => new WassersteinModel(this, options, device);
}

/// <summary>The description of WGAN-GP.</summary>
internal sealed class WganGpFamily : ConvolutionalFamily<WganGpOptions>
{
    public const string Name = "wgan-gp";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "WGAN-GP",
        Summary =
            "Generates pictures from noise, optionally of a class; a critic with a gradient penalty estimates the distance to real ones.",
        Paper = "Gulrajani, Ahmed, Arjovsky, Dumoulin, Courville 2017: Improved training of Wasserstein GANs, NIPS",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, DrawnData = "attributes", Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset,
                "the paper's Algorithm 1 with DCGAN's networks of 64 pixels: penalty 10, Adam 1e-4, five critic steps per generator step",
                () => new WganGpOptions()),
            new(TrainingOptions.SmallPreset, "32 pixels, widths from 32, batches of 16: minutes on two cores", WganGpOptions.Small),
        ],
        QualityLosses = ["W"],
        Views = s_views, SamplesShown = 1,
    };

    protected override GanModel Create(WganGpOptions options, Device device) => new WassersteinModel(this, options, device);
}

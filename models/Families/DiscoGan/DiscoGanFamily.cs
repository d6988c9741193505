using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>DiscoGAN, to the rest of the program.</summary>
internal sealed class DiscoGanFamily : TwoWayFamily<DiscoGanOptions>
{
    public const string Name = "discogan";

    private const int MostDowns = 4;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name,
        Title = "DiscoGAN",
        Summary = "Finds how two unpaired sets of small pictures belong together: A in DIR/trainA, B in DIR/trainB.",
        Paper = "Kim, Cha, Kim, Lee, Kim 2017: Learning to discover cross-domain relations with generative adversarial networks, ICML",
        Data = TwoSets,
        LearnsFromPairs = false,
        Input = "a picture, either way",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: 64 pixels, four halvings, batches of 64, reconstruction 0.01 and from step 10,000 on 0.5"),
            new(TrainingOptions.SmallPreset, "32 pixels, three halvings, width 16, reconstruction 0.5 from step 600 of 3000 on: minutes on two cores"),
        ],
        QualityLosses = ["recon_A", "recon_B"],
        Views = s_views,
    };

    protected override DiscoGanOptions OfPreset(string preset) => preset == TrainingOptions.SmallPreset
        ? AtSize(32) with { Preset = preset, Ngf = 16, Ndf = 16, GanCurriculum = 600, Steps = 3000, SampleFreq = 300, LogFreq = 20 }
        : new DiscoGanOptions();

    protected override DiscoGanOptions AtSize(int side) => new() { LoadSize = side, CropSize = side, Downs = Math.Clamp(int.Log2(side) - 2, 1, MostDowns) };

    protected override Layer CreateGenerator(DiscoGanOptions o, int inputChannels, int outputChannels) =>
        DiscoGanNetworks.Generator(inputChannels, outputChannels, o.Ngf, o.Downs);

    protected override Layer CreateDiscriminator(DiscoGanOptions o, int channels) => DiscoGanNetworks.Discriminator(channels, o.Ndf, o.Downs);

    protected override GanModel Create(DiscoGanOptions options, Device device) => new DiscoGanModel(options, device);
}

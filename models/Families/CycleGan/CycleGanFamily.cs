using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>The description of CycleGAN.</summary>
internal sealed class CycleGanFamily : TwoWayFamily<CycleGanOptions>
{
    public const string Name = "cyclegan";

    /// <summary>Below this side, the generator is the reference's smaller ResNet.</summary>
    private const int SideOfNineBlocks = 256;

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "CycleGAN",
        Summary = "Learns from two unpaired sets: pictures of A in DIR/trainA, of B in DIR/trainB.",
        Paper = "Zhu, Park, Isola, Efros 2017: Unpaired image-to-image translation using cycle-consistent adversarial networks, ICCV",
        Data = TwoSets,
        LearnsFrom = DataKind.TwoSets, FirstChoiceFor = DataSituation.TwoSets, Input = "a picture, either way",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: nine residual blocks, instance norm, least squares, pools of 50",
                () => new CycleGanOptions()),
            new(CycleGanOptions.PyTorchGanPreset, "PyTorch-GAN's: nearest upsampling, asymmetric padding, generator losses halved",
                CycleGanOptions.PyTorchGan),
            new(TrainingOptions.SmallPreset, "64 pixels (data synth --kind day-night), four blocks of width 16: minutes on two cores",
                CycleGanOptions.Small),
        ],
        QualityLosses = ["cycle_A", "cycle_B"],
        Views = s_views, ComparedViews = new("fake_B", "real_B"),
        BenchGenerators = ["resnet9", "resnet6"],
    };

    internal override RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name)
    {
        if (name is null ? !ReferenceNetworks.IsOfUnpairedTraining(architecture) : name
            is not (Forwards or Backwards or DiscriminatorOfA or DiscriminatorOfB))
        {
            return null;
        }

        var own = name ?? (ReferenceNetworks.IsGenerator(architecture) ? Forwards : DiscriminatorOfB);
        var options = ReferenceNetworks.Describe(
            architecture, ReferenceNetworks.IsOfPyTorchGan(architecture) ? CycleGanOptions.PyTorchGan() : new CycleGanOptions());
        if (ReferenceNetworks.Channels(architecture) is { } channels)
        {
            // InputNc and OutputNc are the channels of A and B; a generator from B to A reads OutputNc.
            var (a, b) = own == Backwards ? (channels.Output, channels.Input) : channels;
            options = options with { InputNc = a, OutputNc = b, LambdaIdentity = a == b ? options.LambdaIdentity : 0 };
        }

        return new RecognisedNetwork(
            own, options.Validated(this), () => ReferenceNetworks.Create(architecture, options), name is Forwards or Backwards);
    }

    internal override IEnumerable<CycleGanOptions> Guesses(StateShapes shapes) =>
        ReferenceNetworks.DescribeAntialiased(shapes, new CycleGanOptions()) is { Norm: not NormKind.Batch } found
        ? [found with { LambdaIdentity = found.InputNc == found.OutputNc ? found.LambdaIdentity : 0 }] : [];

    public override CycleGanOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.ResNet(side < SideOfNineBlocks ? 6 : 9) };

    protected override Layer CreateGenerator(CycleGanOptions o, int inputChannels, int outputChannels) =>
        o.CreateGenerator(inputChannels, outputChannels);

    protected override Layer CreateDiscriminator(CycleGanOptions o, int channels) => o.CreateDiscriminator(channels);

    protected override GanModel Create(CycleGanOptions options, Device device) => new CycleGanModel(this, options, device);
}

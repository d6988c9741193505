using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families.CycleGan;

/// <summary>CycleGAN, to the rest of the program.</summary>
internal sealed class CycleGanFamily : Family<CycleGanOptions>
{
    public const string Name = "cyclegan";

    /// <summary>Sides below this have the reference's smaller ResNet.</summary>
    private const int SideOfNineBlocks = 256;

    private const string Forwards = "netG_A";
    private const string Backwards = "netG_B";
    private const string JudgeOfB = "netD_A";
    private const string JudgeOfA = "netD_B";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name,
        Title = "CycleGAN",
        Summary = "Learns from two unpaired sets: pictures of A in DIR/trainA, of B in DIR/trainB.",
        Paper = "Zhu, Park, Isola, Efros 2017: Unpaired image-to-image translation using cycle-consistent adversarial networks, ICCV",
        Data = "two sets without pairs in DIR/trainA and DIR/trainB; DIR/testA and DIR/testB to look at",
        LearnsFromPairs = false,
        Input = "a picture, either way",
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "the authors' program: nine residual blocks, instance norm, least squares, pools of 50"),
            new(CycleGanOptions.PyTorchGanPreset, "the PyTorch-GAN collection's: nearest upsampling, asymmetric padding, generator losses halved"),
        ],
        QualityLosses = ["cycle_A", "cycle_B"],
        Views = ["real_A", "fake_B", "rec_A", "real_B", "fake_A", "rec_B"],
        BenchGenerators = ["resnet9", "resnet6"],
    };

    public override IReadOnlyList<Experiment> Experiments => CycleGanExperiments.All;

    public override RecognisedNetwork? Recognise(ReferenceArchitecture architecture, string? name)
    {
        if (name is null ? !ReferenceNetworks.IsOfUnpairedTraining(architecture) : name is not (Forwards or Backwards or JudgeOfA or JudgeOfB))
        {
            return null;
        }

        var own = name ?? (ReferenceNetworks.IsGenerator(architecture) ? Forwards : JudgeOfB);
        var options = ReferenceNetworks.Describe(architecture, ReferenceNetworks.IsOfPyTorchGan(architecture) ? CycleGanOptions.PyTorchGan() : new CycleGanOptions());
        if (ReferenceNetworks.Channels(architecture) is { } channels)
        {
            // Options name the channels of A and B; a generator from B to A reads the output's.
            var (a, b) = own == Backwards ? (channels.Output, channels.Input) : channels;
            options = options with { InputNc = a, OutputNc = b, LambdaIdentity = a == b ? options.LambdaIdentity : 0 };
        }

        return new RecognisedNetwork(own, options.Validated(), () => ReferenceNetworks.Create(architecture, options), name is Forwards or Backwards);
    }

    protected override CycleGanOptions OfPreset(string preset) => preset == CycleGanOptions.PyTorchGanPreset ? CycleGanOptions.PyTorchGan() : new CycleGanOptions();

    protected override CycleGanOptions AtSize(int side) =>
        new() { LoadSize = side, CropSize = side, Generator = GeneratorKind.ResNet(side < SideOfNineBlocks ? 6 : 9) };

    protected override IReadOnlyList<NetworkSpec> Networks(CycleGanOptions o) =>
    [
        new(Forwards, NetworkRole.Generator, () => o.CreateGenerator(o.InputNc, o.OutputNc)),
        new(Backwards, NetworkRole.Generator, () => o.CreateGenerator(o.OutputNc, o.InputNc)),
        new(JudgeOfB, NetworkRole.Discriminator, () => o.CreateDiscriminator(o.OutputNc)),
        new(JudgeOfA, NetworkRole.Discriminator, () => o.CreateDiscriminator(o.InputNc)),
    ];

    protected override IReadOnlyList<GeneratorSpec> Generators(CycleGanOptions o) =>
    [
        new(Forwards, o.Direction, o.InputNc, o.OutputNc, o.Generator.SideMultiple, o.Generator.SmallestSide, o.Generator.ToString()),
        new(Backwards, o.Direction.Opposite(), o.OutputNc, o.InputNc, o.Generator.SideMultiple, o.Generator.SmallestSide, o.Generator.ToString()),
    ];

    protected override SampleSource OpenData(CycleGanOptions options, string split, bool forEvaluation) =>
        UnalignedFolder.Open(Path.Combine(options.Data, split), options.DataSettings(forEvaluation));

    protected override bool HasSplit(CycleGanOptions options, string split)
    {
        var folder = Path.Combine(options.Data, split);
        return Directory.Exists(folder + "A") || Directory.Exists(Path.Combine(folder, "A"));
    }

    protected override Batch Noise(CycleGanOptions options, Device device) => options.NoisePair(device);

    protected override GanModel Create(CycleGanOptions options, Device device) => new CycleGanModel(options, device);
}

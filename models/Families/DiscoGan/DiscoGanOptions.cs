using System.Text.Json.Serialization;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families.DiscoGan;

/// <summary>DiscoGAN and the baselines of its paper.</summary>
public enum DiscoGanArchitecture
{
    /// <summary>Both directions, each with a reconstruction.</summary>
    [JsonStringEnumMemberName("discogan")]
    DiscoGan,

    /// <summary>A to B alone, with a reconstruction of A.</summary>
    [JsonStringEnumMemberName("recongan")]
    ReconGan,

    /// <summary>A to B alone, without a reconstruction.</summary>
    Gan,
}

/// <summary>The authors' DiscoGAN by default: 64 pixels, four downsamplings, batches of 64.</summary>
public sealed record DiscoGanOptions : PictureOptions, IAdversarialOptions
{
    /// <summary>The preset of the paper's toy problem.</summary>
    public const string PointsPreset = "points";

    public DiscoGanOptions() => (LoadSize, CropSize, Flip, BatchSize, Epochs, EpochsDecay, LrPolicy, InitType) =
        (64, 64, false, 64, 5000, 0, LearningRatePolicy.Constant, Initialization.Default);

    public override string Model => DiscoGanFamily.Name;

    /// <summary>What is trained: discogan both directions, recongan one with a reconstruction, gan one without.</summary>
    [Option("What is trained: discogan both directions, recongan one with a reconstruction, gan one without.")]
    public DiscoGanArchitecture ModelArch { get; init; } = DiscoGanArchitecture.DiscoGan;

    /// <summary>Train small perceptrons on points of the plane, DIR/trainA.npy and DIR/trainB.npy.</summary>
    [Option("Train small perceptrons on points of the plane, DIR/trainA.npy and DIR/trainB.npy.", Off = "Learn from pictures.")]
    public bool Points { get; init; }

    /// <inheritdoc/>
    public GanMode GanMode { get; init; } = GanMode.Vanilla;

    /// <inheritdoc/>
    public float LambdaGp { get; init; } = 10;

    /// <inheritdoc/>
    public float LambdaR1 { get; init; }

    /// <inheritdoc/>
    public float LambdaR2 { get; init; }

    /// <summary>Initial weight of the reconstruction; the other terms have 1 minus that.</summary>
    [Option("Initial weight of the reconstruction; the other terms have 1 minus that.", Least = 0, Most = 1)]
    public float StartingRate { get; init; } = 0.01f;

    /// <summary>Weight of the reconstruction after <see cref="GanCurriculum"/> steps.</summary>
    [Option("Weight of the reconstruction after --gan-curriculum steps.", Least = 0, Most = 1)]
    public float DefaultRate { get; init; } = 0.5f;

    /// <summary>Steps with <see cref="StartingRate"/>.</summary>
    [Option("Steps with --starting-rate.", Least = 0, Most = int.MaxValue)]
    public int GanCurriculum { get; init; } = 10000;

    /// <summary>Steps of a cycle: the first trains the discriminators, the others the generators.</summary>
    [Option("Steps of a cycle: the first trains the discriminators, the others the generators.", Least = 2, Most = 1000)]
    public int UpdateInterval { get; init; } = 3;

    /// <summary>Downsamplings in generator and discriminator.</summary>
    [Option("Downsamplings in generator and discriminator.", Least = 2, Most = 8)] // Features are compared from the second on.
    public int Downs { get; init; } = 4;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Width of the discriminator's first layer.</summary>
    [Option("Width of the discriminator's first layer.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    /// <summary>Minutes on two cores.</summary>
    internal static DiscoGanOptions Small() =>
        new() { Preset = SmallPreset, LoadSize = 32, CropSize = 32, Downs = 3, Ngf = 16, Ndf = 16,
            GanCurriculum = 600, Steps = 3000, SampleFreq = 300 };

    /// <summary>The paper's toy problem.</summary>
    internal static DiscoGanOptions OfPoints() =>
        new() { Preset = PointsPreset, Points = true, BatchSize = 200, GanCurriculum = 0, Steps = 50_000, SampleFreq = 0 };

    protected internal override int SideMultiple => 1 << Downs;

    protected internal override string SideMultipleOf => $"--downs {Downs}";

    /// <summary>The discriminator's last layer sees four pixels a side.</summary>
    internal override int SmallestTrainedSide => 4 * SideMultiple;

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => ModelArch != DiscoGanArchitecture.Gan ? losses : [];

    internal override IReadOnlyList<OptionEffect> Effects =>
    [
        .. base.Effects,

        // Not load-size, crop-size and downs, which must fit each other all the same.
        .. OptionEffect.Of(!Points, "with --points", "preprocess", "flip", "augment-affine", "augment-elastic", "augment-colour"),
        .. OptionEffect.Of(!Points, "with --points", "input-nc", "output-nc", "ngf", "ndf"),
    ];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (Preprocess.Crops() && CropSize < 4 * SideMultiple)
        {
            found.Add($"--crop-size {CropSize} is too small for --downs {Downs}: the discriminator needs {4 * SideMultiple} pixels");
        }
        else if (Points && SampleFreq > 0)
        {
            found.Add("--points has no pictures to show: it needs --sample-freq 0");
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.Models.Families;

/// <summary>
/// All options of a run: with the same data they reproduce the same bits. Each family derives its own record, with its defaults and its own
/// options; names are those of the reference programs.
/// </summary>
// JSON and the command line find options by reflection on these properties.
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract record TrainingOptions
{
    /// <summary>The preset that every family has: the published configuration.</summary>
    public const string ReferencePreset = "reference";

    /// <summary>The preset that trains in minutes on two cores.</summary>
    public const string SmallPreset = "small";

    /// <summary>Name of the family: <c>pix2pix</c>, <c>cyclegan</c>, …</summary>
    public abstract string Model { get; }

    /// <summary>Name of the family's preset that the options start from.</summary>
    public string Preset { get; init; } = ReferencePreset;

    // Data

    /// <summary>Root of the data set.</summary>
    public string Data { get; init; } = "";

    /// <summary>Use only this many samples; 0 for all.</summary>
    [Option("Use only this many samples; 0 for all.", Least = 0, Most = int.MaxValue)]
    public int MaxDatasetSize { get; init; }

    /// <summary>Take samples in the order of their names (unpaired: the i-th of A with the i-th of B).</summary>
    [Option(
        "Take samples in the order of their names (unpaired: the i-th of A with the i-th of B).",
        Off = "Shuffle the samples in each epoch.")]
    public bool SerialBatches { get; init; }

    /// <summary>Samples per step.</summary>
    [Option("Samples per step.", Least = 1, Most = 4096)]
    public int BatchSize { get; init; } = 1;

    /// <summary>
    /// How the gradients of a batch are summed: for the whole batch, or sample by sample in a tree, which gives the same bits for any
    /// number of processes.
    /// </summary>
    [Option(
        "How the gradients of a batch are summed: for the whole batch, or sample by sample in a tree, which gives the same bits " +
            "for any number of processes.")]
    public GradientReduction Reduction { get; init; } = GradientReduction.Batch;

    /// <summary>
    /// Precision of the gradient sums of <see cref="Reduction"/> tree: bf16 halves the bytes between processes, and rounds each sum to 8
    /// bits.
    /// </summary>
    [Option("Precision of the gradient sums of --reduction tree: bf16 halves the bytes between processes, and rounds each sum to 8 bits.")]
    public GradientExchange Exchange { get; init; } = GradientExchange.Fp32;

    /// <summary>
    /// With <see cref="Reduction"/> tree, compute batch norm's statistics over the whole batch, across processes: the same bits for any
    /// number of processes.
    /// </summary>
    [Option(
        "With --reduction tree, compute batch norm's statistics over the whole batch, across processes: the same bits for any number of " +
            "processes.",
        Off = "Compute batch norm's statistics over each process's own samples: fewer exchanges, and bits that depend on the number of " +
            "processes.")]
    public bool SyncBatchNorm { get; init; } = true;

    // Length and learning rate

    /// <summary>Epochs at the full learning rate; given without <see cref="Steps"/>, they replace a preset's steps.</summary>
    [Option(
        "Epochs at the full learning rate; given without --steps, they replace a preset's steps.", Least = 0,
        Most = 1_000_000, MayChange = true)]
    public int Epochs { get; init; } = 100;

    /// <summary>Epochs of decay after <see cref="Epochs"/>.</summary>
    [Option(
        "Epochs of decay after --epochs.", Least = 0, Most = 1_000_000, MayChange = true,
        Why = "CycleGAN keeps the rate for 100 epochs and decays it to zero over the next 100 (arXiv 1703.10593, section 4).")]
    public int EpochsDecay { get; init; } = 100;

    /// <summary>Training steps in all, instead of epochs; 0 only writes the initial checkpoint. The schedule still counts epochs.</summary>
    [Option(
        "Training steps in all, instead of epochs; 0 only writes the initial checkpoint. The schedule still counts epochs.", Least = 0,
        Most = 1e12, MayChange = true)]
    public long? Steps { get; init; }

    /// <summary>Initial learning rate.</summary>
    [Option(
        "Initial learning rate.", Least = 0, AboveLeast = true, Most = 10,
        Why = "DCGAN found the usual 0.001 too high and took 0.0002 (arXiv 1511.06434, section 4).")]
    public float Lr { get; init; } = 2e-4f;

    /// <summary>Momentum of Adam; without effect where another optimiser trains.</summary>
    [Option(
        "Momentum of Adam; without effect where another optimiser trains.", Least = 0, Most = 0.9999,
        Why = "With the usual 0.9 DCGAN's training oscillated; 0.5 stabilised it (arXiv 1511.06434, section 4).")]
    public float Beta1 { get; init; } = 0.5f;

    /// <summary>Learning rate schedule; plateau follows the losses that measure the outputs, and is refused where there are none.</summary>
    [Option("Learning rate schedule; plateau follows the losses that measure the outputs, and is refused where there are none.")]
    public LearningRatePolicy LrPolicy { get; init; } = LearningRatePolicy.Linear;

    /// <summary>Epochs between tenfold drops under <see cref="LrPolicy"/> step.</summary>
    [Option("Epochs between tenfold drops under --lr-policy step.", Least = 1, Most = 1_000_000)]
    public int LrDecayEpochs { get; init; } = 50;

    // Initial weights

    /// <summary>Distribution of initial weights; networks with a published one of their own keep that.</summary>
    [Option("Distribution of initial weights; networks with a published one of their own keep that.")]
    public Initialization InitType { get; init; } = Initialization.Normal;

    /// <summary>Scale of initial weights; without effect under <see cref="InitType"/> default.</summary>
    [Option(
        "Scale of initial weights; without effect under --init-type default.", Least = 0, Most = 1000,
        Why = "DCGAN's initial weights are N(0, 0.02) (arXiv 1511.06434, section 4), and so are pix2pix's and CycleGAN's.")]
    public float InitGain { get; init; } = 0.02f;

    /// <summary>
    /// Decay of the moving averages of the generating weights, such as 0.999, which samples, translate, evaluate, generate and export then
    /// use; 0 for none.
    /// </summary>
    [Option(
        "Decay of the moving averages of the generating weights, such as 0.999, which samples, translate, evaluate, " +
            "generate and export then use; 0 for none.",
        Least = 0, Most = 0.999999,
        Why = "A GAN's weights circle around an equilibrium, and their average is closer to it (arXiv " +
            "1806.04498).")]
    public float EmaDecay { get; init; }

    // The run

    /// <summary>Seed of all random numbers.</summary>
    [Option("Seed of all random numbers.")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads of the CPU device, at most one per processor, 0 for all; does not change results.</summary>
    [Option(
        "Threads of the CPU device, at most one per processor, 0 for all; does not change results.", Least = 0, Most = 4096,
        MayChange = true)]
    public int Threads { get; init; }

    /// <summary>Vectors of the CPU device: with 256, processors with AVX-512 give the bits of those with AVX2, at their speed.</summary>
    [Option(
        "Vectors of the CPU device: with 256, processors with AVX-512 give the bits of those with AVX2, at their speed.",
        MayChange = true)]
    public VectorWidth Vectors { get; init; } = VectorWidth.Widest;

    /// <summary>Device to compute on; 'ilgpugan devices' lists those of this machine.</summary>
    [Option("Device to compute on; 'ilgpugan devices' lists those of this machine.", MayChange = true, Values = "NAME")]
    public string Device { get; init; } = "auto";

    /// <summary>Arithmetic of the convolutions; all but fp32 need a device that supports them.</summary>
    /// <remarks>Weights and moments are float32 with any, so that a run can go on in fp32.</remarks>
    [Option("Arithmetic of the convolutions; all but fp32 need a device that supports them.", MayBecome = Precision.Fp32)]
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Compute each step eagerly instead of recording and replaying it: slower, the same result.</summary>
    [Option(
        "Compute each step eagerly instead of recording and replaying it: slower, the same result.",
        Off = "Record a step and replay it.", MayChange = true)]
    public bool Eager { get; init; }

    /// <summary>
    /// Measure, for some seconds when an OpenCL device first meets products of a kind, which kernels with the same bits are the fastest;
    /// does not change results.
    /// </summary>
    [Option(
        "Measure, for some seconds when an OpenCL device first meets products of a kind, which kernels with the same bits are the " +
            "fastest; does not change results.",
        Off = "Take kernels by the table alone, whatever was measured on the device.", MayChange = true)]
    public bool Tune { get; init; } = true;

    /// <summary>Epochs between numbered checkpoints; 0 for none.</summary>
    [Option("Epochs between numbered checkpoints; 0 for none.", Least = 0, Most = int.MaxValue, MayChange = true)]
    public int SaveEpochFreq { get; init; } = 5;

    /// <summary>
    /// Steps between refreshes of the latest checkpoint; 0 for none by steps. It is also written by <see cref="SaveMinutes"/>, with
    /// numbered checkpoints, after an epoch if the last is a minute old, and when training ends or is stopped.
    /// </summary>
    [Option(
        "Steps between refreshes of the latest checkpoint; 0 for none by steps. It is also written by --save-minutes, with numbered " +
            "checkpoints, after an epoch if the last is a minute old, and when training ends or is stopped.",
        Least = 0, Most = int.MaxValue, MayChange = true)]
    public int SaveSteps { get; init; } = 5000;

    /// <summary>Minutes after which the latest checkpoint is written again, between two steps; 0 for never.</summary>
    [Option("Minutes after which the latest checkpoint is written again, between two steps; 0 for never.", Least = 0, Most = 1e6,
        MayChange = true)]
    public float SaveMinutes { get; init; } = 10;

    /// <summary>
    /// What happens if a picture can't be read: the training is saved and ends (stop); or the picture is named, noted in log and report,
    /// and left out of the run for good, and another takes its place (skip).
    /// </summary>
    [Option(
        "What happens if a picture can't be read: the training is saved and ends (stop); or the picture is named, noted in log and " +
            "report, and left out of the run for good, and another takes its place (skip).",
        MayChange = true)]
    public DamagePolicy OnDamage { get; init; } = DamagePolicy.Stop;

    /// <summary>Numbered checkpoints to keep; 0 for all.</summary>
    [Option("Numbered checkpoints to keep; 0 for all.", Least = 0, Most = int.MaxValue, MayChange = true)]
    public int KeepLast { get; init; }

    /// <summary>Steps between sample pictures, besides those of the start and of every stop; 0 for none.</summary>
    [Option(
        "Steps between sample pictures, besides those of the start and of every stop; 0 for none.", Least = 0, Most = int.MaxValue,
        MayChange = true)]
    public int SampleFreq { get; init; } = 400;

    /// <summary>
    /// Steps between lines of the log, besides the first and the last step; by default for a hundred lines or more, at most 100.
    /// </summary>
    [Option(
        "Steps between lines of the log, besides the first and the last step; by default for a hundred lines or more, at most 100.",
        Least = 1, Most = int.MaxValue, MayChange = true)]
    public long? LogFreq { get; init; }

    /// <summary>A run's length without steps and epochs, for a family with a fixed number of steps; else null.</summary>
    internal virtual long? WholeLength => null;

    /// <summary>Whether the linear decay begins an epoch later than the reference's.</summary>
    internal virtual bool DecaysOneEpochLater => false;

    /// <summary>Epochs before the linear decay begins.</summary>
    internal int EpochsAtFullRate => Epochs + (DecaysOneEpochLater ? 1 : 0);

    /// <summary>The losses that the plateau policy follows, of those that measure the family's outputs: none whose weight is 0.</summary>
    /// <param name="losses"><see cref="FamilyInfo.QualityLosses"/></param>
    internal virtual IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => losses;

    /// <summary>
    /// The options, as typed, that put classes where the networks of another training have them; none if no class that both have stands at
    /// another place.
    /// </summary>
    internal virtual IReadOnlyList<string> ClassesAsIn(TrainingOptions other) => [];

    /// <summary>
    /// The options that change something only beside certain others. Presets and defaults have values for every case, so only what was
    /// typed is worth a remark.
    /// </summary>
    internal virtual IReadOnlyList<OptionEffect> Effects =>
    [
        .. OptionEffect.Of(Reduction == GradientReduction.Tree, "without --reduction tree", "exchange", "sync-batch-norm"),
        .. OptionEffect.Of(LrPolicy != LearningRatePolicy.Linear || EpochsDecay > 0, "with --epochs-decay 0", "lr-policy"),
        .. OptionEffect.Of(LrPolicy == LearningRatePolicy.Step, "without --lr-policy step", "lr-decay-epochs"),
        .. OptionEffect.Of(InitType != Initialization.Default, "with --init-type default", "init-gain"),
        .. OptionEffect.Of(SaveEpochFreq > 0, "with --save-epoch-freq 0", "keep-last"),
        .. OptionEffect.Of(
            this is not IAdversarialOptions { GanMode: not GanMode.Wgangp }, "without --gan-mode wgangp", "lambda-gp", "lambda-grad"),
    ];

    /// <summary>
    /// Adds a sentence for each option with which no run begins any more, as <see cref="AddContradictions"/> does; checkpoints may have it.
    /// </summary>
    internal virtual void AddObstacles(FamilyInfo family, List<string> found)
    {
        if (LrPolicy == LearningRatePolicy.Plateau && Followed(family.QualityLosses).Count == 0)
        {
            found.Add($"--lr-policy plateau has no loss to follow: with these options {Model} has none that measures its outputs; choose " +
                "another policy");
        }

        if (LrPolicy == LearningRatePolicy.Linear && EpochsDecay == 0
            && family.Presets.First(p => p.Name == Preset).Options().LrPolicy != LearningRatePolicy.Linear)
        {
            found.Add("--lr-policy linear keeps the rate for --epochs, and falls over --epochs-decay, which is 0: give both, or choose " +
                "another policy");
        }
    }

    /// <summary>
    /// Adds a sentence for each contradictory or unusable option, starting with the option's name; <see cref="OptionsValidation"/> checks
    /// the ranges.
    /// </summary>
    protected internal virtual void AddContradictions(List<string> found)
    {
        if (Steps is null && Epochs + EpochsDecay == 0 && WholeLength is null)
        {
            found.Add("--epochs and --epochs-decay are both 0: nothing would be trained (use --steps 0 for an untrained checkpoint)");
        }
    }
}

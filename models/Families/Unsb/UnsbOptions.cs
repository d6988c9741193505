using IlgpuGan.Models.Families.Cut;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>The authors' UNSB by default: their command for horses to zebras, with the networks as their program computes them.</summary>
public sealed record UnsbOptions : ContrastiveOptions
{
    public UnsbOptions() => (Epochs, EpochsDecay, InitType) = (200, 200, Initialization.Xavier);

    public override string Model => UnsbFamily.Name;

    /// <summary>Steps of the bridge from the source domain to the target domain, each a forward of the generator.</summary>
    [Option(
        "Steps of the bridge from the source domain to the target domain, each a forward of the generator.", Least = 2, Most = 100,
        Why = "Later steps refine the prediction; with five, some data sets already get worse (arXiv 2305.15086, section 5).")]
    public int NumTimesteps { get; init; } = 5;

    /// <summary>Variance of the bridge's noise, and weight of its transport cost.</summary>
    [Option("Variance of the bridge's noise, and weight of its transport cost.", Least = 0, Most = 1000)]
    public float Tau { get; init; } = 0.01f;

    /// <summary>
    /// Weight of the bridge's loss: nearness of the output to its input, and entropy, which the energy network estimates.
    /// </summary>
    [Option(
        "Weight of the bridge's loss: nearness of the output to its input, and entropy, which the energy network estimates.", Least = 0,
        Most = 1e9)]
    public float LambdaSb { get; init; } = 1;

    /// <summary>Residual blocks as the published program computes them, with one convolution and without the time.</summary>
    [Option(
        "Residual blocks as the published program computes them, with one convolution and without the time.",
        Off = "Residual blocks with two convolutions, to which the time is added after the first norm.",
        Why = "The program of arXiv 2305.15086 discards the first convolution, to whose input it adds the time.")]
    public bool PublishedBlocks { get; init; } = true;

    internal static UnsbOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, Blocks = 4, Ngf = 16, Ndf = 16, NLayersD = 2, NceLayers = FewLayers,
        NumPatches = 64, PublishedBlocks = false, Steps = 2000, SampleFreq = 200,
    };

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (NumPatches < 2)
        {
            found.Add($"--num-patches {NumPatches} leaves a position without negatives");
        }

        if (!Preprocess.Crops())
        {
            found.Add("--preprocess must crop: a step computes three pictures as one batch, which needs equal sizes");
        }
    }
}

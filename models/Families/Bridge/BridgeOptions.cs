namespace IlgpuGan.Models.Families.Bridge;

/// <summary>
/// Bridge matching on the pixels of pairs, of 256 by default. There is no published configuration for pixels: this one is ours.
/// </summary>
public sealed record BridgeOptions : PictureOptions
{
    /// <summary>Most steps of a translation.</summary>
    internal const int MostSteps = 8;

    public BridgeOptions() => (Beta1, EmaDecay) = (0.9f, 0.999f);

    public override string Model => BridgeFamily.Name;

    /// <summary>
    /// Noise between input and target, as the standard deviation of the bridge's Brownian motion; 0 for a deterministic translation.
    /// </summary>
    [Option(
        "Noise between input and target, as the standard deviation of the bridge's Brownian motion; 0 for a deterministic translation.",
        Least = 0, Most = 10,
        Why = "It makes outputs of one input differ; in a latent space 0.005 sufficed (arXiv 2503.07535), and its pixels are much wider.")]
    public float Sigma { get; init; } = 0.5f;

    /// <summary>Steps of a translation, unless <see cref="Translation.TranslationSettings.Steps"/> chooses another number.</summary>
    [Option(
        "Steps of a translation, unless --steps chooses another number.", Least = 1, Most = MostSteps, MayChange = true,
        Why = "One step gives the mean of all possible outputs, which is blurred; more steps choose among them (arXiv 2503.07535).")]
    public int TranslationSteps { get; init; } = 4;

    /// <summary>Share of the training at time 0, where the network sees the input alone; the other times are uniform.</summary>
    [Option(
        "Share of the training at time 0, where the network sees the input alone; the other times are uniform.", Least = 0, Most = 0.99,
        Why = "The first step of each translation starts at time 0, and a translation in one step knows no other; LBM takes a quarter of " +
            "its times there (arXiv 2503.07535).")]
    public float StartShare { get; init; } = 0.25f;

    /// <summary>Show the network the input besides the point on the bridge.</summary>
    [Option(
        "Show the network the input besides the point on the bridge.", Off = "The network sees the point on the bridge alone.",
        Why = "Noise and the first steps hide a part of the input, which the later steps then don't know (arXiv 2302.05872).")]
    public bool SeeInput { get; init; } = true;

    /// <summary>Downsamplings in the generator: 8 for 256 pixels.</summary>
    [Option("Downsamplings in the generator: 8 for 256 pixels.", Least = 3, Most = 12)]
    public int NumDowns { get; init; } = 8;

    /// <summary>Width of the generator's first layer.</summary>
    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    /// <summary>Length of the vector into which the time is embedded.</summary>
    [Option("Length of the vector into which the time is embedded.", Least = 1, Most = 4096)]
    public int TimeEmbedding { get; init; } = 32;

    /// <summary>Weight of the squared difference between the predicted end of the bridge and the target.</summary>
    [Option(
        "Weight of the squared difference between the predicted end of the bridge and the target.", Least = 0, Most = 1e9,
        Why = "Its minimum, the mean of the targets, is the bridge's exact drift (arXiv 2302.05872).")]
    public float LambdaL2 { get; init; } = 1;

    /// <summary>Weight of the absolute difference, a pixel loss.</summary>
    [Option(
        "Weight of the absolute difference, a pixel loss.", Least = 0, Most = 1e9,
        Why = "LBM adds a pixel loss to the loss of the bridge (arXiv 2503.07535, section 3).")]
    public float LambdaL1 { get; init; }

    protected internal override int SideMultiple => 1 << NumDowns;

    protected internal override string SideMultipleOf => $"--num-downs {NumDowns}";

    protected internal override string GeneratorName => $"a U-Net of {NumDowns} downsamplings with time";

    /// <summary>Minutes on two cores: facades of 64 pixels.</summary>
    public static BridgeOptions Small() => new()
    {
        Preset = SmallPreset, LoadSize = 72, CropSize = 64, NumDowns = 6, Ngf = 32, BatchSize = 2, Steps = 4000, SampleFreq = 500,
    };

    internal override IReadOnlyList<string> Followed(IReadOnlyList<string> losses) => LambdaL2 > 0 ? losses : ["G_L1"];

    protected internal override void AddContradictions(List<string> found)
    {
        base.AddContradictions(found);
        if (InputNc != OutputNc)
        {
            found.Add($"--input-nc {InputNc} and --output-nc {OutputNc} must be equal: a bridge mixes input and target");
        }

        if (LambdaL2 == 0 && LambdaL1 == 0)
        {
            found.Add("--lambda-l2 and --lambda-l1 are both 0: there would be nothing to learn");
        }
    }
}

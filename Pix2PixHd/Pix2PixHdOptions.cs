using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.Pix2PixHd;

/// <summary>The authors' pix2pixHD by default, without the loss that needs another program's weights: global generator, two scales, least squares.</summary>
public sealed record Pix2PixHdOptions : PictureOptions
{
    /// <summary>The preset for small pictures.</summary>
    public const string SmallPreset = "small";

    public Pix2PixHdOptions() => (Preprocess, LoadSize, CropSize) = (PreprocessMode.ScaleWidth, 1024, 512);

    public override string Model => Pix2PixHdFamily.Name;

    [Option("Width of the generator's first layer.", Least = 1, Most = 4096)]
    public int Ngf { get; init; } = 64;

    [Option("Width of the discriminators' first layers.", Least = 1, Most = 4096)]
    public int Ndf { get; init; } = 64;

    [Option("Halvings in the global generator.", Least = 1, Most = 10)]
    public int NDownsampleGlobal { get; init; } = 4;

    [Option("Residual blocks of the global generator.", Least = 0, Most = 99)]
    public int NBlocksGlobal { get; init; } = 9;

    [Option("Strided layers of each discriminator.", Least = 0, Most = 12)]
    public int NLayersD { get; init; } = 3;

    [Option("Discriminators, each of which sees half of the size of the one before.", Least = 1, Most = 8)]
    public int NumD { get; init; } = 2;

    [Option("Weight of feature matching: fakes should look to the discriminators' layers as real pictures do; 0 for none.", Least = 0, Most = 1e9)]
    public float LambdaFeat { get; init; } = 10;

    internal override int SideMultiple => 1 << NDownsampleGlobal;

    internal override string SideMultipleOf => $"--n-downsample-global {NDownsampleGlobal}";

    /// <summary>Behind the halvings, blocks mirror the border and take norms, for which one pixel is too few.</summary>
    internal override int SmallestSide => 2 * SideMultiple;

    internal override string GeneratorName => $"a global generator of {NDownsampleGlobal} halvings and {NBlocksGlobal} blocks";

    /// <summary>Three minutes on two cores.</summary>
    internal static Pix2PixHdOptions Small() => new()
    {
        Preset = SmallPreset, Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = 72, CropSize = 64,
        Ngf = 16, Ndf = 16, NDownsampleGlobal = 2, NBlocksGlobal = 4, NLayersD = 2, BatchSize = 2, Steps = 2000, SampleFreq = 200, LogFreq = 20,
    };

    protected internal override IEnumerable<string> Contradictions()
    {
        foreach (var problem in base.Contradictions())
        {
            yield return problem;
        }

        if (NLayersD < 1)
        {
            yield return "--n-layers-d must be at least 1: each discriminator begins with a strided layer";
        }
    }
}

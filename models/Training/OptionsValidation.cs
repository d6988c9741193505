using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Training;

/// <summary>What can be said against options before anything is loaded.</summary>
public static class OptionsValidation
{
    /// <summary>Of pictures that are scaled or cropped, in pixels: two of such squares in colour are as much as an array holds.</summary>
    public const int LargestSide = 16384;

    /// <summary>Throws on the first option that makes no sense; the message says what would.</summary>
    /// <exception cref="OptionsException">an option is out of range or contradicts another</exception>
    public static TrainingOptions Validated(this TrainingOptions options) =>
        options.Problems().FirstOrDefault() is { } problem ? throw new OptionsException(problem) : options;

    /// <summary>Every objection, one sentence each; none if the options are sound.</summary>
    public static IEnumerable<string> Problems(this TrainingOptions o) => [.. Numbers(o), .. Combinations(o)];

    private static IEnumerable<string> Numbers(TrainingOptions o)
    {
        (string Name, double Value, double Least, double Most)[] ranges =
        [
            ("load-size", o.LoadSize, 1, LargestSide), ("crop-size", o.CropSize, 1, LargestSide),
            ("input-nc", o.InputNc, 1, 1024), ("output-nc", o.OutputNc, 1, 1024),
            ("max-dataset-size", o.MaxDatasetSize, 0, int.MaxValue), ("batch-size", o.BatchSize, 1, 4096),
            ("epochs", o.Epochs, 0, 1_000_000), ("epochs-decay", o.EpochsDecay, 0, 1_000_000),
            ("steps", o.Steps ?? 0, 0, 1e12), ("beta1", o.Beta1, 0, 0.9999),
            ("lr-decay-epochs", o.LrDecayEpochs, 1, 1_000_000), ("ngf", o.Ngf, 1, 4096), ("ndf", o.Ndf, 1, 4096),
            ("n-layers-d", o.NLayersD, 0, 12), ("init-gain", o.InitGain, 0, 1000),
            ("lambda-l1", o.LambdaL1, 0, 1e9), ("lambda-gan", o.LambdaGan, 0, 1e9), ("lambda-a", o.LambdaA, 0, 1e9), ("lambda-b", o.LambdaB, 0, 1e9),
            ("lambda-identity", o.LambdaIdentity, 0, 1e9), ("lambda-gp", o.LambdaGp, 0, 1e9), ("pool-size", o.PoolSize, 0, 1_000_000),
            ("threads", o.Threads, 0, 4096), ("save-epoch-freq", o.SaveEpochFreq, 0, int.MaxValue), ("save-steps", o.SaveSteps, 0, int.MaxValue),
            ("keep-last", o.KeepLast, 0, int.MaxValue), ("sample-freq", o.SampleFreq, 0, int.MaxValue), ("log-freq", o.LogFreq, 1, int.MaxValue),
        ];
        foreach (var (name, value, least, most) in ranges)
        {
            if (!(value >= least && value <= most))
            {
                yield return $"--{name} must be between {least} and {most}, not {value}";
            }
        }

        if (!(o.Lr > 0 && o.Lr <= 10))
        {
            yield return $"--lr must be greater than 0 and at most 10, not {o.Lr}";
        }
    }

    private static IEnumerable<string> Combinations(TrainingOptions o)
    {
        if (o.Steps is null && o.Epochs + o.EpochsDecay == 0)
        {
            yield return "--epochs and --epochs-decay are both 0: nothing would be trained (use --steps 0 for an untrained checkpoint)";
        }

        if (o.Preprocess.Crops() && o.Preprocess != PreprocessMode.Crop && o.LoadSize < o.CropSize)
        {
            yield return $"--load-size {o.LoadSize} is smaller than --crop-size {o.CropSize}: there would be nothing to crop";
        }

        if (o.Preprocess.Crops() && o.CropSize > 0 && o.CropSize % o.Generator.SideMultiple != 0)
        {
            yield return $"--crop-size {o.CropSize} must be a multiple of {o.Generator.SideMultiple} for --generator {o.Generator}";
        }

        if (o.Preset == Preset.PytorchGan && o.Model != ModelKind.CycleGan)
        {
            yield return "--preset pytorch-gan is a variant of CycleGAN; pix2pix has only the preset reference";
        }

        if (o.Model == ModelKind.Pix2Pix && o is { LambdaL1: 0, LambdaGan: 0 })
        {
            yield return "--lambda-l1 and --lambda-gan are both 0: the generator would have nothing to learn from";
        }

        if (o.Model == ModelKind.CycleGan && o.LambdaIdentity > 0 && o.InputNc != o.OutputNc)
        {
            yield return $"--lambda-identity needs as many input as output channels, not {o.InputNc} and {o.OutputNc}; set it to 0";
        }
    }
}

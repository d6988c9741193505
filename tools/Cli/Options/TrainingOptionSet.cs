using System.CommandLine;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Cli.Options;

/// <summary>
/// Every option of a training run: its name on the command line, its help, and where it goes in <see cref="TrainingOptions"/>.
/// Only what the user typed is applied, so that the defaults of model and preset show through.
/// </summary>
internal sealed class TrainingOptionSet
{
    private readonly List<(Option Option, Func<ParseResult, TrainingOptions, TrainingOptions> Apply)> _bindings = [];

    public TrainingOptionSet()
    {
        Add(Choice.Of<Direction>("--direction", "Which half or folder is translated into which (default AtoB)."), (o, v) => o with { Direction = v });
        Add(Choice.Of<PreprocessMode>("--preprocess", "How pictures come to size (default resize-and-crop)."), (o, v) => o with { Preprocess = v });
        Whole("--load-size", "Side in pixels that pictures are scaled to before cropping (default 286).", (o, v) => o with { LoadSize = v });
        Whole("--crop-size", "Side in pixels of what the networks see (default 256).", (o, v) => o with { CropSize = v });
        Flag("--no-flip", "Don't mirror half of the pictures.", o => o with { Flip = false });
        Whole("--input-nc", "Channels of the pictures that are translated: 1, 3, 4, … (default 3).", (o, v) => o with { InputNc = v });
        Whole("--output-nc", "Channels of the pictures that are made (default 3).", (o, v) => o with { OutputNc = v });
        Whole("--max-dataset-size", "Use only that many samples (default 0: all).", (o, v) => o with { MaxDatasetSize = v });
        Flag("--serial-batches", "Take samples in the order of their names.", o => o with { SerialBatches = true });
        Whole("--batch-size", "Pictures a step (default 1).", (o, v) => o with { BatchSize = v });

        Whole("--epochs", "Epochs at the full learning rate (default 100).", (o, v) => o with { Epochs = v });
        Whole("--epochs-decay", "Epochs of decay after them (default 100).", (o, v) => o with { EpochsDecay = v });
        Long("--steps", "Training steps in all, instead of epochs; 0 only writes the initial checkpoint.", (o, v) => o with { Steps = v });
        Real("--lr", "Initial learning rate of Adam (default 0.0002).", (o, v) => o with { Lr = v });
        Real("--beta1", "Momentum of Adam (default 0.5).", (o, v) => o with { Beta1 = v });
        Add(Choice.Of<LearningRatePolicy>("--lr-policy", "How the learning rate falls (default linear)."), (o, v) => o with { LrPolicy = v });
        Whole("--lr-decay-epochs", "Epochs between tenfold drops under --lr-policy step (default 50).", (o, v) => o with { LrDecayEpochs = v });

        Add(Choice.Parsed("--generator", "Generator network (default unet256 for pix2pix, resnet9 for cyclegan).", "unet256|unet128|resnet9|resnet6|…", GeneratorKind.Parse), (o, v) => o with { Generator = v });
        Add(Choice.Of<DiscriminatorKind>("--discriminator", "Discriminator network (default basic: 70x70 PatchGAN)."), (o, v) => o with { Discriminator = v });
        Whole("--ngf", "Width of the generator's first layer (default 64).", (o, v) => o with { Ngf = v });
        Whole("--ndf", "Width of the discriminator's first layer (default 64).", (o, v) => o with { Ndf = v });
        Whole("--n-layers-d", "Strided layers of --discriminator n-layers (default 3).", (o, v) => o with { NLayersD = v });
        Add(Choice.Of<NormKind>("--norm", "Normalisation (default batch for pix2pix, instance for cyclegan)."), (o, v) => o with { Norm = v });
        Flag("--no-dropout", "Leave dropout out of the generator.", o => o with { Dropout = false });
        Flag("--dropout", "Put dropout into the generator (pix2pix has it already).", o => o with { Dropout = true });
        Add(Choice.Of<BlockPadding>("--padding", "What surrounds pictures in residual blocks (default reflect)."), (o, v) => o with { Padding = v });
        Add(Choice.Of<Initialization>("--init-type", "Distribution of initial weights (default normal)."), (o, v) => o with { InitType = v });
        Real("--init-gain", "Scale of initial weights (default 0.02).", (o, v) => o with { InitGain = v });

        Add(Choice.Of<GanMode>("--gan-mode", "Adversarial loss (default vanilla for pix2pix, lsgan for cyclegan)."), (o, v) => o with { GanMode = v });
        Real("--lambda-l1", "Weight of the L1 loss of pix2pix (default 100).", (o, v) => o with { LambdaL1 = v });
        Real("--lambda-gan", "Weight of the adversarial loss of pix2pix (default 1; 0 trains by L1 alone).", (o, v) => o with { LambdaGan = v });
        Real("--lambda-a", "Weight of the cycle A to B to A (default 10).", (o, v) => o with { LambdaA = v });
        Real("--lambda-b", "Weight of the cycle B to A to B (default 10).", (o, v) => o with { LambdaB = v });
        Real("--lambda-identity", "Weight of the identity loss relative to the cycles (default 0.5).", (o, v) => o with { LambdaIdentity = v });
        Real("--lambda-gp", "Weight of the gradient penalty under --gan-mode wgangp (default 10).", (o, v) => o with { LambdaGp = v });
        Whole("--pool-size", "Past fakes kept for the discriminators (default 0 for pix2pix, 50 for cyclegan).", (o, v) => o with { PoolSize = v });

        Add(Number.Seed("Everything random follows from it."), (o, v) => o with { Seed = v });
        Add(Compute.Threads(), (o, v) => o with { Threads = v });
        Add(Compute.Device(), (o, v) => o with { Device = v });
        Add(Choice.Of<Precision>("--precision", "Arithmetic of the convolutions (default fp32; the others need a device that has them)."), (o, v) => o with { Precision = v });
        Flag("--eager", "Compute each step anew instead of recording one and repeating it: slower, the same result.", o => o with { Eager = true });
        Whole("--save-epoch-freq", "Epochs between numbered checkpoints (default 5; 0 for none).", (o, v) => o with { SaveEpochFreq = v });
        Whole("--save-steps", "Steps between refreshes of the latest checkpoint (default 5000; 0 for every epoch only).", (o, v) => o with { SaveSteps = v });
        Whole("--keep-last", "Numbered checkpoints to keep (default 0: all).", (o, v) => o with { KeepLast = v });
        Whole("--sample-freq", "Steps between sample pictures (default 400; 0 for none).", (o, v) => o with { SampleFreq = v });
        Whole("--log-freq", "Steps between lines of the log (default 100; 1 for every step).", (o, v) => o with { LogFreq = v });
    }

    public void AddTo(Command command)
    {
        foreach (var (option, _) in _bindings)
        {
            command.Add(option);
        }
    }

    /// <summary>The options with what was typed put over them.</summary>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options) =>
        _bindings.Where(b => parsed.GetResult(b.Option) is { Implicit: false }).Aggregate(options, (o, b) => b.Apply(parsed, o));

    private void Add<T>(Option<T> option, Func<TrainingOptions, T, TrainingOptions> set) =>
        _bindings.Add((option, (parsed, options) => set(options, parsed.GetValue(option)!)));

    private void Flag(string name, string description, Func<TrainingOptions, TrainingOptions> set) =>
        Add(new Option<bool>(name) { Description = description }, (o, v) => v ? set(o) : o);

    private void Whole(string name, string description, Func<TrainingOptions, int, TrainingOptions> set) =>
        Add(Choice.Parsed(name, description, "N", text => Number.WholeOf(name, text, int.MinValue, int.MaxValue)), (o, v) => set(o, (int)v));

    private void Long(string name, string description, Func<TrainingOptions, long, TrainingOptions> set) =>
        Add(Choice.Parsed(name, description, "N", text => Number.WholeOf(name, text, long.MinValue, long.MaxValue)), set);

    private void Real(string name, string description, Func<TrainingOptions, float, TrainingOptions> set) =>
        Add(Choice.Parsed(name, description, "X", text => Number.RealOf<float>(name, text)), set);
}

using IlgpuGan.Models.Families.Began;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Families.Unsb;
using IlgpuGan.Models.Networks;
using NUnit.Framework.Constraints;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>Options that contradict each other, or of which no network can be made.</summary>
public sealed class RefusedOptionsTests
{
    private static readonly DualGanOptions s_dualGan = new() { LoadSize = 16, CropSize = 16, Downs = 3 };
    private static readonly CutOptions s_cut = new() { Blocks = 1, NceLayers = "0,4,8,12" }, s_sinCut = CutOptions.SmallSin() with
    {
        CropSize = 16, BatchSize = 3, Blocks = 2, NceLayers = "0,2,3",
    };

    private static readonly Pix2PixHdOptions s_hd = new()
    {
        LabelMaps = false, NDownsampleGlobal = 2, NLayersD = 2, Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = 36, CropSize = 32,
    };

    private static readonly Pix2PixHdOptions s_features = s_hd with { LabelMaps = true, InstanceFeat = true, LabelNc = 3 };
    private static readonly SpadeOptions s_spade = SpadeOptions.Small() with { Preset = TrainingOptions.ReferencePreset };
    private static readonly StarGanOptions s_starGan = StarGanOptions.Small() with { Labels = "a,b,c" };

    private static IEnumerable<TestCaseData> Rows() => new (TrainingOptions Options, string Start)[]
    {
        (new GmanOptions { ImageSize = 24 }, "--image-size 24 must be a power of two and at least 16"),
        (new GmanOptions { Width = 6 }, "--width 6 must be a multiple of 4 for --image-size 32"),
        (new GmanOptions { BatchSize = 4 }, "--batch-size 4 is too small: each of --discriminators 5"),
        (new MadGanOptions { GWidths = "a" }, "--g-widths a must be numbers"),
        (new MadGanOptions { Modes = "x" }, "--modes x is not a list of modes"),
        (new MadGanOptions { Modes = "0.5,0.5,0.1" }, "--modes 0.5,0.5,0.1 are of 2 numbers, points of 1"),
        (new DcganOptions { ImageSize = 48 }, "--image-size 48 must be a power of two and at least 16: dcgan's networks"),
        (new WganOptions { ImageSize = 8 }, "--image-size 8 must be a power of two"),
        (new WganGpOptions { NormD = NormKind.Batch }, "--norm-d batch can't be combined with --lambda-gp"),
        (new GanOptions { GWidths = "128,x" }, "--g-widths 128,x must be numbers from 1 to 65536, separated by commas"),
        (new GanOptions { DWidths = "" }, "--d-widths  must be numbers"),
        (new GanOptions { Labels = "a,b" }, "--labels a,b needs --conditional"),
        (new GanOptions { Labels = "a,A", Conditional = true }, "--labels a,A must name each label once"),
        (new ProgressiveGanOptions { ImageSize = 48 }, "--image-size 48 must be a power of two and at least 8"),
        (new ProgressiveGanOptions { ImageSize = 4 }, "--image-size 4 must be a power of two and at least 8"),
        (new ProgressiveGanOptions { FmapBase = 256 }, "--fmap-base 256 is too small for --image-size 1024"),
        (new StackGanOptions { Conditional = false }, "--no-conditional does not apply to stackgan"),
        (new StackGanOptions { CoarseSize = 48 }, "--coarse-size 48 and --image-size 256 must be powers of two"),
        (new StackGanOptions { ImageSize = 64 }, "--coarse-size 64 and --image-size 64 must be powers of two"),
        (new StackGanOptions { OwnEmbeddings = true, Labels = "a,b" }, "--labels a,b can't be combined with --own-embeddings"),
        (StackGanOptions.Small() with { Downs = 3 }, "--downs 3 is too large for --coarse-size 16"),
        (StackGanOptions.Small() with { WidthD = 48 }, "--width-d 48 and --ndf 16"),
        (StackGanOptions.Small() with { Ngf = 1, ImageSize = 256 }, "--ngf 1 is too small"),
        (new StackGanV2Options { ImageSize = 96 }, "--image-size 96 and --branch-num 3"),
        (new StackGanV2Options { ImageSize = 16 }, "--image-size 16 and --branch-num 3"),
        (new StackGanV2Options { Ngf = 6 }, "--ngf 6 can't be halved"),
        (new StackGanV2Options { Conditional = false, OwnEmbeddings = true }, "--own-embeddings needs --conditional"),
        (new TripleGanOptions { ImageSize = 18 }, "--image-size 18 must be a multiple of 4 and at least 16"),
        (new TripleGanOptions { BatchC = 500 }, "--batch-c 500 must be less than --batch-size 500"),
        (new TripleGanOptions { Labels = "a,b,a" }, "--labels a,b,a must name each class once"),
        (new TripleGanOptions { Labels = "a,,A" }, "--labels a,,A must name each class once"),
        (new TripleGanOptions { Labels = "a,b,c", Labelled = 2 }, "--labelled 2 is too small: each of the 3 classes"),
        (new TripleGanOptions { DWidths = "8,x" }, "--d-widths 8,x"),
        (new BeganOptions { ImageSize = 24 }, "--image-size 24 must be a power of two and at least 16"),
        (new LapGanOptions { ImageSize = 24, BaseSize = 8 }, "--image-size 24 must be 1, 2, 4, 8, ... times --base-size 8"),
        (new LapGanOptions { ImageSize = 4, BaseSize = 8 }, "--image-size 4 must be 1, 2, 4, 8, ... times --base-size 8"),
        (new LapGanOptions { ImageSize = 16, BaseSize = 4 }, "--base-size 4 is too small"),
        (new LapGanOptions { BaseSize = 0 }, "--base-size must be between"),
        (new StackGanOptions { WidthD = 0 }, "--width-d must be between"),
        (new R3GanOptions { GroupWidth = 0 }, "--group-width must be between"),
        (BicycleGanOptions.Small() with { BatchSize = 3 }, "--batch-size 3 must be even under --variant bicycle"),
        (BicycleGanOptions.Small() with { LoadSize = 16, CropSize = 16, NumDowns = 3, NLayersD = 3 },
            "--crop-size 16 is too small for --n-layers-d 3"),
        (new BridgeOptions { InputNc = 1 }, "--input-nc 1 and --output-nc 3 must be equal"),
        (new BridgeOptions { LambdaL2 = 0 }, "--lambda-l2 and --lambda-l1 are both 0"),
        (new DiscoGanOptions { LoadSize = 16, CropSize = 16, Downs = 3 },
            "--crop-size 16 is too small for --downs 3: the discriminator needs 32 pixels"),
        // The generators would have no features to compare.
        (new DiscoGanOptions { Downs = 1 }, "--downs must be between 2 and 8, not 1"),
        (s_dualGan with { NLayersD = 4 }, "--crop-size 16 is too small for --n-layers-d 4"),
        (s_dualGan with { NLayersD = 4, Critic = CriticKind.Patch }, "--crop-size 16 must be a multiple of 32 for --n-layers-d 4"),
        (s_dualGan with { Preprocess = PreprocessMode.None }, "--critic global needs pictures of one size"),
        (new EbganOptions { ImageSize = 24 }, "--image-size 24 must be a power of two"),
        (new R3GanOptions { StageWidths = "8,x", ImageSize = 32 }, "--stage-widths 8,x must be numbers"),
        (new R3GanOptions { StageWidths = "8,8", ImageSize = 16 }, "--stage-widths 8,8: --image-size 16 must be a power of two"),
        (new R3GanOptions { StageWidths = "8,8,8", ImageSize = 24 }, "--stage-widths 8,8,8: --image-size 24"),
        (new R3GanOptions { StageWidths = "8,8", ImageSize = 8, GroupWidth = 5 }, "--stage-widths 8,8 must be multiples of --group-width"),
        (s_cut with { NceLayers = "4,0" }, "--nce-layers…from 0 to 12"), (s_cut with { NceLayers = "0,13" }, "--nce-layers…from 0 to 12"),
        (s_cut with { NceLayers = "" }, "--nce-layers…from 0 to 12"), (s_cut with { NceLayers = "0;4" }, "--nce-layers…from 0 to 12"),
        (s_cut with { OutputNc = 1 }, "--input-nc"), (s_cut with { LambdaGan = 0, LambdaNce = 0 }, "--lambda-gan"),
        (s_cut with { NLayersD = 0 }, "--n-layers-d"), (s_sinCut with { BatchSize = 1 }, "--num-patches 1"),
        (s_sinCut with { CropSize = 24 }, "--networks stylegan2"), (s_sinCut with { NceLayers = "0,4" }, "…from 0 to 3"),
        (new UnsbOptions { NumPatches = 1 }, "--num-patches"), (new UnsbOptions { NumTimesteps = 1 }, "…num-timesteps"),
        (new UnsbOptions { Preprocess = PreprocessMode.ScaleWidth }, "--preprocess"),
        (s_hd with { InputNc = 1 }, ""), (s_hd with { LabelMaps = true, InputNc = 1 }, "--input-nc"),
        (s_hd with { NLayersD = 0 }, "--n-layers-d"), (s_hd with { NiterFixGlobal = 1 }, "--niter-fix-global"),
        (s_hd with { Vgg = "vgg.pth", OutputNc = 1 }, "--vgg"),
        (s_hd with { NLocalEnhancers = 2, CropSize = 24 }, "…--n-local-enhancers 2"),
        (s_hd with { NDownsampleGlobal = 3, CropSize = 36 }, "…a multiple of 8"),
        (s_features with { LabelMaps = false, LabelNc = 0 }, "--instance-feat…--no-label-maps"),
        (s_features with { InstanceFeat = false, LabelFeat = true }, "…--label-feat needs --instance-feat"),
        (s_features with { NDownsampleE = 4, LoadSize = 24, CropSize = 24 }, "…--n-downsample-e 4"),
        (s_spade, ""), (s_spade with { NormG = "spadesyncbatch5x5" }, ""), (s_spade with { NormG = "spadebatch1x1" }, ""),
        (s_spade with { NormG = "spadebatch4x4" }, "--norm-g"), (s_spade with { NormG = "spadebatch3x5" }, "--norm-g"),
        (s_spade with { NormG = "instance" }, "--norm-g"), (s_spade with { InputNc = 1 }, "…--label-nc"),
        (s_spade with { UseVae = true, NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus }, "--use-vae needs --net-g spade"),
        (s_spade with { Palette = "00FF00,12" }, "--palette 00FF00,12 is not a list"),
        (s_spade with { Palette = "00FF00,FF0000", LabelNc = 3 }, "--palette has 2 colours"),
        (s_spade with { CropSize = 16, LoadSize = 16 }, "--crop-size 16 must be at least 32"),
        (s_starGan with { Data2 = "other", Labels2 = "x,a" }, "…has 'a' in common"),
        (s_starGan with { Data2 = "other", Labels2 = "x,x" }, "…must name each label once"),
        (s_starGan with { Labels2 = "x,y" }, "…--labels2 needs --data2"),
        (DiscoGanOptions.OfPoints() with { SampleFreq = 1 }, "…--sample-freq 0"),
        (new Pix2PixOptions { CropSize = 0 }, "--crop-size "), (new Pix2PixOptions { CropSize = 100, LoadSize = 100 }, "--crop-size "),
        (new Pix2PixOptions { LoadSize = 128 }, "--load-size "), (new Pix2PixOptions { BatchSize = -1 }, "--batch-size "),
        (new Pix2PixOptions { Lr = -1 }, "--lr "), (new Pix2PixOptions { Lr = float.NaN }, "--lr "),
        (new Pix2PixOptions { Beta1 = 1 }, "--beta1 "), (new Pix2PixOptions { Steps = -5 }, "--steps "),
        (new Pix2PixOptions { LambdaL1 = float.PositiveInfinity }, "--lambda-l1 "),
        (new Pix2PixOptions { Epochs = 0, EpochsDecay = 0 }, "--epochs "), (new CycleGanOptions { InputNc = 1 }, "--lambda-identity "),
        (new Pix2PixOptions { Preset = CycleGanOptions.PyTorchGanPreset }, "--preset "),
        (
            new Pix2PixOptions { Generator = GeneratorKind.Parse("encoder-decoder"), Dropout = false, Teacher = "a", LambdaAttention = 3 },
            "--lambda-attention 3 needs skip connections"),
        (MadGanOptions.Small() with { GWidths = "8", SharedLayers = 2 }, "--shared-layers 2 is more than --g-widths 8 has"),
        (Pix2PixOptions.Colorization() with { InputNc = 3 }, "--colorize makes two planes of one…--output-nc 2, not 3 and 2"),
        (Pix2PixOptions.Colorization() with { OutputNc = 3 }, "…--output-nc 2, not 1 and 3; --preset colorization sets them"),
        (Pix2PixOptions.Colorization() with { Direction = Direction.BToA }, "--colorize learns in one direction, from gray to colour"),
    }.Select((row, i) => new TestCaseData(row.Options, row.Start).SetArgDisplayNames($"{i} {row.Options.Model}"));

    /// <summary>Without them a run could not begin as it was asked for; one that is there goes on.</summary>
    private static IEnumerable<TestCaseData> Obstacles() => new (TrainingOptions Options, string Start)[]
    {
        (s_sinCut with { Blocks = 3 }, "--blocks 3 must be even"), (s_sinCut, ""), (s_cut, ""),
        (new Pix2PixOptions { LrPolicy = LearningRatePolicy.Plateau, LambdaL1 = 0 }, "--lr-policy plateau has no loss to follow"),
        // A constant rate has no epochs of decay, without which it never falls.
        (new GanOptions { LrPolicy = LearningRatePolicy.Linear }, "--lr-policy linear…--epochs,…give both"),
        (new DiscoGanOptions { LrPolicy = LearningRatePolicy.Linear }, "--lr-policy linear…--epochs,…give both"),
        (new DualGanOptions { LrPolicy = LearningRatePolicy.Linear, EpochsDecay = 1 }, ""),
        (s_spade with { Beta1 = 0.3f, Beta2 = 0.99f }, ""), (s_spade with { Ttur = false }, ""),
        (s_spade with { Ttur = false, Beta1 = 0.5f, Beta2 = 0.999f }, ""),
        (s_spade with { Ttur = false, Beta1 = 0.3f }, "--no-ttur trains with Adam's 0.5 and 0.999, not with --beta1 0.3: leave out"),
        (s_spade with { Ttur = false, Beta2 = 0.99f }, "--no-ttur trains…not with --beta2 0.99: leave out --beta2"),
    }.Select((row, i) => new TestCaseData(row.Options, row.Start).SetArgDisplayNames($"{i} {row.Options.Model}"));

    [TestCaseSource(nameof(Rows))]
    public void TheMessageStartsWithTheOption(TrainingOptions options, string start) => Assert.That(() => options.Validated(), Says(start));

    [TestCaseSource(nameof(Obstacles))]
    public void ARunThatIsThereGoesOn(TrainingOptions options, string start)
    {
        Assert.That(() => options.RequireToBegin(FamilyCatalog.Of(options)), Says(start));
        Assert.That(options.Problems(), Is.Empty);
    }

    /// <param name="start">parts of the message, the first at its beginning; empty for none</param>
    private static Constraint Says(string start)
    {
        var first = start.Split('…')[0];
        Constraint said = start.Length == 0 ? Throws.Nothing : Throws.TypeOf<OptionsException>().With.Message.StartsWith(first);
        return start.Split('…').Skip(1).Aggregate(said, (all, part) => all.And.Message.Contains(part));
    }
}

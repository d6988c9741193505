using IlgpuGan.Models.Families.Began;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>Options that contradict each other, or of which no network can be made.</summary>
public sealed class RefusedOptionsTests
{
    private static readonly DualGanOptions s_dualGan = new() { LoadSize = 16, CropSize = 16, Downs = 3 };

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
    }.Select((row, i) => new TestCaseData(row.Options, row.Start).SetArgDisplayNames($"{i} {row.Options.Model}"));

    [TestCaseSource(nameof(Rows))]
    public void TheMessageStartsWithTheOption(TrainingOptions options, string start) =>
        Assert.That(() => options.Validated(), Throws.TypeOf<OptionsException>().With.Message.StartsWith(start));
}

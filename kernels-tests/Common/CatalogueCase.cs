using IlgpuGan.Models.Families.Began;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.Bridge;
using IlgpuGan.Models.Families.Cut;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.DualGan;
using IlgpuGan.Models.Families.Ebgan;
using IlgpuGan.Models.Families.Gman;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Families.Unsb;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// A family as trained by the tests over the whole catalogue: options for a very short training, and data on disk. Those tests fail for a
/// family that is missing here.
/// </summary>
/// <param name="Options">
/// A few steps of tiny networks. All changes during training (phases, stages, rates) happen within the first four steps.
/// </param>
/// <param name="WriteData">Writes the data set into a folder.</param>
internal sealed record CatalogueCase(TrainingOptions Options, Action<string> WriteData)
{
    private const int Side = 32;
    private const int Count = 6;

    private static readonly Dictionary<string, CatalogueCase> s_all = new CatalogueCase[]
    {
        new(TinyRun.Pix2Pix, Pairs),
        new(TinyRun.CycleGan, TwoSets),
        new(
            new DiscoGanOptions { LoadSize = Side, CropSize = Side, Downs = 2, Ngf = 4, Ndf = 4, BatchSize = 2, GanCurriculum = 4 },
            TwoSets),
        new(
            new DualGanOptions { LoadSize = Side, CropSize = Side, Downs = 3, NLayersD = 2, Ngf = 4, Ndf = 4, NCritic = 2 },
            TwoSets),
        new(
            new CutOptions { LoadSize = Side, CropSize = Side, Blocks = 1, NceLayers = "0,4,8,12", Ngf = 4, Ndf = 4, NLayersD = 2,
                NumPatches = 8, Nnf = 8 },
            TwoSets),
        new(
            new UnsbOptions { LoadSize = Side, CropSize = Side, NumTimesteps = 3, Blocks = 1, NceLayers = "0,4,8,12", Ngf = 4, Ndf = 4,
                NLayersD = 2, NumPatches = 8, Nnf = 8, PublishedBlocks = false },
            TwoSets),
        new(new SinGanOptions { MinSize = 14, MaxSize = 18, Nfc = 4, MaxNfc = 4, Niter = 4, Dsteps = 2, Gsteps = 1 }, OnePicture),
        new(
            new BicycleGanOptions { LoadSize = Side, CropSize = Side, NumDowns = 3, Nz = 4, Ngf = 4, Ndf = 4, NLayersD = 1, Nef = 4,
                EncoderBlocks = 2 },
            Pairs),
        new(
            new BridgeOptions { LoadSize = Side, CropSize = Side, NumDowns = 3, Ngf = 4, TimeEmbedding = 4, Sigma = 0, InitGain = 0.3f,
                TranslationSteps = 2 },
            Pairs),
        new(
            new StarGanOptions { CentreCrop = 0, ImageSize = Side, GConvDim = 4, DConvDim = 4, GRepeatNum = 1, DRepeatNum = 3,
                BatchSize = 2, NCritic = 2 },
            Classes),
        new(
            new Pix2PixHdOptions
            {
                Preprocess = PreprocessMode.ResizeAndCrop, LoadSize = Side, CropSize = Side, Ngf = 4, Ndf = 4, NDownsampleGlobal = 2,
                NBlocksGlobal = 1, NLayersD = 2,
            },
            Pairs),
        new(SpadeOptions.Small() with { LoadSize = Side, CropSize = Side, Ngf = 1, Ndf = 2, Nhidden = 2 }, Pairs),
        new(new GanOptions { ImageSize = 16, Nz = 6, GWidths = "8,8", DWidths = "8", BatchSize = 5, Conditional = true }, Classes),
        new(new DcganOptions { ImageSize = 16, Nz = 6, Ngf = 4, Ndf = 4, BatchSize = 4 }, Classes),
        new(new WganOptions { ImageSize = 16, Nz = 6, Ngf = 4, Ndf = 4, BatchSize = 4, NCritic = 2 }, Classes),
        new(
            new LapGanOptions { ImageSize = 16, Nz = 6, Nfc = 4, BaseWidthG = 8, BaseWidthD = 8, BatchSize = 5, Niter = 4,
                Conditional = true },
            Classes),
        new(
            new ProgressiveGanOptions { ImageSize = 16, Nz = 6, FmapBase = 32, FmapMax = 6, BatchSize = 4, HoldImages = 4,
                FadeImages = 12 },
            Classes),
        new(EbganOptions.Small() with { Nz = 6, GWidths = "8", DWidths = "8", BatchSize = 5 }, Classes),
        new(new BeganOptions { ImageSize = 16, Nz = 6, Width = 4, BatchSize = 5, HalfLife = 3 }, Classes),
        new(new GmanOptions { ImageSize = 16, Nz = 6, Width = 4, Discriminators = 2, BatchSize = 5, Mean = GmanMean.Geometric }, Classes),
        new(MadGanOptions.Small() with { Generators = 3, Nz = 6, GWidths = "8", DWidths = "8", BatchSize = 5 }, Classes),
        new(
            new TripleGanOptions { ImageSize = 16, Nz = 6, GWidths = "8,8", DWidths = "8,8", Ncf = 4, BatchSize = 5, BatchC = 2, BatchG = 4,
                LabelledC = 4, Labels = "maps,photographs", Labelled = 4, ClassifierSteps = 2, FakesFrom = 3, DecayEvery = 1 },
            Classes),
        new(
            new StackGanOptions { ImageSize = 16, CoarseSize = 8, Nz = 6, Embedding = 5, Condition = 3, Ngf = 4, Ndf = 4, WidthD = 8,
                Downs = 1, Blocks = 1, BatchSize = 5, Niter = 4, HalfLife = 3 },
            Classes),
        new(
            new StackGanV2Options { ImageSize = 16, BranchNum = 2, Nz = 6, Embedding = 5, Condition = 3, Ngf = 4, Ndf = 4, Blocks = 1,
                BatchSize = 5, ColorLoss = 1 },
            Classes),
        new(
            new R3GanOptions { ImageSize = 8, StageWidths = "8,4", GroupWidth = 4, Blocks = 1, Nz = 6, BatchSize = 4, BurnIn = 16,
                Conditional = true, Labels = "maps,photographs", LabelKind = LabelKind.Classes },
            Classes),
        new(new WganGpOptions { ImageSize = 16, Nz = 6, Ngf = 4, Ndf = 4, BatchSize = 4, NCritic = 2, Conditional = true }, Classes),
    }.ToDictionary(c => c.Options.Model, c => c with { Options = Short(c.Options) }, StringComparer.Ordinal);

    /// <summary>All cases by the family's name.</summary>
    public static IReadOnlyDictionary<string, CatalogueCase> All => s_all;

    public Family Family => FamilyCatalog.Of(Options);

    private static TrainingOptions Short(TrainingOptions options) =>
        options with { Steps = 8, Device = "cpu", Threads = 1, LogFreq = 1, SampleFreq = 0, Seed = 7 };

    private static void Pairs(string folder)
    {
        new SyntheticFacades(Count, Side).WriteTo(Path.Combine(folder, "train"));
        new SyntheticFacades(2, Side, first: Count).WriteTo(Path.Combine(folder, "val"));
    }

    private static void OnePicture(string folder)
    {
        Directory.CreateDirectory(folder);
        PictureFile.Save(new Picture(new SyntheticFacades(1, Side).Draw(0).Photo), Path.Combine(folder, "train.png"));
    }

    private static void Classes(string folder)
    {
        foreach (var (i, name) in new[] { "maps", "photographs" }.Index())
        {
            var pictures = Directory.CreateDirectory(Path.Combine(folder, "train", name)).FullName;
            for (var n = 0; n < Count; n++)
            {
                var (labels, photo) = new SyntheticFacades(Count, Side).Draw(n);
                PictureFile.Save(new Picture(i == 0 ? labels : photo), Path.Combine(pictures, $"{n}.png"));
            }
        }
    }

    private static void TwoSets(string folder)
    {
        foreach (var (split, count, first) in new[] { ("train", Count, 0u), ("test", 2, (uint)Count) })
        {
            var facades = new SyntheticFacades(count, Side, first: first);
            for (var i = 0; i < count; i++)
            {
                var (labels, photo) = facades.Draw(i);
                Save(split + "A", i, labels);
                Save(split + "B", i, photo);
            }
        }

        void Save(string set, int i, IlgpuGan.Imaging.Image picture)
        {
            Directory.CreateDirectory(Path.Combine(folder, set));
            PictureFile.Save(new Picture(picture), Path.Combine(folder, set, $"{i}.png"));
        }
    }
}

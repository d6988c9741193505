using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>The table, the tuner, and what the tuner keeps on disk.</summary>
internal sealed class ProductTuningTests : InFolder
{
    private static readonly ProductDevice s_card =
        new(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors: 132, MaxThreads: 1024, HasTensorCores: true);

    private static readonly ProductShape s_block = new(256, 4096, 2304, 1, IsAlongDepth: false, HasVectorRows: true);

    [TestCase(256, 4096, 2304, TileShape.Large, TestName = "a residual block at batch 1: 64 large tiles, in two parts")]
    [TestCase(64, 65536, 147, TileShape.Medium, TestName = "a first layer: rows that fill half of a large tile")]
    [TestCase(256, 65536, 2304, TileShape.Large, TestName = "a residual block at batch 16")]
    [TestCase(512, 1, 8192, TileShape.Slim, TestName = "a U-Net's innermost layer")]
    [TestCase(3, 65536, 3136, TileShape.Flat, TestName = "the layer that makes the picture")]
    public void TheTableTakesTilesThatFit(int rows, int columns, int depth, TileShape tile)
    {
        var chosen =
            ConvolutionTable.Candidates(new ProductShape(rows, columns, depth, 1, false, true), s_card, ProductPrecision.Fp32).First();
        Assert.That(chosen.Tile, Is.EqualTo(tile));
        Assert.That(
            chosen.Splits * TileSize.Of(tile).Groups(rows, columns, 1), Is.GreaterThanOrEqualTo(132 / 2), "the card has something to do");
    }

    [Test]
    public void TensorCoresAreTakenOnlyWhereAskedForAndOnlyWhereTheyPay()
    {
        Assert.That(ConvolutionTable.Candidates(s_block, s_card, ProductPrecision.Fp32).First().Rung, Is.EqualTo(ProductRung.Vectorised));
        Assert.That(ConvolutionTable.Candidates(s_block, s_card, ProductPrecision.Tf32).First().Rung, Is.EqualTo(ProductRung.TensorCore));
        Assert.That(
            ConvolutionTable.Candidates(s_block with { Columns = 4 }, s_card, ProductPrecision.Tf32).First().Rung,
            Is.Not.EqualTo(ProductRung.TensorCore));
        var old = s_card with { HasTensorCores = false };
        Assert.That(old.Accepts(s_block, new ProductVariant(ProductRung.TensorCore, TileShape.Medium, 1), ProductPrecision.Tf32), Is.False);
    }

    [TestCase(
        256, 4096, 2304, TileShape.Large, 4,
        TestName = "a residual block at batch 1: 64 large tiles in four parts, two for each of 132 multiprocessors")]
    [TestCase(256, 65536, 2304, TileShape.Large, 1, TestName = "a residual block at batch 16")]
    [TestCase(
        64, 16384, 48, TileShape.Medium, 1, TestName = "rows that fill half of a large tile, whose threads have more to do at its edges")]
    [TestCase(128, 1024, 1024, TileShape.Medium, 8, TestName = "few results: medium tiles, in fewer parts, added where they are made")]
    [TestCase(
        256, 4356, 2304, TileShape.Large, 3,
        TestName = "its data gradient: 70 large tiles in three parts, 210 of the 264 that the card holds at once")]
    [TestCase(256, 2304, 4096, TileShape.Large, 7, TestName = "its weight gradient: 36 large tiles in seven parts, 252 of them")]
    public void TensorCoresTakeLargeTilesWhereTheDepthCanBeShared(int rows, int columns, int depth, TileShape tile, int splits) =>
        Assert.That(
            ConvolutionTable.Candidates(new ProductShape(rows, columns, depth, 1, false, true), s_card, ProductPrecision.Tf32).First(),
            Is.EqualTo(new ProductVariant(ProductRung.TensorCore, tile, splits)));

    [Test]
    public void KernelsOfManyTapsAreNotCopiedInTheBackground() =>
        Assert.That(
            ConvolutionTable.Candidates(s_block with { HasFewTaps = false }, s_card, ProductPrecision.Fp32)
                .First(v => s_card.Accepts(s_block with { HasFewTaps = false }, v, ProductPrecision.Fp32)).Rung,
            Is.EqualTo(ProductRung.RegisterBlocked));

    [Test]
    public void TheEnvironmentNamesTheHighestRung()
    {
        try
        {
            Environment.SetEnvironmentVariable(ProductChoice.RungVariable, "vectorised");
            var choice = new ProductChoice(s_card, tunings: null);
            Assert.That(choice.For(s_block, ProductPrecision.Fp32).Rung, Is.EqualTo(ProductRung.Vectorised));
            Assert.That(
                choice.For(s_block with { HasVectorRows = false }, ProductPrecision.Fp32).Rung, Is.EqualTo(ProductRung.DoubleBuffered),
                "the next one that can");
            Environment.SetEnvironmentVariable(ProductChoice.RungVariable, "winograd");
            Fails.With<DeviceException>(() => new ProductChoice(s_card, tunings: null), "winograd", "double-buffered");
        }
        finally
        {
            Environment.SetEnvironmentVariable(ProductChoice.RungVariable, null);
        }
    }

    [Test]
    public void SplitsCoverTheDepthWithoutEmptyOnes([Values(1, 5, 16, 100, 8192)] int depth, [Values(1, 2, 7, 64)] int splits)
    {
        var (count, each) = ProductLauncher.Split(depth, splits, tileDepth: 16);
        Assert.That(each % 16, Is.Zero);
        Assert.That(count, Is.InRange(1, splits));
        Assert.That((long)count * each, Is.GreaterThanOrEqualTo(depth));
        Assert.That((count - 1) * each, Is.LessThan(depth));
    }

    [Test]
    public void TheTunerTakesTheFastestAndLeavesTheTableForNoise()
    {
        var wanted = new ProductVariant(ProductRung.RegisterBlocked, TileShape.Large, 1);
        var tried = new List<ProductVariant>();
        Assert.That(
            new ProductTuner(s_card, variant => Time(variant, wanted, 0.5)).Fastest(s_block, ProductPrecision.Fp32), Is.EqualTo(wanted));
        Assert.That(tried, Is.Unique);
        Assert.That(tried, Has.All.Matches<ProductVariant>(variant => s_card.Accepts(s_block, variant, ProductPrecision.Fp32)));
        var table = ConvolutionTable.Candidates(s_block, s_card, ProductPrecision.Fp32).First();
        Assert.That(
            new ProductTuner(s_card, variant => Time(variant, wanted, 0.99)).Fastest(s_block, ProductPrecision.Fp32), Is.EqualTo(table));

        double Time(ProductVariant variant, ProductVariant fast, double seconds)
        {
            tried.Add(variant);
            return variant == fast ? seconds : 1;
        }
    }

    [Test]
    public void KernelsThatNeedMoreSharedMemoryThanThereIsAreLeftOut()
    {
        var little = s_card with { SharedBytes = 32 * 1024 };
        var large = new ProductVariant(ProductRung.Vectorised, TileShape.Large, 2);
        Assert.That(s_card.Accepts(s_block, large, ProductPrecision.Fp32), Is.True);
        Assert.That(little.Accepts(s_block, large, ProductPrecision.Fp32), Is.False);
        var chosen = new ProductChoice(little, tunings: null).For(s_block, ProductPrecision.Fp32);
        Assert.That((chosen.Rung, chosen.Tile), Is.EqualTo((ProductRung.Vectorised, TileShape.Medium)));
    }

    [Test]
    public void InAnotherPrecisionTheTunerTriesTensorCoresToo()
    {
        var wanted = new ProductVariant(ProductRung.TensorCore, TileShape.Medium, 1);
        var tuner = new ProductTuner(s_card, variant => variant == wanted ? 0.5 : 1);
        Assert.That(tuner.Fastest(s_block, ProductPrecision.Bf16), Is.EqualTo(wanted));
        Assert.That(tuner.Fastest(s_block, ProductPrecision.Fp32).Rung, Is.Not.EqualTo(ProductRung.TensorCore));
        var tunings = new ProductTunings(Path.Combine(Folder, "card.json"), "card");
        tunings.Add(s_block, ProductPrecision.Bf16, wanted);
        Assert.That(tunings.Find(s_block, ProductPrecision.Tf32), Is.Null);
        Assert.That(new ProductChoice(s_card, tunings).For(s_block, ProductPrecision.Bf16), Is.EqualTo(wanted));
        Assert.That(new ProductChoice(s_card, tunings).For(s_block, ProductPrecision.Fp32).Rung, Is.EqualTo(ProductRung.Vectorised));
    }

    [Test]
    public void TuningsOutliveTheProcessAndAreIgnoredWhereTheyDoNotHold()
    {
        var path = Path.Combine(Folder, "sub", "card.json");
        var variant = new ProductVariant(ProductRung.Vectorised, TileShape.Slim, 12);
        new ProductTunings(path, "card, driver 1").Add(s_block, ProductPrecision.Fp32, variant);
        Assert.Multiple(() =>
        {
            Assert.That(new ProductTunings(path, "card, driver 1").Find(s_block, ProductPrecision.Fp32), Is.EqualTo(variant));
            Assert.That(new ProductTunings(path, "card, driver 1").Find(s_block with { Rows = 255 }, ProductPrecision.Fp32), Is.Null);
            Assert.That(new ProductTunings(path, "card, driver 2").Count, Is.Zero, "stale");
        });

        var text = File.ReadAllText(path);
        foreach (var damaged
            in new[] { text[..(text.Length / 2)], text.Replace("vectorised", "magic", StringComparison.Ordinal), "", "null", "[1]", "{}",
                "{\"Device\":\"card, driver 1\"}" })
        {
            File.WriteAllText(path, damaged);
            Assert.That(new ProductTunings(path, "card, driver 1").Count, Is.Zero, damaged);
        }

        new ProductTunings(path, "card, driver 1").Add(s_block, ProductPrecision.Fp32, variant);
        Assert.That(new ProductTunings(path, "card, driver 1").Find(s_block, ProductPrecision.Fp32), Is.EqualTo(variant), "written anew");
    }

    [Test]
    public void VariantsAreReadAsTheyAreWritten()
    {
        foreach (var rung in Enum.GetValues<ProductRung>())
        {
            var variant = new ProductVariant(
                rung, rung is ProductRung.Naive or ProductRung.Tiled ? TileShape.Medium : TileShape.Flat,
                rung == ProductRung.Naive ? 1 : 3);
            Assert.That(ProductVariant.Parse(variant.ToString()), Is.EqualTo(variant));
        }

        Assert.That(
            new[] { "", "naive/1", "tiled", "tiled/0", "vectorised/huge/1", "vectorised/7/1", "vectorised/slim",
                "vectorised/slim/-1" }.Select(ProductVariant.Parse),
            Is.All.Null);
    }
}

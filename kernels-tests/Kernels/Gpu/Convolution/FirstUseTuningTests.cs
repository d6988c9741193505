using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>What is measured when an OpenCL device is first used: kernels that can be exchanged without changing a bit.</summary>
internal sealed class FirstUseTuningTests : InFolder
{
    private const string CardName = "card, driver 1";

    private static readonly ProductDevice s_card =
        new(AcceleratorType.OpenCL, IsProcessor: false, Multiprocessors: 40, MaxThreads: 256, HasTensorCores: false);

    private static readonly ProductShape s_block = new(256, 4096, 2304, 1, IsAlongDepth: false, HasVectorRows: true);

    /// <summary>A U-Net's inner layer, whose depth is taken in parts.</summary>
    private static readonly ProductShape s_deep = new(512, 4, 8192, 1, IsAlongDepth: false, HasVectorRows: true);

    private string File => Path.Combine(Folder, "card.json");

    [SetUp]
    public void TuneThere() => Environment.SetEnvironmentVariable(Tunings.FolderVariable, Folder);

    [TearDown]
    public void TuneNowhere() => Environment.SetEnvironmentVariable(Tunings.FolderVariable, "");

    [Test]
    public void OnlyVariantsThatAddInTheTablesOrderAreTried()
    {
        foreach (var shape in new[] { s_block, s_deep, s_deep with { Depth = 48 } })
        {
            var byTable = ConvolutionTable.Chosen(shape, s_card, ProductPrecision.Fp32);
            var tried = new List<ProductVariant>();
            Assert.That(Tuner(tried.Add).FastestWithSameBits(shape, byTable, () => true), Is.EqualTo(byTable));
            Assert.That(tried, Is.Unique.And.Count.GreaterThan(2));
            Assert.That(tried[0], Is.EqualTo(byTable));
            Assert.That(tried, Has.All.Matches<ProductVariant>(variant =>
                s_card.Accepts(shape, variant, ProductPrecision.Fp32) && ProductTuner.HaveSameSummationOrder(shape, variant, byTable)));
        }

        static ProductTuner Tuner(Action<ProductVariant> seen) => new(s_card, variant =>
        {
            seen(variant);
            return 1;
        });
    }

    [TestCase(2304, ProductRung.Vectorised, TileShape.Large, 1, true)]
    [TestCase(2304, ProductRung.DoubleBuffered, TileShape.Slim, 1, true, TestName = "without parts any tile adds alike")]
    [TestCase(2304, ProductRung.DoubleBuffered, TileShape.Medium, 2, false, TestName = "another number of parts")]
    [TestCase(16, ProductRung.DoubleBuffered, TileShape.Medium, 2, true, TestName = "too little depth for two parts")]
    [TestCase(2304, ProductRung.Tiled, TileShape.Medium, 1, false)]
    [TestCase(2304, ProductRung.Naive, TileShape.Medium, 1, false)]
    [TestCase(2304, ProductRung.TensorCore, TileShape.Medium, 1, false)]
    public void VariantsAddAlikeWherePartsAre(int depth, ProductRung rung, TileShape tile, int splits, bool alike) =>
        Assert.That(
            ProductTuner.HaveSameSummationOrder(
                s_block with { Depth = depth }, new ProductVariant(rung, tile, splits),
                new ProductVariant(ProductRung.RegisterBlocked, TileShape.Medium, 1)),
            Is.EqualTo(alike));

    [Test]
    public void PartsOfWholeTilesDependOnTheTilesDepth()
    {
        var shape = s_block with { Depth = 96 };
        var (medium, slim) = (
            new ProductVariant(ProductRung.Vectorised, TileShape.Medium, 2), new ProductVariant(ProductRung.Vectorised, TileShape.Slim, 2));
        Assert.That(ProductTuner.HaveSameSummationOrder(shape, medium, slim), Is.False, "48 and 48, or 64 and 32");
        Assert.That(ProductTuner.HaveSameSummationOrder(shape with { Depth = 128 }, medium, slim), Is.True);
    }

    [Test]
    public void WhatTheTimeCutsShortIsNotKept()
    {
        var byTable = ConvolutionTable.Chosen(s_block, s_card, ProductPrecision.Fp32);
        var wanted = byTable with { Rung = ProductRung.RegisterBlocked };
        var tuner = new ProductTuner(s_card, variant => variant == wanted ? 0.5 : 1);
        Assert.That(tuner.FastestWithSameBits(s_block, byTable, () => true), Is.EqualTo(wanted));
        var left = 1;
        Assert.That(tuner.FastestWithSameBits(s_block, byTable, () => left-- > 0), Is.Null);
    }

    [Test]
    public void ProductsOfAKindShareAMeasurementAndKeepTheTablesParts()
    {
        var tunings = Open(CardName);
        var byTable = ConvolutionTable.Chosen(s_deep, s_card, ProductPrecision.Fp32);
        Assert.That(byTable.Splits, Is.GreaterThan(1));
        Assert.That(tunings.Lacks(s_deep, byTable), Is.True);
        tunings.Add(s_deep, byTable, byTable with { Rung = ProductRung.RegisterBlocked });
        foreach (var alike in new[] { s_deep, s_deep with { Rows = 1000 }, s_deep with { Columns = 13 }, s_deep with { Depth = 16000 } })
        {
            var table = ConvolutionTable.Chosen(alike, s_card, ProductPrecision.Fp32) with { Splits = byTable.Splits };
            Assert.That(tunings.Lacks(alike, table), Is.False, $"{alike}");
            Assert.That(tunings.Find(alike, table), Is.EqualTo(table with { Rung = ProductRung.RegisterBlocked }));
        }

        foreach (var other in new[]
        {
            s_deep with { Rows = 1024 }, s_deep with { IsAlongDepth = true }, s_deep with { HasVectorRows = false },
            s_deep with { HasFewTaps = false }, s_deep with { Planes = 4 }, s_block,
        })
        {
            Assert.That(tunings.Lacks(other, byTable), Is.True, $"{other}");
            Assert.That(tunings.Find(other, byTable), Is.Null);
        }
    }

    [Test]
    public void WhatAProductOfTheKindCanNotTakeIsTheTables()
    {
        var tunings = Open(CardName);
        var byTable = new ProductVariant(ProductRung.Vectorised, TileShape.Medium, 2);
        tunings.Add(s_block with { Depth = 128 }, byTable, byTable with { Tile = TileShape.Slim });
        Assert.That(tunings.Find(s_block with { Depth = 128 }, byTable), Is.EqualTo(byTable with { Tile = TileShape.Slim }));
        Assert.That(tunings.Find(s_block with { Depth = 80 }, byTable), Is.Null, "48 and 32, not 64 and 16");
    }

    [Test]
    public void TheFileHoldsForOneDeviceAndDriver()
    {
        var byTable = ConvolutionTable.Chosen(s_block, s_card, ProductPrecision.Fp32);
        Open(CardName).Add(s_block, byTable, byTable with { Rung = ProductRung.DoubleBuffered });
        Assert.That(Open(CardName).Lacks(s_block, byTable), Is.False);
        Assert.That(Open("card, driver 2").Lacks(s_block, byTable), Is.True);
        var text = System.IO.File.ReadAllText(File);
        foreach (var damaged in new[] { text[..(text.Length / 2)], "", "null", text.Replace("double-buffered", "magic"),
            text.Replace("double-buffered", "tensor-core"), text.Replace("/1\"", "/2\"") })
        {
            System.IO.File.WriteAllText(File, damaged);
            Assert.That(Open(CardName).Lacks(s_block, byTable), Is.True, damaged);
        }
    }

    [TestCase(TuningMode.Kept, true, false)]
    [TestCase(TuningMode.FirstUse, true, true)]
    [TestCase(TuningMode.Table, false, false)]
    public void TheModeSaysWhatGoesBeforeTheTable(TuningMode mode, bool reads, bool measures)
    {
        var tunings = Open(CardName);
        var byTable = ConvolutionTable.Chosen(s_block, s_card, ProductPrecision.Fp32);
        var found = byTable with { Rung = ProductRung.RegisterBlocked };
        tunings.Add(s_block, byTable, found);
        var choice = new ProductChoice(s_card, tunings: null, tunings) { Mode = mode };
        Assert.That(choice.LacksFirstUse(s_block, ProductPrecision.Fp32), Is.False);
        Assert.That(choice.LacksFirstUse(s_deep, ProductPrecision.Fp32), Is.EqualTo(measures));
        Assert.That(choice.For(s_block, ProductPrecision.Fp32), Is.EqualTo(reads ? found : byTable));
        choice.For(s_deep, ProductPrecision.Fp32);
        Assert.That(choice.LacksFirstUse(s_deep, ProductPrecision.Fp32), Is.False, "it has come up before");
        choice.Mode = TuningMode.Table;
        Assert.That(choice.For(s_block, ProductPrecision.Fp32), Is.EqualTo(byTable));
    }

    /// <summary>A measurement of one shape, made on request, goes before that of its kind.</summary>
    [Test]
    public void WhatWasMeasuredOnRequestGoesFirst()
    {
        var (asked, kinds) = (new ProductTunings(Path.Combine(Folder, "asked.json"), CardName), Open(CardName));
        var byTable = ConvolutionTable.Chosen(s_block, s_card, ProductPrecision.Fp32);
        kinds.Add(s_block, byTable, byTable with { Rung = ProductRung.RegisterBlocked });
        asked.Add(s_block, ProductPrecision.Fp32, byTable with { Splits = 3 });
        asked.Add(s_deep, ProductPrecision.Fp32, byTable with { Splits = 3 });
        var choice = new ProductChoice(s_card, asked, kinds) { Mode = TuningMode.FirstUse };
        Assert.That(choice.For(s_block, ProductPrecision.Fp32), Is.EqualTo(byTable with { Splits = 3 }));
        Assert.That(choice.LacksFirstUse(s_deep, ProductPrecision.Fp32), Is.False);
    }

    /// <summary>
    /// On the device itself: the bits are the table's before, while and after kernels are measured, which is said once and not repeated by
    /// the next who opens the device.
    /// </summary>
    [Test]
    [Exhaustive]
    public void ADeviceIsMeasuredOnceAndItsBitsStay()
    {
        TestDevices.Open("opencl"); // Skips where there is none.
        var (byTable, _, untold) = Compute(TuningMode.Table, TimeSpan.FromMinutes(5));
        Assert.That((untold, Directory.GetFiles(Folder)), Is.EqualTo((0, Array.Empty<string>())));
        var (hurried, _, _) = Compute(TuningMode.FirstUse, TimeSpan.Zero);
        Assert.That(Directory.GetFiles(Folder), Is.Empty);
        var (measured, again, told) = Compute(TuningMode.FirstUse, TimeSpan.FromMinutes(5));
        Assert.That(told, Is.EqualTo(1));
        var file = Directory.GetFiles(Folder).Single();
        Assert.That(System.IO.File.ReadAllText(file), Does.Contain("/medium/1 64x1024x256").And.Contain("along depth"));
        var written = System.IO.File.GetLastWriteTimeUtc(file);
        var (kept, _, toldAgain) = Compute(TuningMode.FirstUse, TimeSpan.FromMinutes(5));
        Assert.That((toldAgain, System.IO.File.GetLastWriteTimeUtc(file)), Is.EqualTo((0, written)));
        foreach (var results in new[] { hurried, measured, again, kept })
        {
            Assert.That(results.Zip(byTable).Select(pair => pair.First.SequenceEqual(pair.Second)), Is.All.True);
        }
    }

    /// <summary>A layer of 64 channels at 32 x 32 pixels with its gradients, twice.</summary>
    private static (List<float[]> First, List<float[]> Second, int Announcements) Compute(TuningMode mode, TimeSpan most)
    {
        using var device = (GpuDevice)IlgpuGan.Tensors.Devices.Device.Open("opencl");
        var told = 0;
        (device.Tuning, device.Announce) = (mode, line =>
        {
            told++;
            Assert.That(line, Does.Contain("--no-tune").And.Contain(device.Name).And.Contain("first-use-"));
        });
        ((GpuKernels)device.OwnKernels).FirstUseTime.Most = most;
        return (Layer(), Layer(), told);

        List<float[]> Layer()
        {
            using var step = device.Step();
            var g = new ConvGeometry(1, 64, 32, 64, new(3, 1, 1, 1), 32);
            var (x, dy, w) = (Random(1, 64, 32, 32), Random(1, 64, 32, 32), Random(64, 64, 3, 3));
            var (y, dx, dw) = (Tensor.Empty(x.Shape, device), Tensor.Empty(x.Shape, device), Tensor.Empty(w.Shape, device));
            device.Kernels.Run(new Conv2dCall(x.Span, w.Span, null, y.Span, g));
            device.Kernels.Run(new Conv2dInputGradientCall(dy.Span, w.Span, null, dx.Span, g));
            device.Kernels.Run(new Conv2dWeightGradientCall(x.Span, dy.Span, dw.Span, g));
            return [y.ToArray(), dx.ToArray(), dw.ToArray()];
        }

        Tensor Random(params int[] sides)
        {
            var shape = new Shape(sides);
            var random = new Random(shape.ToString().Length);
            return Tensor.From([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)(random.NextDouble() - 0.5))], shape, device);
        }
    }

    private FirstUseTunings Open(string device) => FirstUseTunings.At(File, device, s_card);
}

using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.R3Gan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Families.Spade;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Families.TripleGan;
using IlgpuGan.Models.Losses;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Options that change nothing, because what they belong to is switched off.</summary>
public sealed class OptionEffectTests
{
    private static IEnumerable<TestCaseData> Parts() => new (TrainingOptions Off, TrainingOptions On, string Names)[]
    {
        (new Pix2PixOptions(), new Pix2PixOptions { Reduction = GradientReduction.Tree }, "exchange sync-batch-norm"),
        (new Pix2PixOptions(), new Pix2PixOptions { LrPolicy = LearningRatePolicy.Step }, "lr-decay-epochs"),
        (new SpadeOptions(), new SpadeOptions { EpochsDecay = 1 }, "lr-policy"),
        (new CycleGanOptions(), new CycleGanOptions { KeepBest = BestMetric.Colours }, "evaluate-freq"),
        (new Pix2PixOptions { Preprocess = PreprocessMode.None }, new Pix2PixOptions(), "load-size"),
        (new Pix2PixOptions(), new Pix2PixOptions { Teacher = "run" }, "lambda-attention"),
        (new Pix2PixHdOptions(), new Pix2PixHdOptions { InstanceFeat = true }, "feat-num nef n-clusters n-downsample-e"),
        (new Pix2PixHdOptions(), Pix2PixHdOptions.Local(), "n-blocks-local"),
        (new Pix2PixHdOptions(), new Pix2PixHdOptions { Vgg = "vgg19.pth" }, "lambda-vgg"),
        (new SpadeOptions(), new SpadeOptions { UseVae = true }, "z-dim lambda-kld"),
        (new SpadeOptions { Ttur = false }, new SpadeOptions(), "beta1 beta2"),
        (
            new SpadeOptions(), new SpadeOptions { NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus }, "n-blocks-global n-downsample-global"),
        (new StarGanOptions(), new StarGanOptions { Data2 = "more" }, "centre-crop2 label-kind2"),
        (new GanOptions(), new GanOptions { Conditional = true }, "label-kind"),
        (new StackGanV2Options { Conditional = false }, new StackGanV2Options(), "condition embedding lambda-kl augment"),
        (new StackGanOptions { OneStage = true }, new StackGanOptions(), "coarse-size niter downs blocks half-life2"),
        (new BicycleGanOptions { Variant = BicycleVariant.Pix2PixNoise }, new BicycleGanOptions(), "nef encoder-blocks"),
        (DiscoGanOptions.OfPoints(), new DiscoGanOptions(), "flip output-nc ngf ndf"),
        (new MadGanOptions(), MadGanOptions.Small(), "flip output-nc image-size"),
        (new SinGanOptions { Nfc = 8, MaxNfc = 4 }, new SinGanOptions(), "nfc"),
        (new R3GanOptions { BurnIn = 0 }, new R3GanOptions(), "lr"),
        (new TripleGanOptions { TwoNetworks = true }, new TripleGanOptions(), "batch-c labelled-d noise-d"),
    }.Select((row, i) => new TestCaseData(row.Off, row.On, row.Names).SetArgDisplayNames($"{i} {row.Off.Model}"));

    [TestCaseSource(nameof(Parts))]
    public void OptionsOfAPartThatIsOffHaveNoEffect(TrainingOptions off, TrainingOptions on, string names)
    {
        Assert.That(names.Split(' '), Is.SubsetOf(IdleIn(off)));
        Assert.That(names.Split(' ').Intersect(IdleIn(on)), Is.Empty);
    }

    /// <summary>R3GAN's weights are scaled whatever their type, and Triple-GAN keeps a discriminator that it does not train.</summary>
    [Test]
    public void WhatStillChangesTheWeightsIsNotIdle()
    {
        Assert.That(IdleIn(new Pix2PixOptions { InitType = Initialization.Default }), Has.Member("init-gain"));
        Assert.That(IdleIn(new R3GanOptions { InitType = Initialization.Default }), Has.No.Member("init-gain"));
        Assert.That(IdleIn(new TripleGanOptions { TwoNetworks = true }), Has.No.Member("d-widths"));
    }

    /// <summary>A style picture, a student and a translation take the side of the crop, whether the training crops or not.</summary>
    [Test]
    public void WhatATranslationReadsIsNotIdle()
    {
        var whole = new BicycleGanOptions { Preprocess = PreprocessMode.None, CropSize = 64 };
        Assert.That(FamilyCatalog.Of(whole).Generators(whole)[0].Conditions!.Style!.Side, Is.EqualTo(64));
        Assert.That(IdleIn(whole), Has.No.Member("crop-size"));
    }

    /// <summary>An option can't be without effect, and a reason not to train.</summary>
    [Test]
    public void IdleOptionsAreNoReasonToRefuse()
    {
        var stages = new StackGanOptions { OneStage = true, ImageSize = 16, CoarseSize = 16, Downs = 3 };
        Assert.That(stages.Problems(), Is.Empty);
        Assert.That((stages with { ImageSize = 24 }).Problems(), Has.One.StartsWith("--image-size 24 must be a power of two"));
        foreach (var points in new[] { DiscoGanOptions.OfPoints() with { LoadSize = 32 }, DiscoGanOptions.OfPoints() with { Downs = 7 } })
        {
            Assert.That(points.Problems(), Is.Not.Empty);
            Assert.That(IdleIn(points), Has.No.Member("load-size").And.No.Member("crop-size").And.No.Member("downs"));
        }

        IsNoReason(
            new BicycleGanOptions { LoadSize = 32, CropSize = 32, NumDowns = 5, NLayersD = 2, Variant = BicycleVariant.Pix2PixNoise },
            idle => idle with { Variant = BicycleVariant.CvaeGan }, "--crop-size 32 is too small for --encoder-blocks 5");
        IsNoReason(
            new SpadeOptions { NormG = "batch", NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus },
            idle => idle with { NetG = SpadeGeneratorKind.Spade }, "--norm-g batch is not");
        foreach (var palette in new[] { "red", "00FF00,FF0000" })
        {
            IsNoReason(
                new Pix2PixHdOptions { LabelMaps = false, Palette = palette, LabelNc = 3 }, idle => idle with { LabelMaps = true },
                "--palette");
        }

        var scores = new CycleGanOptions { GanMode = GanMode.Rpgan, LambdaGan = 0, Preprocess = PreprocessMode.None };
        IsNoReason(scores, idle => idle with { LambdaGan = 1 }, "--gan-mode rpgan");
        IsNoReason(
            DiscoGanOptions.OfPoints() with { GanMode = GanMode.Rpgan, Preprocess = PreprocessMode.None },
            idle => idle with { Points = false }, "--gan-mode rpgan");
        IsNoReason(
            new TripleGanOptions { TwoNetworks = true, BatchSize = 64 }, idle => idle with { TwoNetworks = false }, "--batch-c 100");

        static void IsNoReason<T>(T idle, Func<T, T> used, string refusal)
            where T : TrainingOptions
        {
            Assert.That(idle.Problems(), Is.Empty);
            Assert.That(used(idle).Problems(), Has.One.StartsWith(refusal));
        }
    }

    /// <summary>A name of none would never be told.</summary>
    [Test]
    public void TheyAreOptions()
    {
        var names = FamilyCatalog.All.SelectMany(f => OptionDescription.Of(f.Defaults().GetType())).Select(o => o.Name).ToHashSet();
        Assert.That(FamilyCatalog.All.SelectMany(f => f.Defaults().Effects).Select(e => e.Name).Distinct(), Is.SubsetOf(names));
    }

    private static IEnumerable<string> IdleIn(TrainingOptions options) => options.Effects.Where(e => !e.Exists).Select(e => e.Name);
}

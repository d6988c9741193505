using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.BicycleGan;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>
/// The best checkpoint on pictures kept back, and stopping where none comes any more: what they are, exactly, across stops.
/// </summary>
internal sealed class KeepBestTests : InFolder
{
    [TestCase(BestMetric.L1)]
    [TestCase(BestMetric.Psnr)]
    [TestCase(BestMetric.Ssim)]
    [TestCase(BestMetric.MsSsim)]
    public void TheBestCheckpointIsTheOneThatEvaluateFindsBest(BestMetric metric)
    {
        var options = TinyRun.Pix2Pix with { KeepBest = metric, EvaluateFreq = 1, Steps = 5, Dropout = false,
            EmaDecay = metric == BestMetric.Ssim ? 0.5f : 0 };
        var seen = new Evaluations();
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options));
        run.Train(seen);
        var best = PictureMetric.Named(metric).HigherIsBetter ? seen.Values.MaxBy(v => v.Value) : seen.Values.MinBy(v => v.Value);
        Assert.That(seen.Values.Select(v => v.Step), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(run.Best, Is.EqualTo(new BestSoFar
        {
            Metric = OptionsJson.TextOf(metric), Value = best.Value, Step = best.Step, Misses = (int)(5 - best.Step),
        }));
        Assert.That(Checkpoint.Read(run.Directory.Best).Position.Step, Is.EqualTo(best.Step));
        Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Best, Is.EqualTo(run.Best));
        var mean = Evaluator.Run(Translator.Open(run.Directory.Best, Device), (PairSource)TinyRun.Data(options).HeldOut).Mean;
        var expected = metric switch
        {
            BestMetric.L1 => mean.L1, BestMetric.Psnr => mean.Psnr, BestMetric.Ssim => mean.Ssim!.Value, _ => mean.MsSsim!.Value,
        };
        Assert.That(best.Value, Is.EqualTo(expected).Within(1e-9));
    }

    /// <summary>A measure of one's own selects the checkpoint, and the evaluator finds its value there.</summary>
    [Test]
    public void AMeasureOfOnesOwnSelectsTheBest()
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Ssim, EvaluateFreq = 1, Steps = 4, Dropout = false };
        var seen = new Evaluations();
        using (var run = TrainingRun.Create(_runs.PathOf("own"), options, TinyRun.Data(options)))
        {
            Assert.That(run.Metric!.Name, Is.EqualTo("ssim"));
            run.Metric = new Darkness();
            run.Train(seen);
            var best = seen.Values.MinBy(v => v.Value);
            Assert.That(run.Best, Is.EqualTo(new BestSoFar
            {
                Metric = "darkness", Value = best.Value, Step = best.Step, Misses = (int)(4 - best.Step),
            }));
            Assert.That(Checkpoint.Read(run.Directory.Best).Position.Step, Is.EqualTo(best.Step));
            using var device = Device.Open("cpu");
            using var translator = Translator.Open(run.Directory.Best, device);
            var heldOut = (PairSource)TinyRun.Data(options).HeldOut;
            var scores = Evaluator.Run(translator, heldOut, [new Darkness()]);
            Assert.That(scores.Measures["darkness"], Is.EqualTo(best.Value).Within(1e-9));
            var measured = Evaluator.Measure(translator, heldOut, [new Darkness(), PictureMetric.Named(BestMetric.L1)]);
            Assert.That(measured["darkness"], Is.EqualTo(best.Value).Within(1e-9));
            Assert.That(measured["l1"], Is.EqualTo(scores.Mean.L1).Within(1e-9));
        }

        using var plain = TrainingRun.Create(
            _runs.PathOf("plain"), options with { KeepBest = BestMetric.None, EvaluateFreq = 0 }, TinyRun.Data(options));
        Assert.That(plain.Metric, Is.Null);
        Assert.That(() => plain.Metric = new Darkness(), Throws.InvalidOperationException.With.Message.Contains("KeepBest"));
    }

    /// <summary>No other value would be better than NaN, and no checkpoint could hold it.</summary>
    [Test]
    public void AValueThatIsNotFiniteIsNeverTheBest()
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Ssim, EvaluateFreq = 1, Steps = 4 };
        var seen = new Evaluations();
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options));
        run.Metric = new Given(double.NaN, 5, double.PositiveInfinity, 4);
        Assert.That(run.Train(seen), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(seen.Values, Is.EqualTo(new[] { (2L, 5.0), (4L, 4.0) }));
        Assert.That(seen.Warnings.Select(w => w[..8]), Is.EqualTo(new[] { "given is", "given is" }));
        Assert.That(run.Best, Is.EqualTo(new BestSoFar { Metric = "given", Value = 5, Step = 2, Misses = 2 }));
        Assert.That(Checkpoint.Read(run.Directory.Best).Position.Step, Is.EqualTo(2));
        Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Best, Is.EqualTo(run.Best));
    }

    [TestCase(BestMetric.Colours)]
    [TestCase(BestMetric.Patches)]
    public void SetsWithoutPairsAreJudgedAsSets(BestMetric metric)
    {
        var options = TinyRun.CycleGan with { KeepBest = metric, EvaluateFreq = 2, Steps = 4 };
        var seen = new Evaluations();
        _runs.Train("run", options, observer: seen);
        Assert.That(seen.Values, Has.Count.EqualTo(2));
        Assert.That(seen.Values.Select(v => v.Value), metric == BestMetric.Colours ? Is.All.InRange(0.0, 1.0) : Is.All.GreaterThan(0.0));
    }

    [Test]
    public void StopsAndResumesLoseNothing()
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Ssim, EvaluateFreq = 2, Steps = 8 };
        _runs.Train("without", options with { KeepBest = BestMetric.None });
        _runs.Train("whole", options);
        _runs.Train("parts", options, stopAfter: 3);
        _runs.Resume("parts", stopAfter: 3);
        _runs.Resume("parts");
        Assert.That(_runs.FinalTensors("whole"), Is.EqualTo(_runs.FinalTensors("without")), "looking changes nothing");
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));
        var (whole, parts) = (new RunDirectory(_runs.PathOf("whole")), new RunDirectory(_runs.PathOf("parts")));
        Assert.That(Checkpoint.Read(parts.Latest).Position.Best, Is.Not.Null.And.EqualTo(Checkpoint.Read(whole.Latest).Position.Best));
        Assert.That(Tensors(parts.Best), Is.EqualTo(Tensors(whole.Best)));
        Assert.That(File.Exists(new RunDirectory(_runs.PathOf("without")).Best), Is.False);

        static byte[] Tensors(string path)
        {
            using var file = new SafetensorsFile(path);
            return [.. file.ReadAll().OrderBy(a => a.Name, StringComparer.Ordinal).SelectMany(a => a.Bytes.ToArray())];
        }
    }

    /// <summary>With next to no learning rate nothing becomes better after the first evaluation.</summary>
    [Test]
    public void PatienceEndsARunAndMoreOfItGoesOn()
    {
        var options =
            TinyRun.Pix2Pix with { KeepBest = BestMetric.L1, EvaluateFreq = 2, Patience = 2, Steps = 12, Lr = 1e-12f, Dropout = false };
        Assert.That(_runs.Train("run", options), Is.EqualTo(TrainingOutcome.StoppedEarly));
        var directory = new RunDirectory(_runs.PathOf("run"));
        Assert.That(
            Checkpoint.Read(directory.Latest).Position,
            Has.Property("Step").EqualTo(6).And.Property("Best").Matches<BestSoFar>(b => b is { Step: 2, Misses: 2 }));
        Assert.That(File.ReadAllText(directory.Report), Does.Contain("finished"));
        Assert.That(_runs.Resume("run"), Is.EqualTo(TrainingOutcome.StoppedEarly), "it would stop at once");
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(6));
        Assert.That(_runs.Resume("run", o => (PictureOptions)o with { Patience = 3 }), Is.EqualTo(TrainingOutcome.StoppedEarly));
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(8));
        Assert.That(_runs.Resume("run", o => (PictureOptions)o with { Patience = 0 }), Is.EqualTo(TrainingOutcome.Finished));
    }

    [Test]
    public void ACopyThatAKillPreventedIsMadeAtTheResume()
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Ssim, EvaluateFreq = 2, Steps = 2 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        File.Delete(directory.Best);
        TrainingRun.Resume(directory.Path, o => o with { Steps = 3 }, TinyRun.Data(options)).Dispose();
        Assert.That(Checkpoint.Read(directory.Best).Position.Step, Is.EqualTo(2));
    }

    /// <summary>By another figure the best checkpoint is measured anew, and stays where nothing becomes better.</summary>
    [Test]
    public void ByAnotherFigureTheBestIsMeasuredAnew()
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Psnr, EvaluateFreq = 2, Steps = 2, Lr = 1e-12f, Dropout = false };
        _runs.Train("run", options);
        _runs.Resume("run", o => (PictureOptions)o with { KeepBest = BestMetric.Ssim, Steps = 4 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        var ssim = Evaluator.Run(Translator.Open(directory.Best, Device), (PairSource)TinyRun.Data(options).HeldOut).Mean.Ssim!.Value;
        var best = Checkpoint.Read(directory.Latest).Position.Best!;
        Assert.That((best.Metric, best.Step, best.Misses), Is.EqualTo(("ssim", 2L, 1)));
        Assert.That(best.Value, Is.EqualTo(ssim).Within(1e-9));
        Assert.That(Checkpoint.Read(directory.Best).Position.Step, Is.EqualTo(2));
    }

    /// <summary>
    /// Older builds took the first ones by name. The best checkpoint is measured as today, so that no worse one takes its place; misses
    /// count as before.
    /// </summary>
    [Test]
    public void TheBestByOtherPicturesIsMeasuredAnew()
    {
        var options = TinyRun.Pix2Pix with
        {
            Generator = GeneratorKind.UNet(3), Discriminator = DiscriminatorKind.Pixel, LoadSize = 8, CropSize = 8, Dropout = false,
            KeepBest = BestMetric.L1, EvaluateFreq = 1, Steps = 1, Patience = 2,
        };
        _runs.Train("run", options);
        var kept = new RunDirectory(_runs.PathOf("run")).Best;
        var many = new SyntheticFacades(502, 16, settings: options.DataSettings().ForEvaluation());
        using var model = GanModel.Create(options, Device);
        var stopping = EarlyStopping.Of(model, TinyRun.Data(options) with { HeldOut = many })!;
        stopping.Metric = new Given(8, 5);
        var older = JsonSerializer.Deserialize<BestSoFar>("""{"Metric":"given","Value":9,"Step":1,"Misses":1}""")!;
        var best = stopping.Evaluate(2, older, kept, () => false)!.Value.State;
        Assert.That(best, Is.EqualTo(new BestSoFar { Metric = "given", Value = 8, Step = 1, Misses = 2, IsSpread = true }));
        Assert.That(JsonSerializer.Deserialize<BestSoFar>(JsonSerializer.Serialize(best)), Is.EqualTo(best));
        Assert.That(stopping.IsOver(older with { Misses = 2 }), "a run that was over stays over");
        Assert.That(stopping.IsOver(older with { Misses = 2, Metric = "l1" }), Is.False, "another metric's misses");
        Assert.That(JsonSerializer.Serialize(older), Does.Not.Contain("Spread"));
    }

    /// <summary>It may still be the best, so nothing takes its place; the training goes on.</summary>
    [Test]
    public void ABestThatMemoryIsTooShortToMeasureStays([Values] bool ofDevice)
    {
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.Psnr, EvaluateFreq = 1, Steps = 1 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        var best = Checkpoint.Read(directory.Latest).Position.Best;
        var seen = new Evaluations();
        using var run = TrainingRun.Resume(directory.Path, o => o with { Steps = 2 }, TinyRun.Data(options));
        run.Metric = new Lacking(ofDevice ? new DeviceException("full") { IsOutOfMemory = true } : new OutOfMemoryException());
        Assert.That(run.Train(seen), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(seen.Values, Is.Empty);
        Assert.That(
            seen.Warnings, Has.One.Contains("lacking is 5 ").And.One.Contains($"memory is too short to measure it of {directory.Best}"));
        Assert.That(Checkpoint.Read(directory.Latest).Position, Has.Property("Step").EqualTo(2).And.Property("Best").EqualTo(best));
        Assert.That(Checkpoint.Read(directory.Best).Position.Step, Is.EqualTo(1));
    }

    /// <summary>Of sets that differ by one picture the first ones are compared, as ever: such a value compares.</summary>
    [TestCase(4, 3, 1)]
    [TestCase(5, 3, 0)]
    public void SetsOfTwoSizesCompareWhereTheyAreTheFirstPictures(int inputs, int targets, int misses)
    {
        var options = TinyRun.CycleGan with { KeepBest = BestMetric.Patches, Dropout = false };
        using var model = GanModel.Create(options, Device);
        var stopping = EarlyStopping.Of(model, TinyRun.Data(options) with { HeldOut = new TwoSets(inputs, targets, options) })!;
        var older = new BestSoFar { Metric = "patches", Value = -1, Step = 1, Misses = 0 };
        var best = stopping.Evaluate(2, older, In("gone.safetensors"), () => false)!.Value.State!;
        Assert.That((best.Misses, best.IsSpread), Is.EqualTo((misses, misses == 0)));
    }

    [Test]
    public void WhatCanNotBeJudgedIsRefused()
    {
        Assert.That(
            new CycleGanOptions { KeepBest = BestMetric.Ssim }.Problems(),
            Has.One.Items.And.One.Contains("--keep-best ssim needs pairs").And.One.Contains("colours or patches"));
        Assert.That(new CycleGanOptions { KeepBest = BestMetric.Patches }.Problems(), Is.Empty);
        Assert.That(
            new BicycleGanOptions { KeepBest = BestMetric.L1 }.Problems(), Has.One.Contains("--keep-best does not apply to bicyclegan"));
        Assert.That((TinyRun.Pix2Pix with { Patience = 3 }).Problems(), Has.One.Contains("--patience needs --keep-best"));
        var options = TinyRun.Pix2Pix with { KeepBest = BestMetric.L1 };
        Fails.With<OptionsException>(
            () => TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options) with { HasHeldOut = false }),
            "--keep-best needs held-out pictures");
    }

    /// <summary>The first evaluation would end the training, and each resume; what can be computed of the same pictures is.</summary>
    [TestCase(BestMetric.MsSsim, 11)]
    [TestCase(BestMetric.Patches, 16)]
    public void AMeasureThatNeedsLargerPicturesIsRefused(BestMetric metric, int least)
    {
        Pair("train", "a.png", 16, 8);
        Pair("val", "b.png", 16, 8);
        var options = TinyRun.Pix2Pix with
        {
            Data = In("data"), Generator = GeneratorKind.UNet(3), Discriminator = DiscriminatorKind.Pixel, LoadSize = 8, CropSize = 8,
            Dropout = false, Steps = 1, KeepBest = BestMetric.Ssim,
        };
        string[] told =
        [
            $"--keep-best {OptionsJson.TextOf(metric)} needs pictures of {least} pixels a side or more",
            $"{In("data", "val", "b.png")} is read with 8x8 pixels",
        ];
        Fails.With<OptionsException>(
            () => TrainingRun.Create(In("run"), options with { KeepBest = metric }).Dispose(), told[0], told[1]);
        Assert.That(Directory.Exists(In("run")), Is.False);

        _runs.TrainOnFiles("run", options);
        var best = Checkpoint.Read(new RunDirectory(In("run")).Latest).Position.Best!;
        Fails.With<OptionsException>(
            () => _runs.ResumeOnFiles("run", change: o => (PictureOptions)o with { KeepBest = metric, Steps = 2 }), told[0], told[1]);
        var outcome = RunEvaluation.Run(new EvaluationRequest { Model = In("run"), Data = In("data"), Labels = false }, Device);
        Assert.That(outcome.Failures, Is.Empty);
        Assert.That(outcome.Report.Mean!.Ssim!.Value, Is.EqualTo(best.Value).Within(1e-9));
        Assert.That(outcome.Report.Mean.MsSsim, Is.Null);
    }

    [Test]
    public void AMeasureThatNeedsOneSizeIsRefusedForTwo()
    {
        Pair("train", "a.png", 64, 32);
        Pair("val", "b.png", 64, 32);
        Pair("val", "c.png", 128, 32);
        var options = TinyRun.Pix2Pix with { Data = In("data"), Preprocess = PreprocessMode.None, KeepBest = BestMetric.Patches };
        Fails.With<OptionsException>(
            () => TrainingRun.Create(In("run"), options).Dispose(), "--keep-best patches needs held-out pictures of one size",
            $"{In("data", "val", "b.png")} is read with 32x32 pixels", $"{In("data", "val", "c.png")} is read with 64x32 pixels");
    }

    [Test]
    public void FamiliesSayWhichOfTheirViewsAreHeldAgainstEachOther()
    {
        foreach (var info in FamilyCatalog.All.Select(f => f.Info).Where(i => i.ComparedViews is not null))
        {
            Assert.That(info.Views, Does.Contain(info.ComparedViews!.Value.Made).And.Contain(info.ComparedViews.Value.Real), info.Name);
        }

        Assert.That(FamilyCatalog.All.Count(f => f.Info.ComparedViews is not null), Is.GreaterThanOrEqualTo(5));
    }

    private void Pair(string split, string name, int width, int height)
    {
        Directory.CreateDirectory(In("data", split));
        PictureFile.Save(new Image(width, height, 3, new byte[3 * width * height]), In("data", split, name));
    }

    private sealed class Evaluations : ITrainingObserver
    {
        public List<(long Step, double Value)> Values { get; } = [];

        public List<string> Warnings { get; } = [];

        public void Warned(string warning) => Warnings.Add(warning);

        public void Evaluated(long step, string metric, double value, BestSoFar best) => Values.Add((step, value));
    }

    /// <summary>Unpaired sets of two sizes.</summary>
    private sealed class TwoSets(int inputs, int targets, PictureOptions options) : PairSource(options.DataSettings().ForEvaluation())
    {
        private readonly SyntheticFacades _facades = new(Math.Max(inputs, targets), 32, settings: options.DataSettings().ForEvaluation());

        public override int Count => _facades.Count;

        public override IReadOnlyList<string> Files => [];

        internal override int Inputs => inputs;

        internal override int Targets => targets;

        public override string NameOf(int index) => _facades.NameOf(index);

        protected internal override PicturePair LoadPair(int index, RandomSequence random) => _facades.LoadPair(index, random);
    }

    private sealed class Given(params double[] values) : PictureMetric
    {
        private int _calls;

        public override string Name => "given";

        public override bool HigherIsBetter => true;

        public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device) => values[_calls++];
    }

    /// <summary>Lacks memory at first.</summary>
    private sealed class Lacking(Exception lack) : PictureMetric
    {
        private bool _hasFailed;

        public override string Name => "lacking";

        public override bool HigherIsBetter => true;

        public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device)
        {
            (var isFirst, _hasFailed) = (!_hasFailed, true);
            return isFirst ? throw lack : 5;
        }
    }

    private sealed class Darkness : PictureMetric
    {
        public override string Name => "darkness";

        public override bool HigherIsBetter => false;

        public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device) =>
            made.Average(picture => picture.Layers[0].Bytes.Average(sample => (double)sample));
    }
}

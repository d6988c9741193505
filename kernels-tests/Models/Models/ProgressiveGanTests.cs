using IlgpuGan.Claims;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>PGGAN's networks as published, how they grow, and that a run stopped in the middle of a fade goes on.</summary>
public sealed class ProgressiveGanTests : FamilyFixture
{
    /// <summary>A step at 4 pixels, two that fade 8 in, one at 8, two that fade 16 in, then 16.</summary>
    private static readonly ProgressiveGanOptions s_tiny = ProgressiveGanOptions.Small() with
    {
        ImageSize = 16, Nz = 6, FmapBase = 32, FmapMax = 6, BatchSize = 4, HoldImages = 4, FadeImages = 8, Device = "cpu",
    };

    [Test]
    public void LevelsFadeInOneAfterAnother()
    {
        long[] steps = [0, 1, 2, 3, 4, 5, 6, 1_000_000];
        Assert.That(steps.Select(s_tiny.StageAt), Is.EqualTo(new[] { 0, 1, 1, 2, 3, 3, 4, 4 }));
        Assert.That(steps.Select(s_tiny.FadeAt), Is.EqualTo(new[] { 0, 1, 0.5f, 0, 1, 0.5f, 0, 0 }));
        Assert.That(Enumerable.Range(0, 5).Select(ProgressiveGanOptions.LevelOf), Is.EqualTo(new[] { 0, 1, 1, 2, 2 }));
        var full = s_tiny with { Grow = false };
        Assert.That(steps.Select(full.StageAt), Is.All.EqualTo(4));
        Assert.That(steps.Select(full.FadeAt), Is.All.Zero);
        var abrupt = s_tiny with { FadeImages = 0 };
        Assert.That(steps[..4].Select(abrupt.StageAt), Is.EqualTo(new[] { 0, 2, 4, 4 }));
    }

    /// <summary>At the beginning of a fade a picture is that of the level below; in the middle it is half of each.</summary>
    [Test]
    public void AFadeLeadsFromLevelToLevel()
    {
        using var model = GanModel.Create(s_tiny, Device);
        using var step = Device.Step();
        var generator = (GrowingGenerator)model.Networks[0].Network;
        var codes = Tensor.Normal(new RandomKey(1, 2, 3, 4), new Shape(2, 6), Device);
        var below = generator.Forward(codes, 0, blend: null).Upsample(2).ToArray();
        var level = generator.Forward(codes, 1, blend: null).ToArray();
        Assert.That(Made(1f), Is.EqualTo(below).Within(1e-5f));
        Assert.That(Made(0f), Is.EqualTo(level).Within(1e-5f));
        Assert.That(Made(0.5f), Is.EqualTo(below.Zip(level, (b, l) => (b + l) / 2).ToArray()).Within(1e-5f));

        float[] Made(float fade) => generator.Forward(codes, 1, (own, other) => own.Lerp(other, fade)).ToArray();
    }

    /// <summary>What is shown and exported is what has been trained, at the full size.</summary>
    [Test]
    public void PicturesComeFromTheLevelsThatHaveGrown()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { EmaDecay = 0, Steps = 7 }, s_tiny);
        var generator = (GrowingGenerator)model.Networks[0].Network;
        for (var step = 0; step < 7; step++)
        {
            model.Step(batch, step);
            Assert.That(generator.Grown, Is.EqualTo(ProgressiveGanOptions.LevelOf(s_tiny.StageAt(step))), $"step {step}");
        }

        var coarse = model.Generate(new GenerationRequest { StepsTaken = 1 }).Single();
        Assert.That(coarse.Shape, Is.EqualTo(new Shape(1, 3, 16, 16)));
        var rows = coarse.ToArray().Chunk(16).ToArray();
        Assert.That(rows.Select(r => r.Distinct().Count()), Is.All.LessThanOrEqualTo(4), "4 pixels, each four times as wide");
        var fine = model.Generate(new GenerationRequest { StepsTaken = 7 }).Single();
        Assert.That(fine.ToArray().Chunk(16).Max(r => r.Distinct().Count()), Is.GreaterThan(8));
        Assert.That(
            GeneratedPictures.Of(model, 1, side: 16).Single().Layers[0].Bytes, Is.EqualTo(PictureTensors.ToPicture(fine).Layers[0].Bytes),
            "what a claim is judged by");
    }

    [Test]
    public async Task TheCriticIsNoGraph()
    {
        var tiny = CatalogueCase.All["pggan"];
        tiny.WriteData(_runs.PathOf("data"));
        _runs.TrainOnFiles("run", tiny.Options with { Data = _runs.PathOf("data"), Steps = 1 });
        AssertExplained(
            await Run("export", "--model", _runs.PathOf("run"), "--to", "onnx", "--network", "netD", "--out", In("no.onnx")), 1, "netD",
            "compares the pictures of a batch with each other");
    }

    /// <summary>An epoch's last batch has what is left.</summary>
    [TestCase(1, 1)]
    [TestCase(5, 1)]
    [TestCase(6, 3)]
    [TestCase(10, 2)]
    [TestCase(16, 4)]
    public void DifferencesAreMeasuredInGroups(int count, int group) => Assert.That(GrowingCritic.GroupOf(count), Is.EqualTo(group));
}

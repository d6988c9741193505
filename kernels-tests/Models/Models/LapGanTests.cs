using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Training;
using IlgpuGan.ModelsTests.Data;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>LAPGAN's networks as published, and what each of its levels trains.</summary>
public sealed class LapGanTests : FamilyFixture
{
    private static readonly LapGanOptions s_tiny = LapGanOptions.Small() with
    {
        Nz = 6, Nfc = 3, BaseWidthG = 8, BaseWidthD = 8, BatchSize = 2, Niter = 2, Device = "cpu",
    };

    /// <summary>A run reaches the end of its finest level, unless another length is asked for.</summary>
    [Test]
    public void ARunTrainsAllLevels()
    {
        using var folder = new PictureFolderFixture();
        folder.Add("a.png", 32, 32);
        folder.Add("b.png", 32, 32);
        var reference = new LapGanOptions { Data = folder.Root, Device = "cpu", BatchSize = 1 };
        Assert.That(Length("reference", reference), Is.EqualTo(240_000));
        Assert.That(Length("coarser", reference with { ImageSize = 16, Niter = 7 }), Is.EqualTo(14));
        Assert.That(Length("epochs", reference with { Epochs = 3 }), Is.EqualTo(6));
        Assert.That(Length("steps", reference with { Steps = 5, Epochs = 3 }), Is.EqualTo(5));
        Assert.That(Length("cosine", reference with { LrPolicy = LearningRatePolicy.Cosine }), Is.EqualTo(240_000), "its own length");
        Fails.Starting<OptionsException>(
            () => Length("linear", reference with { LrPolicy = LearningRatePolicy.Linear }), "--lr-policy linear", "--epochs");

        long Length(string name, LapGanOptions options)
        {
            using var run = TrainingRun.Create(folder.PathOf("runs/" + name), options);
            return run.TotalSteps;
        }
    }

    /// <summary>Levels that are not trained yet add nothing: the picture is that of the finest trained one, enlarged.</summary>
    [Test]
    public void PicturesComeFromTheLevelsThatAreTrained()
    {
        using var model = GanModel.Create(s_tiny, Device);
        var early = Picture(steps: 2);
        var late = Picture(steps: 5);
        Assert.That(early.Shape, Is.EqualTo(new Shape(1, 3, 32, 32)));
        Assert.That(Roughness(early), Is.LessThan(Roughness(late)));

        Tensor Picture(long steps) => model.Generate(new GenerationRequest { StepsTaken = steps }).Single();
        static double Roughness(Tensor picture) => picture.ToArray().Chunk(32)
            .Sum(row => (double)row.Zip(row.Skip(1), row.Skip(2)).Sum(p => Math.Abs(p.First - (2 * p.Second) + p.Third)));
    }

    /// <summary>Of one level alone, LAPGAN is a plain GAN of perceptrons.</summary>
    [Test]
    public void OneLevelIsAPlainGan()
    {
        var (model, batch) = ModelAndNoise(s_tiny with { BaseSize = 32 });
        Assert.That(model.Networks.Select(n => n.Name), Is.EqualTo(new[] { "netG_0", "netD_0" }));
        Assert.That(model.Step(batch, 5).Select(l => l.Value), Is.All.Matches<float>(float.IsFinite), "past the end of its level");
        Assert.That(model.Generate(new GenerationRequest { StepsTaken = 6 }).Single().Shape, Is.EqualTo(new Shape(1, 3, 32, 32)));
    }
}

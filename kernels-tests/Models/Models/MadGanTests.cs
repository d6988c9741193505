using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>MAD-GAN's networks as published, its generators one by one, and its points.</summary>
public sealed class MadGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("madgan")!;

    private static readonly MadGanOptions s_tiny = MadGanOptions.Small() with
    {
        Generators = 3, ImageSize = 8, Nz = 6, GWidths = "8", DWidths = "8", BatchSize = 4, Device = "cpu",
    };

    /// <summary>8 numbers of 6, which both generators read; then 64 pixels of 8.</summary>
    [Test]
    public void FirstLayersMayBeShared()
    {
        var options = s_tiny with { Generators = 2, SharedLayers = 1 };
        var (model, batch) = ModelAndNoise(options);
        var (network, before) = (model.Networks.First().Network, model.Networks.First().Network.Parameters.First().Value.ToArray());
        model.Step(batch, 0);
        Assert.That(network.Parameters.First().Value.ToArray(), Is.Not.EqualTo(before));
        float[][] made =
            [.. new[] { "0", "1" }.Select(label => model.Generate(new GenerationRequest { Label = label }).Single().ToArray())];
        Assert.That(made[0], Is.Not.EqualTo(made[1]), "the same code by both");
    }

    [Test]
    public void TheDiscriminatorMayBeUpdatedMoreOften()
    {
        Assert.That((Updates(3, steps: 1), Updates(1, steps: 3), Updates(2, steps: 4)), Is.EqualTo((3L, 3L, 8L)));

        long Updates(int generators, int steps)
        {
            var (model, batch) = ModelAndNoise(s_tiny with { Generators = generators, DSteps = steps });
            model.Step(batch, 0);
            return model.Optimizers.Single(o => o.Name == "optD").Optimizer.StepCount;
        }
    }

    /// <summary>
    /// A picture's label is its generator's number; without one they take turns, from the codes that they would have alone.
    /// </summary>
    [Test]
    public void GeneratorsAreAskedForByNumber()
    {
        using var model = GanModel.Create(s_tiny, Device);
        var inTurn = Pictures(null);
        var alone = Enumerable.Range(0, 3).Select(i => Pictures($"{i}")).ToList();
        for (var n = 0; n < 6; n++)
        {
            Assert.That(inTurn[n], Is.EqualTo(alone[n % 3][n]), $"picture {n}");
            Assert.That(alone[0][n], Is.Not.EqualTo(alone[1][n]));
        }

        var problem = s_family.Generation(s_tiny)!.Problems("madgan", new GenerationRequest { Label = "3" }).Single();
        Assert.That(problem.Message, Does.EndWith("one of 0, 1, 2"));

        List<float[]> Pictures(string? label) =>
            [.. model.Generate(new GenerationRequest { Label = label, Count = 6 }).Single().ToArray().Chunk(64)];
    }

    /// <summary>Learned from drawn points through the command line, resumed, plotted over the modes that the data tell.</summary>
    [TestCase("mixture", 1)]
    [TestCase("ring", 2)]
    public async Task PointsAreLearnedAndPlotted(string kind, int numbers)
    {
        await Do("data", "synth", "--kind", kind, "--out", In("points"), "--count", "60", "--val", "8");
        await Do("train", "madgan", "--data", In("points"), "--out", In("run"), "--g-widths", "8", "--d-widths", "8", "--batch-size", "20",
            "--steps", "4", "--sample-freq", "4", "--quiet");
        await Do("train", "--resume", In("run"), "--steps", "6", "--quiet");
        var options = (MadGanOptions)OptionsJson.Parse(File.ReadAllText(In("run", "options.json")));
        Assert.That((options.PointNumbers, options.Mixture?.Numbers), Is.EqualTo((numbers, numbers)));
        Assert.That(options.Mixture!.ToString(), Is.EqualTo(PointSet.MixtureOf(In("points"))!.ToString()));
        var plot = PictureFile.Load(Directory.GetFiles(In("run", "samples")).Order(StringComparer.Ordinal).First());
        Assert.That((plot.Width, plot.Height, plot.Channels), Is.EqualTo((320, 320, 3)));
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("none")), 1, "this madgan generates points");
        AssertExplained(await Run("evaluate", "--model", In("run"), "--data", In("points")), 1, "this madgan generates points");
        string[] export = ["export", "--model", In("run"), "--to", "onnx", "--out", In("g.onnx")];
        foreach (var network in new[] { "netG_0", "netG_3" })
        {
            await Do([.. export, "--network", network]);
            var value = GraphNetwork.Read(In("g.onnx")).Outputs.Single();
            Assert.That(value.Shape!.Select(d => d.ToString()), Is.EqualTo(new[] { "batch", $"{numbers}" }), network);
        }

        AssertExplained(await Run([.. export, "--network", "netD"]), 1, "more than one input", "safetensors");
        Directory.CreateDirectory(In("nothing"));
        AssertExplained(await Run("train", "madgan", "--data", In("nothing"), "--out", In("never")), 1, "train.npy");
    }

    [Test]
    public void AMixtureCountsTheModesThatPointsReach()
    {
        var mixture = new GaussianMixture([new([0.1f], 0.01f), new([0.9f], 0.02f)]);
        Assert.That(
            new[] { 0.1f, 0.125f, 0.14f, 0.845f, 0.97f }.Select(x => mixture.ModeOf([x])), Is.EqualTo(new int?[] { 0, 0, null, 1, null }));
        float[] points = [.. Enumerable.Repeat(0.5f, 197), 0.1f, 0.1f, 0.9f];
        Assert.That(mixture.ModesCoveredBy(points), Is.EqualTo(new[] { 0 }), "a hundredth of 200 is 2");
        Assert.That(GaussianMixture.Parse(mixture.ToString())!.ToString(), Is.EqualTo(mixture.ToString()));
        Assert.That(GaussianMixture.Parse("0.1"), Is.Null);
        Assert.That(GaussianMixture.Parse("0.1,0.2;0.1,0.2,0.3"), Is.Null);
    }
}

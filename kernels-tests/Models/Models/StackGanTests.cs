using System.Runtime.InteropServices;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>StackGAN's networks as published, its stages, its conditions and its wrong pairs.</summary>
public sealed class StackGanTests : FamilyFixture
{
    private static readonly Family s_family = FamilyCatalog.Find("stackgan")!;
    private static readonly StackGanOptions s_tiny = StackGanOptions.Small() with
    {
        Labels = "a,b,c", LabelKind = LabelKind.Classes, ImageSize = 16, CoarseSize = 8, Nz = 6, Embedding = 5, Condition = 3, Ngf = 4,
        Ndf = 4, WidthD = 8, Blocks = 1, BatchSize = 4, Niter = 2, Device = "cpu",
    };

    [Test]
    public void PicturesOfOneLabelAreRefused()
    {
        new DrawnGlyphs().Write(In("glyphs"), "train", first: 0, count: 20, side: 16, seed: 1);
        Directory.Delete(In("glyphs", "train", "ring"), recursive: true);
        var options = StackGanOptions.Small() with
        {
            Data = In("glyphs"), Labels = "bar,ring", LabelKind = LabelKind.Classes, ImageSize = 32, OutputNc = 1,
        };
        Fails.With<PictureException>(() => s_family.OpenData(options, "train"), "all pictures have the same label");
    }

    [Test]
    public void RatesAreHalvedInEachStage()
    {
        using var model = GanModel.Create(s_tiny with { Niter = 10, HalfLife = 4 }, Device);
        Assert.That(new long[] { 0, 3, 4, 8, 9, 10, 13, 14 }.Select(model.RateFactorAt), Is.EqualTo(
            new[] { 1, 1, 0.5f, 0.25f, 0.25f, 1, 1, 0.5f }));
        using var published = GanModel.Create(s_tiny with { Niter = 10, HalfLife = 4, HalfLife2 = 8 }, Device);
        Assert.That(new long[] { 9, 17, 18 }.Select(published.RateFactorAt), Is.EqualTo(new[] { 0.25f, 1, 0.5f }));
    }

    /// <summary>Two steps of the first stage, one of the second.</summary>
    private static readonly string[] s_short =
    [
        "--preset", "small", "--image-size", "16", "--coarse-size", "8", "--nz", "6", "--condition", "3", "--ngf", "4", "--ndf", "4",
        "--width-d", "8", "--blocks", "1", "--batch-size", "4", "--niter", "2", "--steps", "3", "--sample-freq", "3", "--quiet",
    ];

    /// <summary>Without others, pictures are asked for by embeddings that the run has kept; its data are not needed.</summary>
    [Test]
    public async Task HousesAreMadeByEmbeddings()
    {
        await Do("data", "synth", "--kind", "attributes", "--out", In("houses"), "--count", "12", "--val", "4", "--size", "32");
        var random = new RandomSequence(new RandomKey(1, RandomStream.Data, 0, 0));
        foreach (var picture in PictureFolder.List(In("houses")))
        {
            Write(Path.ChangeExtension(picture, ".npy"), 2, 5);
        }

        await Do(["train", "stackgan", "--data", In("houses"), "--out", In("run"), "--own-embeddings", .. s_short]);
        await Do("train", "--resume", In("run"), "--steps", "4", "--quiet");
        Directory.Delete(In("houses"), recursive: true);
        await Do("generate", "--model", In("run"), "--out", In("kept"), "--count", "2");
        Write(In("asked.npy"), 1, 5);
        Write(In("others.npy"), 1, 6);
        await Do("generate", "--model", In("run"), "--out", In("asked"), "--count", "2", "--embeddings", In("asked.npy"));
        Assert.That(File.ReadAllBytes(In("asked", "0001.png")), Is.Not.EqualTo(File.ReadAllBytes(In("kept", "0001.png"))));
        AssertExplained(
            await Run("generate", "--model", In("run"), "--out", In("no"), "--embeddings", In("others.npy")), 2, "6 numbers",
            "takes vectors of 5");
        AssertExplained(await Run("generate", "--model", In("run"), "--out", In("no"), "--label", "red_roof"), 2, "--label");

        void Write(string file, int captions, int numbers)
        {
            float[] values = [.. Enumerable.Range(0, captions * numbers).Select(_ => random.NextNormal())];
            NpyFile.SaveArray(file, "<f4", [captions, numbers], MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }
}

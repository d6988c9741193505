using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Experiments;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>The claims about pictures of the user's, on eight small pairs and with narrow networks.</summary>
public class TranslationClaimTests : CommandFixture
{
    private const int Side = 32;

    /// <summary>On another machine, with the results alone: neither a seed nor a variant of a seed is trained twice.</summary>
    [Test]
    [MaxSeconds(5)] // Several trainings.
    public async Task WhatIsBegunGoesOn()
    {
        await DrawPairs();
        using var device = Device.Open("cpu");
        var trained = new List<string>();
        Assert.That(RunnerThat("first", stopsAfter: 4).Run(), Is.Null);
        Directory.Delete(In("first"), recursive: true);
        Assert.That(In("results", "begun", "pix2pix-losses", "cgan", "seed-1", "finding.json"), Does.Exist);
        var result = RunnerThat("second", stopsAfter: int.MaxValue).Run()!;
        Assert.That(trained, Is.EqualTo(new[] { "l1", "l2", "gan", "cgan", "l1-gan", "l1-cgan" }), "nothing is done twice");
        Assert.That(In("results", "begun", "pix2pix-losses"), Does.Not.Exist, "it is complete");
        Assert.That(result.Variants.SelectMany(v => v.Measures).SelectMany(m => m.Values), Has.All.InRange(0, 2));
        Assert.That(Directory.GetFiles(In("second"), "segmenter-*", SearchOption.AllDirectories), Has.Length.EqualTo(1), "all share it");
        Assert.That(PictureFile.Load(In("results", "pix2pix-losses.png")).Width, Is.EqualTo(2 * ((3 * Side) + 2)), "two held-out pairs");
        Assert.That(RunnerThat("third", stopsAfter: int.MaxValue).Run()!.ToMarkdown(), Is.EqualTo(result.ToMarkdown()));
        Assert.That(trained, Has.Count.EqualTo(6));

        ClaimRunner RunnerThat(string folder, int stopsAfter) =>
            new(Small("pix2pix-losses"), Settings(folder) with { Results = In("results") }, device)
            {
                Train = (run, cancellation) =>
                {
                    if (trained.Count == stopsAfter)
                    {
                        return TrainingOutcome.Interrupted;
                    }

                    trained.Add(Path.GetFileName(Path.GetDirectoryName(run.Directory.Path))!);
                    return run.Train(cancellation: cancellation);
                },
            };
    }

    [TestCase("cyclegan-cycle", "map pixels")]
    [TestCase("cyclegan-hiding", "lost")]
    [MaxSeconds(5)] // Several trainings.
    public async Task PairsAreTakenApart(string name, string measure)
    {
        await DrawPairs();
        using var device = Device.Open("cpu");
        var claim = Small(name);
        var result = new ClaimRunner(claim, Settings("out"), device).Run()!;
        Assert.That(result.Differences.Select(d => d.Measure), Has.Member(measure));
        Assert.That(result.Variants.SelectMany(v => v.Measures).SelectMany(m => m.Values), Has.All.InRange(-1, 2));
        Assert.That(PictureFile.Load(In("out", "pictures.png")).Height, Is.GreaterThanOrEqualTo(claim.Variants.Count * Side), "a row each");
    }

    [Test]
    public void HalvesShareNoScene()
    {
        var halves = new UnpairedHalves(new SyntheticFacades(9, 32));
        var facades = new SyntheticFacades(9, 32);
        var (maps, photos) = (Bytes(i => facades.Draw(i).Labels.Bytes), Bytes(i => facades.Draw(i).Photo.Bytes));
        for (uint draw = 0; draw < 12; draw++)
        {
            var pair = halves.LoadPair((int)draw % halves.Count, new RandomSequence(new RandomKey(1, 2, 3, draw)));
            Assert.That(maps.FindIndex(m => m.SequenceEqual(Unmirrored(pair.A, maps))), Is.LessThan(4));
            Assert.That(photos.FindIndex(m => m.SequenceEqual(Unmirrored(pair.B, photos))), Is.GreaterThanOrEqualTo(4));
        }

        static List<byte[]> Bytes(Func<int, byte[]> draw) => [.. Enumerable.Range(0, 9).Select(draw)];
        static byte[] Unmirrored(Picture picture, List<byte[]> known) =>
            known.Exists(k => k.SequenceEqual(picture.Layers[0].Bytes)) ? picture.Layers[0].Bytes : picture.Mirrored().Layers[0].Bytes;
    }

    private static Claim Small(string name)
    {
        var claim = ClaimCatalogue.Find(name);
        return claim with
        {
            Variants = [.. claim.Variants.Select(v => v with
            {
                Parts = steps => [.. v.Parts(steps).Select(p => p with { Options = Narrow(p.Options) })],
            })],
        };

        // Drawn pairs have the label map on the left.
        static TrainingOptions Narrow(TrainingOptions options) => options switch
        {
            Pix2PixOptions o => o with
            {
                LoadSize = Side, CropSize = Side, Generator = GeneratorKind.UNet(5), Ngf = 2, Ndf = 2, Direction = Direction.AToB,
            },
            CycleGanOptions o => o with { LoadSize = Side, CropSize = Side, Generator = GeneratorKind.ResNet(1), Ngf = 2, Ndf = 2 },
            _ => throw new ArgumentException($"{options.Model} has no claim of this kind", nameof(options)),
        };
    }

    private ClaimSettings Settings(string folder) => new()
    {
        Output = In(folder), Data = In("pairs"), Seeds = 1, Steps = 2, Segmenter = new SegmenterSettings { Steps = 5 },
    };

    /// <summary>Eight pairs to train on and two kept back.</summary>
    private Task DrawPairs() => Do("data", "synth", "--out", In("pairs"), "--count", "8", "--val", "2", "--size", $"{Side}");
}

using System.Text.Json.Nodes;
using IlgpuGan.Claims;
using IlgpuGan.Models.Evaluation.Segmentation;
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
        await Do("data", "synth", "--out", In("pairs"), "--count", "8", "--val", "2", "--size", $"{Side}");
        var trained = new List<string>();
        Assert.That(RunnerThat("first", stopsAfter: 2).Run(), Is.Null);
        Directory.Delete(In("first"), recursive: true);
        Assert.That(In("results", "begun", "pix2pix-losses", "cgan", "seed-11", "finding.json"), Does.Exist);
        var result = RunnerThat("second", stopsAfter: int.MaxValue).Run()!;
        Assert.That(trained, Is.EqualTo(new[] { "l1", "cgan", "l1-gan", "l1-cgan" }), "nothing is done twice");
        Assert.That(In("results", "begun", "pix2pix-losses"), Does.Not.Exist, "it is complete");
        Assert.That(result.Variants.SelectMany(v => v.Measures).SelectMany(m => m.Values), Has.All.InRange(0, 2));
        Assert.That(Directory.GetFiles(In("second"), "segmenter-*", SearchOption.AllDirectories), Has.Length.EqualTo(3), "all share them");
        Assert.That(PictureFile.Load(In("results", "pix2pix-losses.png")).Width, Is.EqualTo(2 * ((3 * Side) + 2)), "two held-out pairs");
        Assert.That(RunnerThat("third", stopsAfter: int.MaxValue).Run()!.ToMarkdown(), Is.EqualTo(result.ToMarkdown()));
        Assert.That(trained, Has.Count.EqualTo(4));
        Assert.That(File.ReadLines(In("results", "pix2pix-colours.md")).First(), Is.EqualTo("# pix2pix-colours: not shown"));
        Assert.That(
            File.ReadAllText(In("results", "pix2pix-colours.csv")), Is.EqualTo(File.ReadAllText(In("results", "pix2pix-losses.csv"))),
            "another question about the same runs");

        ClaimRunner RunnerThat(string folder, int stopsAfter) =>
            new(Small("pix2pix-losses"), Settings(folder) with { Results = In("results") }, Device)
            {
                Train = (run, cancellation) =>
                {
                    if (trained.Count == stopsAfter)
                    {
                        return TrainingOutcome.Interrupted;
                    }

                    trained.Add(Path.GetFileName(Path.GetDirectoryName(run.Directory.Path))!);
                    return run.Train(cancellationToken: cancellation);
                },
            };
    }

    private static Claim Small(string name)
    {
        var claim = ClaimCatalogue.Find(name);

        // Drawn pairs have the label map on the left.
        var narrow = JsonNode.Parse($$"""
            {"load-size": {{Side}}, "crop-size": {{Side}}, "generator": "unet{{Side}}", "ngf": 2, "ndf": 2, "direction": "AtoB"}
            """)!.AsObject();
        return claim with { Variants = [.. claim.Variants.Select(v => v with { Options = narrow.Over(v.Options) })] };
    }

    private ClaimSettings Settings(string folder) => new()
    {
        Output = In(folder), Data = In("pairs"), Seeds = 1, Steps = 2, Segmenter = new SegmenterSettings { Steps = 5 },
    };
}

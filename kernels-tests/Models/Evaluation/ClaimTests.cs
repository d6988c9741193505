using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuGan.Claims;
using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>Families' claims, so short that nothing is learnt: what is trained, taken up, reckoned and written.</summary>
public class ClaimTests : CommandFixture
{
    private static IEnumerable<string> All => ClaimCatalogue.All.Select(c => c.Name);

    private static IEnumerable<string> Drawn => ClaimCatalogue.All.Select(c => c.Data?.Draw).OfType<string>().Distinct();

    /// <summary>Each file is of a family, and each entry of a file a claim or what one is like.</summary>
    [Test]
    public void EachIsOfAFamilyInTheFamiliesOrder()
    {
        Assert.That(FamilyCatalog.All.SelectMany(ClaimCatalogue.Of), Is.EqualTo(ClaimCatalogue.All).And.Not.Empty);
        Assert.That(
            typeof(Claim).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)),
            Is.EquivalentTo(FamilyCatalog.All.Where(f => ClaimCatalogue.Of(f).Count > 0).Select(f => f.Info.Name + ".json")));
        Assert.That(
            ClaimCatalogue.Entries.Keys.Except(All), Is.SubsetOf(ClaimCatalogue.Entries.Values.Select(e => $"{e["like"]}")));
    }

    /// <summary>
    /// What decides was stated before: a least effect, and what an answer gets that took no learning. How much a further step helps and how
    /// diverse pictures are have no such answer: one step gains nothing, and noise is the most diverse. Variants differ in what they
    /// train, and see as many samples: a comparison at unequal numbers would show who saw more.
    /// </summary>
    [TestCaseSource(nameof(All))]
    public void AClaimSaysWhatItCompares(string name)
    {
        var claim = ClaimCatalogue.Find(name);
        var deciding = claim.Differences.Where(d => !d.IsApart).ToList();
        Assert.That(deciding, Is.Not.Empty.And.All.Matches<ClaimDifference>(d => d!.Least > 0 || d.LeastShare > 0));
        Assert.That(
            deciding.Select(d => claim.Measures.Single(m => m.Name == d.Measure)).Where(m => m.Name is not ("refinement" or "diversity")),
            Has.All.Matches<ClaimMeasure>(m => m!.Floor is not null));
        Assert.That(claim.Variants.Select(v => v.Name), Is.Unique.And.SupersetOf(
            claim.Differences.SelectMany(d => new[] { d.Better, d.Worse }).Concat(claim.Conditions.Select(c => c.Variant)).Distinct()));
        Assert.That(claim.Measures.Select(m => m.Name), Is.Unique.And.SupersetOf(
            claim.Differences.Select(d => d.Measure).Concat(claim.Conditions.Select(c => c.Measure)).Distinct()));
        foreach (var steps in new[] { claim.Steps, claim.Steps / 10 })
        {
            var seen = claim.Variants.ToLookup(v => v.SeesFewer, v => claim.SamplesSeen(v, steps));
            Assert.That(seen[false].Distinct().Count(), Is.EqualTo(1), $"{steps} steps");
            Assert.That(seen[true], Is.All.LessThan(seen[false].First()));
        }

        if (claim.RunsOf is { } other)
        {
            Assert.That(OptionsOf(claim), Is.EqualTo(OptionsOf(ClaimCatalogue.Find(other))), "it is about the same runs");
            Assert.That(claim.Measures.Select(m => m.Name), Is.EqualTo(ClaimCatalogue.Find(other).Measures.Select(m => m.Name)));
            return;
        }

        var runner = new ClaimRunner(claim, new ClaimSettings { Output = Folder, Data = claim.Data is null ? Folder : null }, Device);
        Assert.That(
            claim.Variants.SelectMany(v => claim.PartsOf(v, claim.Steps)).SelectMany(p => runner.OptionsOf(p, seed: 1).Problems()),
            Is.Empty);
        Assert.That(OptionsOf(claim), Is.Unique, "variants differ in what they train");

        static IEnumerable<string> OptionsOf(Claim claim) =>
            claim.Variants.Select(v => string.Join('\n', claim.PartsOf(v, claim.Steps).Select(p => p.Options.ToJson())));
    }

    /// <summary>A word that is misspelt in a file is refused, and not taken for what has a default.</summary>
    [TestCase("\"hits\":", "\"hitz\":", "there is no measure 'hitz'")]
    [TestCase("\"discogan\",\"preset\"", "\"discogun\",\"preset\"", "there is no family 'discogun'")]
    [TestCase("\"points\"", "\"pionts\"", "'preset'", "pionts")]
    [TestCase("\"default-rate\"", "\"default-rat\"", "there is no option 'default-rat' of discogan")]
    [TestCase("\"gaussians\"", "\"gausians\"", "there is no drawing 'gausians'")]
    [TestCase("\"modes of points\"", "\"modes of point\"", "there is no judge 'modes of point'")]
    [TestCase("\"least\"", "\"leest\"", "'leest'")]
    public void AMisspeltWordOfAFileIsRefused(string word, string misspelt, params string[] said)
    {
        var text = ClaimCatalogue.Entries["discogan"].ToJsonString();
        Assert.That(text, Does.Contain(word));
        var entry = JsonNode.Parse(text.Replace(word, misspelt, StringComparison.Ordinal))!.AsObject();
        var refusal = Assert.Catch(() =>
        {
            var claim = new ClaimReader(new Dictionary<string, JsonObject> { ["it"] = entry }).Read("it");
            _ = claim.PartsOf(claim.Variants[0], steps: 2);
        });
        Assert.That(said, Has.All.Matches<string>(part => refusal!.Message.Contains(part!, StringComparison.Ordinal)));
    }

    /// <summary>Layers of a file: objects are joined, a text is continued after +, null takes away, and what is new comes first.</summary>
    [Test]
    public void AnEntryIsLaidOverWhatItIsLike()
    {
        var below = JsonNode.Parse("""{"a": {"x": 1, "y": [1]}, "b": "one.", "c": 3, "d": 4}""")!.AsObject();
        var above = JsonNode.Parse("""{"e": 0, "a": {"y": [2, 3], "z": 5}, "b": "+ Two.", "c": null}""")!.AsObject();
        Assert.That(above.Over(below).ToJsonString(), Is.EqualTo("""{"e":0,"a":{"y":[2,3],"z":5,"x":1},"b":"one. Two.","d":4}"""));
    }

    /// <summary>Claims draw by what `data synth` draws by, whose pictures the fast suite compares.</summary>
    [TestCaseSource(nameof(Drawn))]
    [Exhaustive]
    public void TheDataAreTheSameAtEachCall(string drawing)
    {
        foreach (var folder in new[] { "first", "second" })
        {
            Directory.CreateDirectory(In(folder));
            ClaimDrawings.Of(drawing)(ClaimCatalogue.All.First(c => c.Data?.Draw == drawing).Data!, In(folder));
        }

        var files =
            Directory.GetFiles(In("first"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(In("first"), f)).ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.Where(f => !File.ReadAllBytes(In("first", f)).SequenceEqual(File.ReadAllBytes(In("second", f)))), Is.Empty);
    }

    [Test]
    public void AClaimIsTakenUpWhereItStopped()
    {
        var trained = new List<string>();
        using var stop = new CancellationTokenSource();
        Assert.That(
            RunnerThat(2, run =>
            {
                stop.Cancel();
                return run.Train(cancellationToken: stop.Token);
            }).Run(stop.Token),
            Is.Null, "stopped before its first step");

        var result = RunnerThat(2, run => run.Train()).Run()!;
        string[] first = ["discogan/seed-5", "recongan/seed-5", "gan/seed-5"],
            second = ["discogan/seed-6", "recongan/seed-6", "gan/seed-6"];
        Assert.That(trained, Is.EqualTo((string[])[first[0], .. first, .. second]), "the first once more");
        var again = RunnerThat(2, run => run.Train()).Run()!;
        Assert.That(again.ToMarkdown(), Is.EqualTo(result.ToMarkdown()));
        Assert.That(trained, Has.Count.EqualTo(7), "nothing is done twice");
        Assert.That(
            RunnerThat(3, run => run.Train()).Run()!.Variants[0].Measures[0].Values.Take(2),
            Is.EqualTo(result.Variants[0].Measures[0].Values));
        Assert.That(trained, Has.Count.EqualTo(10), "one more seed of each");

        var grid = PictureFile.Load(In("out", "pictures.png"));
        Assert.That(grid.Width, Is.EqualTo(3 * 242), "three seeds beside each other, with a gap each");
        Fails.With<OptionsException>(
            () => new ClaimRunner(ClaimCatalogue.Find("discogan"), new ClaimSettings { Output = In("out"), Steps = 4 }, Device).Run(),
            "\"steps\":4", "--out");

        ClaimRunner RunnerThat(int seeds, Func<TrainingRun, TrainingOutcome> train) =>
            new(ClaimCatalogue.Find("discogan"), new ClaimSettings { Output = In("out"), Seeds = seeds, Seed = 5, Steps = 3 }, Device)
            {
                Train = (run, _) =>
                {
                    trained.Add(Path.GetRelativePath(In("out"), run.Directory.Path));
                    return train(run);
                },
            };
    }

    /// <summary>
    /// On another machine, which has neither data nor runs: the file of results is enough, and is complete after each seed. What was
    /// there first stays as it was.
    /// </summary>
    [Test]
    [MaxSeconds(4)] // Several trainings.
    public void TheFileOfResultsIsEnoughToGoOn()
    {
        var trained = 0;
        var two = RunnerThat("first", seeds: 2, steps: 3).Run()!;
        Assert.That(trained, Is.EqualTo(6));
        Directory.Delete(In("first"), recursive: true);
        var stopped = RunnerThat("second", seeds: 4, steps: 3, last: 9 + 1);
        Assert.That(stopped.Run(), Is.Null, "stopped in the fourth seed");
        Assert.That(trained, Is.EqualTo(10), "of the third seed three, of the fourth one");
        using (var known = JsonDocument.Parse(File.ReadAllText(stopped.Files.Json)))
        {
            Assert.That(known.RootElement.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt64()), Is.EqualTo(new[] { 5, 6, 7 }));
        }

        Directory.Delete(In("second"), recursive: true);
        var all = RunnerThat("third", seeds: 4, steps: 3).Run()!;
        Assert.That(trained, Is.EqualTo(12), "of the fourth seed two");
        Assert.That(all.Seeds, Is.EqualTo(new[] { 5, 6, 7, 8 }));
        Assert.That(all.Variants[0].Measures[0].Values.Take(2), Is.EqualTo(two.Variants[0].Measures[0].Values));
        var alone = new ClaimRunner(
            ClaimCatalogue.Find("discogan"), new ClaimSettings { Output = In("alone"), Seeds = 4, Seed = 5, Steps = 3 }, Device).Run()!;
        Assert.That(all.ToCsv(), Is.EqualTo(alone.ToCsv()), "as in one go");
        Assert.That(
            PictureFile.Load(RunnerThat("x", 1, 3).Files.Grid).Layers[0].Bytes,
            Is.EqualTo(PictureFile.Load(In("alone", "pictures.png")).Layers[0].Bytes));
        Assert.That(RunnerThat("fourth", seeds: 1, steps: 3).Run()!.Seeds, Has.Count.EqualTo(4), "none is lost");
        Assert.That(trained, Is.EqualTo(12));
        Assert.That(In("fourth"), Does.Not.Exist, "there was nothing to do");

        ClaimRunner RunnerThat(string folder, int seeds, int steps, int last = int.MaxValue) => new(
            ClaimCatalogue.Find("discogan"),
            new ClaimSettings { Output = In(folder), Results = In("results"), Seeds = seeds, Seed = 5, Steps = steps }, Device)
        {
            Train = (run, _) => trained == last ? TrainingOutcome.Interrupted : Counted(run),
        };

        TrainingOutcome Counted(TrainingRun run)
        {
            trained++;
            return run.Train();
        }
    }

    /// <summary>Results with other steps or another setting are those of another claim, whose figures stay beside the new ones.</summary>
    [Test]
    public void EarlierResultsStayBesideTheNewOnes()
    {
        var first = Run(steps: 2, seed: 5);
        Assert.That(first.ToMarkdown(), Does.Not.Contain("tried"));
        var second = Run(steps: 3, seed: 6);
        Assert.That(second.Tried.Select(t => (t.Steps, t.Seeds[0], t.Verdict)), Is.EqualTo(new[] { (2, 5ul, first.Verdict) }));
        Assert.That(second.Tried[0].Differences.Select(d => d.OverSeeds), Is.EqualTo(first.Differences.Select(d => d.OverSeeds)));
        Assert.That(second.Seeds, Is.EqualTo(new[] { 6 }), "they are not the same claim's");
        var page = File.ReadAllText(In("results", "discogan.md"));
        Assert.That(page, Does.Contain("## What was tried").And.Contain("| 2 steps, 1 seed from 5 "));
        Assert.That(second.InOneLine(), Does.EndWith("; tried before: 2 steps, 1 seed from 5, not shown"));

        var json = In("results", "discogan.json");
        File.WriteAllText(json, File.ReadAllText(json).Replace("\"setting\": \"A: 5", "\"setting\": \"A: 6", StringComparison.Ordinal)
            .Replace("\"measure\": \"modes\"", "\"measure\": \"corners\"", StringComparison.Ordinal));
        var third = Run(steps: 3, seed: 7);
        Assert.That(third.Tried.Select(t => (t.Steps, t.Setting[..4])), Is.EqualTo(new[] { (2, "A: 6"), (3, "A: 6") }));
        Assert.That(
            third.ToMarkdown(), Does.Contain("**not shown**. Its setting: A: 6 Gaussians").And.Contain("discogan over gan, corners"));

        ClaimResult Run(int steps, ulong seed) => new ClaimRunner(
            ClaimCatalogue.Find("discogan"),
            new ClaimSettings { Output = In($"runs-{seed}"), Results = In("results"), Seeds = 1, Seed = seed, Steps = steps },
            Device).Run()!;
    }

    /// <summary>The states of one run, each a model of its own; a run that was stopped between two of them goes on.</summary>
    [Test]
    [Exhaustive]
    public void CheckpointsOfOneRunAreJudged()
    {
        var trained = new List<long>();
        var claim = ClaimCatalogue.Find("gman");
        var runner = new ClaimRunner(claim, new ClaimSettings { Output = In("out"), Seeds = 1, Steps = 16 }, Device)
        {
            Train = (run, _) =>
            {
                var outcome = run.Train();
                trained.Add(run.Step);
                return outcome;
            },
        };
        var result = runner.Run()!;
        Assert.That(trained, Is.EqualTo(Enumerable.Range(1, 16).Concat(Enumerable.Range(1, 16))));
        var five = result.Variants[0].Measures.ToDictionary(m => m.Measure, m => m.Mean);
        Assert.That(five["patches"], Is.Not.EqualTo(five["at the end"]), "the one is a mean over all");
    }

    /// <summary>Two claims and then nothing again; the page has a line for each.</summary>
    [Test]
    public void ASeriesKeepsAPage()
    {
        var trained = 0;
        var entries = Series(["discogan", "madgan"]).Run()!;
        Assert.That(entries.Select(e => e.Name), Is.EqualTo(new[] { "discogan", "madgan" }));
        Assert.That(entries[1].Outcome, Does.StartWith("**not shown**, 1 seed: madgan over gan, χ² "));
        Assert.That(trained, Is.EqualTo(3 + 2));
        var page = File.ReadAllText(In("all", "summary.md"));
        Assert.That(page, Is.EqualTo(ClaimSeries.PageOf(entries)));
        Assert.That(page.Trim().Split('\n'), Has.Length.EqualTo(2 + 2));
        Assert.That(File.ReadAllText(In("all", "discogan", "table.md")), Does.Contain("discogan over gan, modes"));
        Assert.That(Series(["discogan", "madgan"]).Run(), Is.EqualTo(entries));
        Assert.That(trained, Is.EqualTo(3 + 2), "nothing is done twice");
        var all = new ClaimSeries(new ClaimSettings { Output = In("x") }, Start);
        var claims = ClaimCatalogue.All.Where(c => c.RunsOf is null).ToList();
        Assert.That(all.Claims, Is.EqualTo(claims.Where(c => c.Data is not null)), "without pictures those that draw theirs");
        Assert.That(new ClaimSeries(new ClaimSettings { Output = In("x"), Data = Folder }, Start).Claims, Is.EqualTo(claims));

        ClaimSeries Series(string[] families) => new(new ClaimSettings { Output = In("all"), Seeds = 1, Steps = 2 }, Start)
        {
            Claims = [.. families.Select(f => ClaimCatalogue.Find(f))],
        };

        ClaimRunner Start(Claim claim, ClaimSettings settings) => new(claim, settings, Device)
        {
            Train = (run, _) =>
            {
                trained++;
                return run.Train();
            },
        };
    }

    /// <summary>Published quantiles of Student's t.</summary>
    [TestCase(1, 12.7062)]
    [TestCase(2, 4.3027)]
    [TestCase(3, 3.1824)]
    [TestCase(4, 2.7764)]
    [TestCase(9, 2.2622)]
    [TestCase(30, 2.0423)]
    [TestCase(120, 1.9799)]
    public void QuantilesAreStudents(int degreesOfFreedom, double quantile) =>
        Assert.That(SeedInterval.Quantile(degreesOfFreedom), Is.EqualTo(quantile).Within(1e-4));

    [Test]
    public void AnIntervalIsTheMeansOwn()
    {
        var interval = SeedInterval.Of([1, 2, 3]);
        Assert.That(interval.Mean, Is.EqualTo(2));
        Assert.That(interval.High - interval.Mean, Is.EqualTo(4.3027 / Math.Sqrt(3)).Within(1e-4), "the deviation is 1");
        Assert.That(interval.Mean - interval.Low, Is.EqualTo(interval.High - interval.Mean).Within(1e-12));
        Assert.That(SeedInterval.Of([7]), Is.EqualTo(new SeedInterval(7, null, null, 1)));
    }

    [Test]
    public void AVerdictSaysWhatTheIntervalsSay()
    {
        Assert.That(Of([1, 2, 3]), Is.EqualTo(ClaimVerdict.NotShown), "2 ± 2.5");
        Assert.That(Of([1.9, 2, 2.1]), Is.EqualTo(ClaimVerdict.Shown));
        Assert.That(Of([-1.9, -2, -2.1]), Is.EqualTo(ClaimVerdict.Reversed));
        Assert.That(Of([1]), Is.EqualTo(ClaimVerdict.NotShown), "one seed has no interval");

        static ClaimVerdict Of(double[] gains) => new DifferenceResult("a", "b", "m", gains, SeedInterval.Of(gains)).Verdict;
    }

    /// <summary>However certain, a smaller effect than the stated one is not shown; what is apart has no say, what must hold has the
    /// last.</summary>
    [Test]
    public void SmallEffectsAndAdditionsDoNotDecide()
    {
        Assert.That(Of(2).Verdict, Is.EqualTo(ClaimVerdict.Shown));
        Assert.That(Of(2.1).Verdict, Is.EqualTo(ClaimVerdict.NotShown), "its mean is 2");
        Assert.That(Of(-9, -2).Verdict, Is.EqualTo(ClaimVerdict.Reversed), "a least effect says nothing of the other way round");
        Assert.That(Together(Of(2), Of(0, -2) with { IsApart = true }), Is.EqualTo(ClaimVerdict.Shown));
        Assert.That(Together(Of(2), Of(0, -2)), Is.EqualTo(ClaimVerdict.Reversed));
        Assert.That(
            DifferenceResult.Together([Of(2)], [new("a", "m", 1, 0.5, Holds: false)]), Is.EqualTo(ClaimVerdict.NotShown),
            "it means nothing");

        static DifferenceResult Of(double least, double mean = 2) =>
            new("a", "b", "m", [], SeedInterval.Of([mean - 0.1, mean, mean + 0.1])) { Least = least };
        static ClaimVerdict Together(params DifferenceResult[] differences) => DifferenceResult.Together(differences, []);
    }

    /// <summary>A variant below the constant answer counts as that one: it is no merit to be better than what is worse than
    /// nothing.</summary>
    [Test]
    public void WhatIsWorseThanAConstantCountsAsTheConstant()
    {
        var claim = ClaimCatalogue.Find("discogan") with
        {
            Measures =
            [
                new("right", "", HigherIsBetter: true) { Floor = new(0.36, "wall") },
                new("error", "", HigherIsBetter: false) { Floor = new(5, "gray") },
            ],
            Differences =
            [
                new("discogan", "gan", "right") { Least = 0.2 }, new("discogan", "gan", "error") { LeastShare = 0.1 },
                new("recongan", "gan", "right"),
            ],
            Conditions = [new("gan", "right", 0.3), new("gan", "error", 10), new("discogan", "right", 0.5)],
        };
        JudgedRun[][] runs = [Runs((0.5, 4), (0.6, 3)), Runs((0.1, 9), (0.2, 9)), Runs((0.2, 9), (0.4, 8))];
        var result = ClaimResult.Of(claim, 3, [1, 2], runs);
        Assert.That(result.Differences[0].Gains, Is.EqualTo(new[] { 0.5 - 0.36, 0.6 - 0.4 }).Within(1e-12));
        Assert.That(result.Differences[1].Gains, Is.EqualTo(new[] { 1.0, 2.0 }));
        Assert.That(result.Differences[1].Least, Is.EqualTo(0.5).Within(1e-12), "a tenth of the constant's 5");
        Assert.That(result.Differences[2].Gains, Is.EqualTo(new[] { 0, 0.36 - 0.4 }).Within(1e-12));
        Assert.That(result.Conditions.Select(c => c.Holds), Is.EqualTo(new[] { true, true, true }), "of the values themselves");
        Assert.That(
            ClaimResult.Of(claim with { Conditions = [new("gan", "error", 8)] }, 3, [1, 2], runs).Verdict,
            Is.EqualTo(ClaimVerdict.NotShown), "its mean is 8.5");

        static JudgedRun[] Runs(params (double Right, double Error)[] values) =>
        [
            .. values.Select(v => new JudgedRun(new Dictionary<string, double> { ["right"] = v.Right, ["error"] = v.Error }, 0, [])),
        ];
    }

    /// <summary>The width of vectors changes the bits of a run: a seed begun by another processor is not finished by this one.</summary>
    [Test]
    public void ASeedIsOfOneMachine()
    {
        Assert.That(RunnerThat(TrainingOutcome.Interrupted).Run(), Is.Null, "the second variant was stopped");
        var finding = In("results", "begun", "discogan", "discogan", "seed-5", "finding.json");
        var own = File.ReadAllText(finding);
        Assert.That(own, Does.Contain(Device.Hardware));
        File.WriteAllText(finding, own.Replace(Device.Hardware, "another processor", StringComparison.Ordinal));
        Fails.With<OptionsException>(() => RunnerThat(TrainingOutcome.Finished).Run(), "another processor", "seed-5");
        File.WriteAllText(finding, own);
        var result = RunnerThat(TrainingOutcome.Finished).Run()!;
        Assert.That(result.Machines.Single()!.Processor, Is.EqualTo(Device.Hardware));
        Assert.That(result.ToMarkdown(), Does.Contain($"- Seed 5: {Device.Hardware}; kernels "));

        ClaimRunner RunnerThat(TrainingOutcome second) => new(
            ClaimCatalogue.Find("discogan"),
            new ClaimSettings { Output = In("out"), Results = In("results"), Seeds = 1, Seed = 5, Steps = 2 }, Device)
        {
            Train = (run, _) => run.Directory.Path.Contains("recongan", StringComparison.Ordinal) && second == TrainingOutcome.Interrupted
                ? second : run.Train(),
        };
    }

    /// <summary>A lower error is a gain.</summary>
    [Test]
    public void GainsHaveTheMeasuresDirection()
    {
        var claim = ClaimCatalogue.Find("discogan") with
        {
            Measures = [new("error", "", HigherIsBetter: false)],
            Differences = [new("discogan", "gan", "error"), new("gan", "recongan", "error")],
            Conditions = [],
        };
        IReadOnlyList<JudgedRun>[] runs = [Runs(1, 3), Runs(9, 9), Runs(4, 8)];
        var result = ClaimResult.Of(claim, 3, [1, 2], runs);
        Assert.That(result.Differences[0].Gains, Is.EqualTo(new[] { 3.0, 5.0 }));
        Assert.That(result.Variants[0].Measures[0].Deviation, Is.EqualTo(Math.Sqrt(2)).Within(1e-12));

        static JudgedRun[] Runs(params double[] values) =>
            [.. values.Select(v => new JudgedRun(new Dictionary<string, double> { ["error"] = v }, 0, []))];
    }

    /// <summary>The results of a seed that are read have what compares the variants, but not what it was computed from.</summary>
    [Test]
    public void ASeedIsComparedBesideOneThatIsRead()
    {
        var claim = ClaimCatalogue.Find("pggan") with
        {
            Measures = [new("error", "", HigherIsBetter: false) { By = Gauge.AtEqualTimes }],
            Differences = [new("growing", "full", "error")],
        };
        var result = ClaimResult.Of(claim, 20, [1, 2], [Runs(0.2, (10, 9), (20, 4)), Runs(0.3, (5, 8), (10, 2))]);
        Assert.That(result.Variants[0].Measures[0].Values, Is.EqualTo(new[] { 0.2, 9 }), "the shorter training ends at 10");
        Assert.That(result.Variants[1].Measures[0].Values, Is.EqualTo(new[] { 0.3, (8 + 8 + 6.8 + 4.4 + 2) / 5 }).Within(1e-12));

        static JudgedRun[] Runs(double known, params (double Seconds, double Error)[] checkpoints)
        {
            var values = new Dictionary<string, double>();
            EqualTimes.Add(values, "error", [.. checkpoints.Select(c => c.Error)], [.. checkpoints.Select(c => c.Seconds)]);
            return [new(new Dictionary<string, double> { ["error"] = known }, 0, []), new(values, 0, [])];
        }
    }

    [Test]
    public void ModesAreCountedAgain()
    {
        var ring = DrawnGaussians.OfB;
        new DrawnGaussians().Write(In("points"), "train", first: 0, count: 5000, side: 0, seed: 3);
        var points = NpyFile.LoadPoints(In("points", "trainB.npy"));
        Assert.That(ring.ModesCoveredBy(points), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(
            points.Count(p => ring.ModeOf(p) is not null) / 5000.0, Is.EqualTo(1 - Math.Exp(-4.5)).Within(0.005),
            "within three deviations in the plane");
        Assert.That(points.Average(p => Math.Pow(p.DistanceTo(ring.Centres[ring.Nearest(p)]), 2)), Is.EqualTo(2 * 0.0025).Within(0.0003));
        PlanePoint[] few = [.. Enumerable.Repeat(ring.Centres[4], 99), ring.Centres[7]];
        Assert.That(ring.ModesCoveredBy(few), Is.EqualTo(new[] { 4, 7 }), "one of a hundred is enough");
        Assert.That(ring.ModesCoveredBy([.. few, ring.Centres[4]]), Is.EqualTo(new[] { 4 }), "one of 101 is not");
        Assert.That(ring.ModeOf(default), Is.Null);
    }
}

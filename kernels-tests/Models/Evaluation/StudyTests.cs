using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Evaluation.Study;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>
/// Perceptual studies: which pictures are shown in which order, what files of answers are refused, and what is made of the others.
/// </summary>
public sealed class StudyTests : CommandFixture
{
    private static readonly EvaluationSubject s_subject = new("runs/a", 7, "data", "val", "AtoB", false);

    [Test]
    public void PracticeComesFirstAndNothingTwice()
    {
        var study = PerceptualStudy.Of(s_subject, Pictures(20, 0), Pictures(15, 100), ofEach: 8, seed: 3);
        Assert.Multiple(() =>
        {
            Assert.That(
                study.Pictures.Select(p => p.Practice), Is.EqualTo(Enumerable.Repeat(true, 10).Concat(Enumerable.Repeat(false, 16))));
            Assert.That(study.Pictures.Count(p => p is { Practice: true, Made: true }), Is.EqualTo(5));
            Assert.That(study.Pictures.Count(p => p is { Practice: false, Made: true }), Is.EqualTo(8));
            Assert.That(study.Pictures.Select(p => p.Name), Is.Unique);
            Assert.That(study.Pictures.Select(p => p.Made), Is.Not.Ordered.And.Not.Ordered.Descending);
            foreach (var picture in study.Pictures)
            {
                var number = int.Parse(picture.Name.AsSpan(5), CultureInfo.InvariantCulture) - 1;
                Assert.That(ImageFile.Load(picture.Png).Bytes[0], Is.EqualTo(picture.Made ? number : 100 + number), picture.Name);
                Assert.That(picture.Name, Does.StartWith(picture.Made ? "made-" : "real-"));
            }
        });
    }

    [Test]
    public void TheSeedDecides()
    {
        var (made, real) = (Pictures(20, 0), Pictures(20, 100));
        var (first, again, other) = (Study(1), Study(1), Study(2));
        Assert.That(Names(again), Is.EqualTo(Names(first)));
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(Names(other), Is.Not.EqualTo(Names(first)));
        Assert.That(other.Id, Is.Not.EqualTo(first.Id));

        PerceptualStudy Study(ulong seed) => PerceptualStudy.Of(s_subject, made, real, 10, seed);
        static IEnumerable<string> Names(PerceptualStudy study) => study.Pictures.Select(p => p.Name);
    }

    [TestCase(12, null, 7)]
    [TestCase(6, null, 1)]
    [TestCase(80, null, 40)]
    [TestCase(80, 75, 75)]
    public void AsManyAsThereAreUpToForty(int pictures, int? asked, int ofEach) =>
        Assert.That(
            PerceptualStudy.Of(s_subject, Pictures(pictures, 0), Pictures(pictures, 100), asked, 1).Pictures,
            Has.Count.EqualTo(10 + (2 * ofEach)));

    [TestCase(5, null, "5 pictures of a kind; a study of 1 of each kind needs 6")]
    [TestCase(14, 10, "14 pictures of a kind; a study of 10 of each kind needs 15")]
    public void TooFewAreRefused(int pictures, int? asked, string expected) =>
        Fails.Starting<PictureException>(
            () => PerceptualStudy.Of(s_subject, Pictures(pictures, 0), Pictures(99, 100), asked, 1), "data: 'val' has", expected);

    /// <summary>Of 4 made pictures 3 are taken for real, of 4 real ones 2; what was for practice is not counted.</summary>
    [Test]
    public async Task OnePersonsSharesHaveWilsonsInterval()
    {
        var file = Answers("a.json", "s1", "anna", made: "rrrm", real: "rrmm");
        var result = StudyResult.Read([file])[0];
        var (low, high) = TwoSampleTest.WilsonInterval(3, 4);
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(result with { Study = "s1", Model = "runs/a", Step = 7, Persons = 1 }));
            Assert.That(result.MadeTakenForReal, Is.EqualTo(new StudyShare(0.75, low, high, 4)));
            Assert.That(result.RealTakenForReal.Share, Is.EqualTo(0.5));
            Assert.That((result.ToldRight.Share, result.ToldRight.Answers), Is.EqualTo((3 / 8.0, 8)));
        });
        var text = await Do("evaluate", "--study-read", file);
        Assert.That(
            text,
            Does.Contain("study s1 of runs/a at step 7: 1 person").And.Contain("75.0 % of 4").And.Contain("classified correctly")
                .And.Contain("37.5 % of 8"));
    }

    [Test]
    public async Task PersonsOfOneStudyAreCountedTogether()
    {
        string[] files =
        [
            Answers("a.json", "s1", "anna", made: "rrrr", real: "rrrr"), Answers("b.json", "s2", "anna", made: "mmmm", real: "rrrr"),
            Answers("c.json", "s1", "bert", made: "mmmm", real: "rrrr"),
        ];
        var results = JsonDocument.Parse(await Do(["evaluate", "--json", "--study-read", .. files])).RootElement;
        var first = results[0].GetProperty("madeTakenForReal");
        Assert.Multiple(() =>
        {
            Assert.That(
                results.EnumerateArray().Select(r => (r.GetProperty("study").GetString(), r.GetProperty("persons").GetInt32())),
                Is.EqualTo(new[] { ("s1", 2), ("s2", 1) }));
            Assert.That(first.GetProperty("share").GetDouble(), Is.EqualTo(0.5));
            Assert.That(first.GetProperty("low").GetDouble(), Is.Zero, "one of two persons took none for real: so may all");
            Assert.That(first.GetProperty("high").GetDouble(), Is.EqualTo(1));
            Assert.That(results[0].GetProperty("realTakenForReal").GetProperty("low").GetDouble(), Is.EqualTo(1));
        });
    }

    /// <summary>
    /// Where persons and pictures are all alike, the bootstrap of both is about the binomial's interval, and never narrower than half of
    /// it.
    /// </summary>
    [Test]
    public void ManyPersonsNarrowTheInterval()
    {
        var random = new Random(5);
        string[] files = [.. Enumerable.Range(0, 20).Select(p => Answers($"{p}.json", "s", $"p{p}", Guesses(), Guesses()))];
        var share = StudyResult.Read(files)[0].MadeTakenForReal;
        Assert.That(share.Answers, Is.EqualTo(400));
        Assert.That(share.Low, Is.LessThan(share.Share).And.GreaterThan(share.Share - 0.15));
        Assert.That(share.High, Is.GreaterThan(share.Share).And.LessThan(share.Share + 0.15));
        Assert.That(share.High - share.Low, Is.GreaterThan(0.05));

        string Guesses() => string.Concat(Enumerable.Range(0, 20).Select(_ => random.Next(2) == 0 ? 'r' : 'm'));
    }

    [Test]
    public async Task FilesGivenTwiceAreRefused()
    {
        var file = Answers("a.json", "s1", "anna", "rm", "rm");
        File.Copy(file, In("copy.json"));
        AssertExplained(
            await Run("evaluate", "--study-read", file, In("copy.json")), 1, $"{In("copy.json")}: holds the same answers as {file}");
    }

    /// <summary>Pictures from noise stand among the held-out ones.</summary>
    [Test]
    public async Task PicturesMadeOfNoiseAreAskedAboutToo()
    {
        await Do("data", "synth", "--kind", "glyphs", "--out", In("glyphs"), "--count", "10", "--val", "7", "--size", "16");
        await Do(
            "train", "gan", "--preset", "small", "--data", In("glyphs"), "--out", In("run"), "--g-widths", "8", "--d-widths", "8",
            "--steps", "1", "--sample-freq", "0", "--device", "cpu", "--quiet");
        string[] study = ["evaluate", "--model", In("run"), "--data", In("glyphs"), "--study", In("study"), "--device", "cpu"];
        Assert.That(await Do(study), Does.Contain("10 practice pictures and 4 that count"));
        var page = File.ReadAllText(In("study", "study.html"));
        Assert.That(page.Split("data:image/png;base64,"), Has.Length.EqualTo(1 + 14));
        await Do("generate", "--model", In("run"), "--out", In("made"), "--count", "7", "--seed", "1", "--device", "cpu");
        var made = Directory.GetFiles(In("made"), "*.png").Select(File.ReadAllBytes);
        Assert.That(made.Count(png => page.Contains(InJson(png), StringComparison.Ordinal)), Is.EqualTo(7), "those of generate");
        AssertExplained(await Run([.. study, "--direction", "AtoB"]), 2, "--direction", "noise");

        static string InJson(byte[] png) => JsonSerializer.Serialize(Convert.ToBase64String(png)).Trim('"');
    }

    /// <summary>
    /// A file of answers: a letter a picture, r for real and m for made, behind a practice picture of either kind that was answered wrong.
    /// </summary>
    private string Answers(string name, string study, string person, string made, string real)
    {
        object[] answers =
        [
            Of("made-99", true, true, 'r'), Of("real-99", false, true, 'm'),
            .. made.Select((a, i) => Of($"made-{i}", true, false, a)), .. real.Select((a, i) => Of($"real-{i}", false, false, a)),
        ];
        File.WriteAllText(
            In(name),
            JsonSerializer.Serialize(new { study, model = "runs/a", step = 7, person, begun = "2026-01-01T00:00:00.000Z", answers }));
        return In(name);

        static object Of(string picture, bool isMade, bool practice, char answer) =>
            new { picture, made = isMade, practice, answer = answer == 'r' ? "real" : "made", shownMs = 1000, answerMs = 400 };
    }

    /// <summary>Pictures of one gray each: the number of the first, and so on.</summary>
    private static List<Picture> Pictures(int count, int first) =>
        [.. Enumerable.Range(first, count).Select(i => new Picture(new Image(2, 2, 1, [(byte)i, (byte)i, (byte)i, (byte)i])))];
}

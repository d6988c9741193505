using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Models.Reporting;

namespace IlgpuGan.ToolsTests.Reporting;

/// <summary>A perceptual study as people take part in it, in a real browser.</summary>
public sealed class StudyPageTests : InBrowser
{
    /// <summary>Short, for tests; long enough to be seen.</summary>
    private const int Milliseconds = 60;

    [TestCase(1280, 900)]
    [TestCase(390, 844, Category = Exhaustive.Category)]
    public async Task APersonTakesPart(int width, int height)
    {
        var study = Study() with { Shown = TimeSpan.FromMilliseconds(Milliseconds) };
        var path = _runs.PathOf($"study-{width}.html");
        StudyPage.Write(study, path);
        await _browser.OpenAsync(path, width, height, phone: width < 500);
        Assert.That(
            await _browser.Eval<string>("document.body.innerText"),
            Does.Contain("Real or made?").And.Contain("first 10 are for practice").And.Contain("4 more follow"));
        await Keep($"study-begin-{width}.png");

        await Do("person.value = 'p <1>'; start.click()");
        foreach (var (i, picture) in study.Pictures.Index())
        {
            await Until("!document.getElementById('real').disabled");
            Assert.That(
                await _browser.Eval<bool[]>("[picture.hidden, picture.src === JSON.parse(study.textContent).pictures[" + i + "].data]"),
                Is.EqualTo(new[] { true, true }), "gone when it is asked for");
            Assert.That(
                await _browser.Eval<string>("count.textContent"),
                Is.EqualTo(picture.Practice ? $"Practice {i + 1} of 10" : $"Picture {i - 9} of 4"));
            await Do(i % 2 == 0 ? "real.click()" : "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'm' }))");
            var right = picture.Made == (i % 2 == 1);
            if (picture.Practice)
            {
                Assert.That(
                    await _browser.Eval<string>("message.textContent"),
                    Does.StartWith($"{(right ? "Right" : "Wrong")}: it was {(picture.Made ? "made" : "real")}."));
                if (i == 0)
                {
                    await Keep($"study-told-{width}.png");
                }

                await Do("next.click()");
            }
            else
            {
                Assert.That(await _browser.Eval<string>("message.textContent"), Does.Not.Contain("Right").And.Not.Contain("Wrong"));
            }
        }

        Assert.That(
            await _browser.Eval<bool>("!end.hidden && trial.hidden && file.href.startsWith('blob:') && file.download.endsWith('.json')"));
        Assert.That(await _browser.Eval<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), "nothing sticks out");
        Assert.That(_browser.Problems(), Is.Empty);
        await Keep($"study-end-{width}.png");
        const string Leaves = "dispatchEvent(new Event('beforeunload', { cancelable: true }))";
        Assert.That(await _browser.Eval<bool>(Leaves), Is.False, "answers that nobody has saved are asked about");
        await Do("text.dispatchEvent(new Event('copy'))");
        Assert.That(await _browser.Eval<bool>(Leaves));

        var saved = _runs.PathOf($"answers-{width}.json");
        File.WriteAllText(saved, await _browser.Eval<string>("text.value"));
        var answers = StudyAnswers.Read(saved);
        Assert.Multiple(() =>
        {
            Assert.That(
                (answers.Study, answers.Model, answers.Step, answers.Person), Is.EqualTo((study.Id, "runs/<b>", (long?)7, "p <1>")));
            Assert.That(
                answers.Answers.Select(a => (a.Picture, a.Made, a.Practice)),
                Is.EqualTo(study.Pictures.Select(p => (p.Name, p.Made, p.Practice))));
            Assert.That(answers.Answers.Select(a => a.Answer), Is.EqualTo(study.Pictures.Select((_, i) => i % 2 == 0 ? "real" : "made")));
            Assert.That(answers.Answers.Select(a => a.ShownMs), Is.All.GreaterThanOrEqualTo(Milliseconds - 1));
        });
        Assert.That(StudyResult.Read([saved])[0].MadeTakenForReal.Answers, Is.EqualTo(2));
    }

    /// <summary>Pictures are seen for the second, and answers before its end are not taken.</summary>
    [Test]
    [Exhaustive]
    public async Task APictureIsSeenBeforeItIsAskedFor()
    {
        var path = _runs.PathOf("seen.html");
        StudyPage.Write(Study(), path);
        await _browser.OpenAsync(path, 800, 800);
        await Do("start.click()");
        await Until("!picture.hidden");
        await Do("real.click()");
        await Do("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }))");
        Assert.That(await _browser.Eval<string>("count.textContent + message.textContent"), Is.EqualTo("Practice 1 of 10"));
        Assert.That(await _browser.Eval<bool>("picture.checkVisibility() && picture.naturalWidth === 32"));
        await Keep("study-seen.png");
        await Until("!document.getElementById('real').disabled");
        await Do("real.click()");
        Assert.That(await _browser.Eval<string>("message.textContent"), Does.Contain("it was"));
    }

    [Test]
    public async Task WithoutScriptsThePageSaysThatItNeedsThem()
    {
        var path = _runs.PathOf("still.html");
        StudyPage.Write(Study(), path);
        await _browser.OpenAsync(path, 800, 800, scripts: false);
        Assert.That(await _browser.Eval<string>("document.body.innerText"), Does.Contain("needs JavaScript").And.Not.Contain("Start"));
    }

    /// <summary>Ten pictures for practice and two of each kind: real ones are blue, made ones red.</summary>
    private static PerceptualStudy Study() => PerceptualStudy.Of(
        new EvaluationSubject("runs/<b>", 7, "data", "val", "AtoB", false), Pictures(200, 40), Pictures(40, 200), ofEach: 2, seed: 1);

    private static List<Picture> Pictures(byte red, byte blue) =>
        [.. Enumerable.Range(0, 7).Select(i => new Picture(
            new Image(32, 32, 3, [.. Enumerable.Range(0, 32 * 32).SelectMany(p => new[] { red, (byte)((p + (7 * i)) % 250), blue })])))];

    private async Task Do(string statement) => await _browser.Eval<object?>($"(() => {{ {statement}; return null; }})()");

    private async Task Until(string expression)
    {
        for (var tries = 0; !await _browser.Eval<bool>(expression); tries++)
        {
            Assert.That(tries, Is.LessThan(2000), expression);
            await Task.Delay(5);
        }
    }

    private async Task Keep(string name)
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, name);
        File.WriteAllBytes(path, PngEncoder.Encode(await _browser.Screenshot()));
        TestContext.AddTestAttachment(path);
    }
}

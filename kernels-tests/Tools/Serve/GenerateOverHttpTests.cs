using System.Text.Json;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Pictures that are made over HTTP are those that the command line makes.</summary>
public sealed class GenerateOverHttpTests : ServedTests
{
    [OneTimeSetUp]
    public async Task Start() => _served = await ServedFamilies.StartAsync(["pix2pix", "singan", "gan", "dcgan"]);

    [Test]
    public async Task ModelsSayWhatTheyMake()
    {
        var models = JsonDocument.Parse(await _served.Client.GetStringAsync("api/models")).RootElement.EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Multiple(() =>
        {
            Assert.That(models["pix2pix"].TryGetProperty("makes", out _), Is.False);
            var pyramid = models["singan"].GetProperty("makes");
            Assert.That(pyramid.GetProperty("finest_scale").GetInt32(), Is.EqualTo(1));
            Assert.That(pyramid.GetProperty("size").GetBoolean() && pyramid.GetProperty("inject").GetBoolean());
            var plain = models["dcgan"].GetProperty("makes");
            Assert.That(plain.GetProperty("finest_scale").GetInt32(), Is.Zero);
            Assert.That(plain.GetProperty("size").GetBoolean() || plain.GetProperty("inject").GetBoolean(), Is.False);
            Assert.That(
                models["gan"].GetProperty("labels")[0].GetProperty("names").EnumerateArray().Select(n => n.GetString()),
                Is.EqualTo(new[] { "maps", "photographs" }));
        });
    }

    [TestCase("singan", "")]
    [TestCase("singan", "?seed=5", "--seed", "5")]
    [TestCase("singan", "?from-scale=1", "--from-scale", "1")]
    [TestCase("singan", "?size=30x20", "--size", "30x20")]
    [TestCase("singan", "?size=12x31&seed=2", "--size", "12x31", "--seed", "2")]
    [TestCase("gan", "?label=photographs", "--label", "photographs")]
    [TestCase("gan", "")]
    [TestCase("dcgan", "?seed=18446744073709551615", "--seed", "18446744073709551615")]
    public async Task APictureIsTheCommands(string model, string query, params string[] options)
    {
        var made = await _served.GeneratedByCommand(model, options);
        Assert.That(await _served.Generated(model, query), Is.EqualTo(made));
        Assert.That(await _served.Generated(model, query), Is.EqualTo(made), "and again");
    }

    [Test]
    public async Task APictureIsPutIn()
    {
        var picture = ServedFamilies.Noise(40, 25, 3);
        var file = _served.PathOf("injected.png");
        await File.WriteAllBytesAsync(file, picture);
        Assert.That(
            await _served.Generated("singan", "?seed=3", picture),
            Is.EqualTo(await _served.GeneratedByCommand("singan", "--inject", file, "--seed", "3")));
        Assert.That(
            await _served.Generated("singan", "?seed=3"), Is.EqualTo(await _served.GeneratedByCommand("singan", "--seed", "3")),
            "the next is asked without");
    }

    [Test]
    public async Task RequestsDoNotDisturbEachOther()
    {
        var queries = new[] { "", "?seed=2", "?from-scale=1", "?size=24x24" };
        var alone = new List<byte[]>();
        foreach (var query in queries)
        {
            alone.Add(await _served.Generated("singan", query));
        }

        Assert.That(alone.Select(Convert.ToBase64String).Distinct().Count(), Is.EqualTo(queries.Length));
        var together = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => _served.Generated("singan", queries[i % queries.Length])));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.That(together[i], Is.EqualTo(alone[i % queries.Length]), queries[i % queries.Length]);
        }
    }

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Case("no such model", "nobody", "", null, 404, "model");
        yield return Case("one that translates", "pix2pix", "", null, 400, "/translate");
        yield return Case("unknown option", "singan", "?count=3", null, 400, "count");
        yield return Case("twice", "singan", "?seed=1&seed=2", null, 400, "2 times");
        yield return Case("no seed", "singan", "?seed=-1", null, 400, "seed");
        yield return Case("no size", "singan", "?size=30", null, 400, "size");
        yield return Case("no side", "singan", "?size=0x30", null, 400, "size");
        yield return Case("too large a size", "singan", "?size=16000x16000", null, 413, "16000x16000");
        yield return Case("a side beyond the command's", "singan", "?size=16385x1", null, 400, "between 1 and 16384");
        yield return Case("too fine a scale", "singan", "?from-scale=2", null, 400, "from-scale must be between 0 and 1");
        yield return Case("a scale for what has the finest", "singan", "?from-scale=1&super-resolve", null, 400, "from-scale can't be");
        yield return Case("no label", "singan", "?label=cat", null, 400, "label does not apply");
        yield return Case("another label", "gan", "?label=cats", null, 400, "cats");
        yield return Case("a size where there is one", "dcgan", "?size=30x30", null, 400, "size does not apply");
        yield return Case("a picture where none goes", "dcgan", "", ServedFamilies.Map(), 400, "inject does not apply");
        yield return Case("text", "singan", "", "no picture"u8.ToArray(), 400, "PNG or JPEG");
        yield return Case("a size for what is put in", "singan", "?size=30x30", ServedFamilies.Map(), 400, "can't be combined with");
        yield return Case("too large a picture", "singan", "", ServedFamilies.Header(60_000, 60_000), 413, "60000x60000");

        static TestCaseData Case(string name, string model, string query, byte[]? picture, int status, string word) =>
            new TestCaseData(model, query, picture, status, word).SetName($"{nameof(AMistakeIsExplained)}({name})");
    }

    [TestCaseSource(nameof(Mistakes))]
    public async Task AMistakeIsExplained(string model, string query, byte[]? picture, int status, string word)
    {
        using var answer = await _served.Generate(model, query, picture);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!;
        Assert.That(error, Does.Contain(word).And.Not.Contain("Exception").And.Not.Contain("--").And.Not.Contain(_served.PathOf("")));
        Assert.That(await _served.Generated("singan"), Is.Not.Empty, "the server goes on");
    }

    [Test]
    public async Task OneThatMakesPicturesTranslatesNone()
    {
        using var answer = await _served.Translate("singan", ServedFamilies.Map());
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("/generate"));
    }
}

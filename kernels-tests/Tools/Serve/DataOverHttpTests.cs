using System.Net;
using System.Text.Json;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Pairs that are looked through and decided on over HTTP.</summary>
public sealed class DataOverHttpTests : InFolder
{
    private PictureServer _server = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task Start()
    {
        new SyntheticFacades(5, 32).WriteTo(In("pairs", "train"));
        new SyntheticFacades(1, 32, first: 5).WriteTo(In("pairs", "val"));
        var settings = new ServeSettings { Data = In("pairs"), DataOut = In("kept"), Port = 0, Failed = e => Assert.Fail(e.ToString()) };
        _server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        _client = new HttpClient { BaseAddress = _server.Address };
    }

    [TearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task WhatIsDecidedIsKeptAndWritten()
    {
        var pairs = (await Json("api/data")).GetProperty("pairs").EnumerateArray().ToList();
        Assert.That(pairs, Has.Count.EqualTo(6));
        var names = pairs.ConvertAll(p => p.GetProperty("name").GetString()!);
        Assert.That(names, Has.Exactly(5).StartsWith("train/").And.Exactly(1).StartsWith("val/"));
        Assert.That(await _client.GetByteArrayAsync("api/data/2"), Is.EqualTo(await File.ReadAllBytesAsync(In("pairs", names[2]))));

        Assert.That(await Decide(0, """{"bad":true,"swapped":false,"crop":null}"""), Is.EqualTo(200));
        Assert.That(await Decide(1, """{"swapped":true}"""), Is.EqualTo(200));
        Assert.That(await Decide(2, """{"bad":false,"swapped":true,"crop":{"x":4.0,"y":6,"width":1.6e1,"height":20}}"""), Is.EqualTo(200));
        Assert.That(await Decide(3, """{"bad":true}"""), Is.EqualTo(200));
        Assert.That(await Decide(3, """{"bad":false}"""), Is.EqualTo(200));
        Assert.That(
            PairReview.Open(In("pairs"))[2], Is.EqualTo(new PairDecision(Swapped: true, Crop: new HalfCrop(4, 6, 16, 20))),
            "a server that starts anew knows it");

        using var answer = await _client.PostAsync("api/data/write", content: null);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"written":5,"problems":[]}"""));
        Assert.That(File.Exists(In("kept", names[0])), Is.False);
        Assert.That(
            await File.ReadAllBytesAsync(In("kept", names[3])), Is.EqualTo(await File.ReadAllBytesAsync(In("pairs", names[3]))),
            "untouched");
        var (before, swapped) = (ImageFile.Load(In("pairs", names[1])), ImageFile.Load(In("kept", names[1])));
        Assert.That(swapped.Crop(0, 0, 32, 32).Bytes, Is.EqualTo(before.Crop(32, 0, 32, 32).Bytes));
        Assert.That(swapped.Crop(32, 0, 32, 32).Bytes, Is.EqualTo(before.Crop(0, 0, 32, 32).Bytes));
        var (whole, cut) = (ImageFile.Load(In("pairs", names[2])), ImageFile.Load(In("kept", names[2])));
        Assert.That((cut.Width, cut.Height), Is.EqualTo((32, 20)));
        Assert.That(cut.Crop(0, 0, 16, 20).Bytes, Is.EqualTo(whole.Crop(32 + 4, 6, 16, 20).Bytes));
        Assert.That(cut.Crop(16, 0, 16, 20).Bytes, Is.EqualTo(whole.Crop(4, 6, 16, 20).Bytes));

        using var again = await _client.PostAsync("api/data/write", content: null);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "what is written is not mixed with what is there");
        Assert.That(await again.Content.ReadAsStringAsync(), Does.Contain("kept").And.Not.Contain(Folder));
    }

    [Test]
    public async Task WhatIsKeptIsDividedAsTheCommandDoes()
    {
        Assert.That(await Decide(0, """{"bad":true}"""), Is.EqualTo(200));
        using var answer = await _client.PostAsync("api/data/write?val=0.2&test=0.2&seed=3", content: null);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"written":5,"problems":[]}"""));
        Assert.That(
            Directory.GetDirectories(Folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "pairs", "kept" }), "nothing is left over");
        PairReview.Open(In("pairs")).WriteKept(In("all"));
        SplitBuilder.Split(In("all"), In("divided"), 0.2, 0.2, 3);
        Assert.That(Files("kept"), Is.EqualTo(Files("divided")).And.Count.EqualTo(5));

        List<string> Files(string folder) =>
            [.. Directory.GetFiles(In(folder), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(In(folder), f))
                .Order(StringComparer.Ordinal)];
    }

    /// <summary>Two windows decide on one pair, and one of them was opened when its number was another pair's.</summary>
    [Test]
    public async Task ADecisionChangesItsFieldsOfTheNamedPair()
    {
        var names = PairReview.Open(In("pairs")).Names;
        Assert.That(await Decide(1, $$"""{"name":"{{names[1]}}","crop":{"x":4,"y":6,"width":16,"height":20} }"""), Is.EqualTo(200));
        Assert.That(await Decide(1, $$"""{"name":"{{names[1]}}","swapped":true}"""), Is.EqualTo(200));
        Assert.That(await Decide(1, """{"bad":true}"""), Is.EqualTo(200));
        Assert.That(await Decide(1, $$"""{"name":"{{names[0]}}","bad":false}"""), Is.EqualTo(409));
        Assert.That(
            PairReview.Open(In("pairs"))[1],
            Is.EqualTo(new PairDecision(Bad: true, Swapped: true, Crop: new HalfCrop(4, 6, 16, 20))));
        Assert.That(await Decide(1, """{"crop":null}"""), Is.EqualTo(200));
        Assert.That(PairReview.Open(In("pairs"))[1], Is.EqualTo(new PairDecision(Bad: true, Swapped: true)));
    }

    [TestCase("api/data/6", "GET", null, 404)]
    [TestCase("api/data/-1", "GET", null, 404)]
    [TestCase("api/data/..%2f..%2fetc%2fpasswd", "GET", null, 404)]
    [TestCase("api/data/6", "PUT", "{}", 404)]
    [TestCase("api/data/0", "PUT", "", 400)]
    [TestCase("api/data/0", "PUT", "null", 400)]
    [TestCase("api/data/0", "PUT", """{"bad":"perhaps"}""", 400)]
    [TestCase("api/data/0", "PUT", """{"bad":null}""", 400)]
    [TestCase("api/data/0", "PUT", """{"name":"other.png","bad":true}""", 409)]
    [TestCase("api/data/0", "PUT", """{"path":"/etc"}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":0,"y":0,"width":33,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":-1,"y":0,"width":3,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":2147483647,"y":0,"width":2147483647,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":0,"y":0,"width":0,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":[0,0,8,8]}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":0.5,"y":0,"width":3,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"crop":{"x":"0","y":0,"width":3,"height":1}}""", 400)]
    [TestCase("api/data/0", "PUT", """{"swaaped":true}""", 400)]
    [TestCase("api/data/write?out=/tmp", "POST", "", 400)]
    [TestCase("api/data/write?val=0.5&test=0.5", "POST", "", 400)]
    [TestCase("api/data/write?val=much", "POST", "", 400)]
    public async Task AMistakeIsExplained(string address, string method, string? body, int status)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        Assert.That(
            JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(),
            Is.Not.Empty.And.Not.Contain(Folder).And.Not.Contain("Exception").And.Not.Contain("PairDecision").And.Not.Contain("HalfCrop"));
        Assert.That(File.Exists(In("pairs", PairReview.FileName)), Is.False, "nothing was decided");
    }

    [Test]
    public async Task ALongDecisionIsRefused() => Assert.That(await Decide(0, new string(' ', 5000) + "{}"), Is.EqualTo(413));

    private async Task<JsonElement> Json(string address) => JsonDocument.Parse(await _client.GetStringAsync(address)).RootElement;

    private async Task<int> Decide(int index, string decision)
    {
        using var body = new StringContent(decision, Encoding.UTF8, "application/json");
        using var answer = await _client.PutAsync($"api/data/{index}", body);
        return (int)answer.StatusCode;
    }
}

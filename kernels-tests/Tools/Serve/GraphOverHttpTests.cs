using System.Text.Json;
using IlgpuGan.Serve;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>ONNX graphs of other programs are served: whatever they call their input, whichever sizes and values they take.</summary>
public sealed class GraphOverHttpTests : CommandFixture
{
    private readonly Dictionary<string, string> _graphs = [];
    private readonly List<Exception> _failures = [];
    private PictureServer _server = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        foreach (var (name, white) in new[] { ("signed", 0f), ("unit", 1f), ("bytes", 255f) })
        {
            // A negative, where white and black are what the graph takes them for.
            Save(name, new GraphFile().Input("pixel_values", 0, 3, 0, 0).Constant(NamedArray.From("white", [], new[] { white }))
                .Node("Sub", ["white", "pixel_values"], ["out.1"]).Output("out.1"));
        }

        Save("rectangle", new GraphFile().Input("input/image:0", 1, 3, 8, 10).Node("Neg", ["input/image:0"], ["y"]).Output("y"));
        Save("gray", new GraphFile().Input("0", 0, 1, 0, 0).Node("Neg", ["0"], ["1"]).Output("1"));
        Save(
            "last",
            new GraphFile().InputOf(GraphFile.Bytes, "x", 0, 0, 0, 3).Constant(NamedArray.From("white", [], new[] { 255f }))
                .Node("Cast", ["x"], ["floats"], GraphFile.Of("to", GraphFile.Floats32)).Node("Sub", ["white", "floats"], ["made"])
                .Node("Cast", ["made"], ["y"], GraphFile.Of("to", GraphFile.Bytes)).Output("y", GraphFile.Bytes));
        Save(
            "even",
            new GraphFile().Input("x", 0, 3, 0, 0).IntegerConstant("sides", 1, 3, 4, 2).Node("Reshape", ["x", "sides"], ["y"]).Output("y"));
        var settings = new ServeSettings { Models = [.. _graphs.Values], Port = 0, Failed = _failures.Add };
        _server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        _client = new HttpClient { BaseAddress = _server.Address };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Assert.That(_failures, Is.Empty);
    }

    [TestCase("signed", "", 7, 5)]
    [TestCase("signed", "?range=signed", 1, 1)]
    [TestCase("unit", "?range=unit", 7, 5)]
    [TestCase("bytes", "?range=bytes", 33, 70)]
    [TestCase("rectangle", "", 10, 8)]
    [TestCase("rectangle", "", 7, 5)]
    [TestCase("rectangle", "", 23, 17)]
    [TestCase("gray", "", 6, 9)]
    [TestCase("last", "", 7, 5)]
    [TestCase("last", "?range=unit", 7, 5)]
    public async Task AGraphMakesWhatTheCommandMakes(string graph, string query, int width, int height)
    {
        var picture = ServedFamilies.Noise(width, height, graph == "gray" ? 1 : 3);
        using var answer = await Translate(graph, picture, query);
        var made = await answer.Content.ReadAsByteArrayAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), System.Text.Encoding.UTF8.GetString(made));
        Assert.That(
            ImageFile.Load(made).Bytes, Is.EqualTo(ImageFile.Load(picture).Bytes.Select(v => (byte)(255 - v))), "the negative");
        await File.WriteAllBytesAsync(In("in.png"), picture);
        var range = query.Length > 0 ? new[] { "--range", query["?range=".Length..] } : [];
        await Do(["translate", "--model", _graphs[graph], "--input", In("in.png"), "--out", In("out.png"), "--device", "cpu", .. range]);
        Assert.That(made, Is.EqualTo(await File.ReadAllBytesAsync(In("out.png"))), "what the command makes");
    }

    /// <summary>Two requests at once that take the graph's values for others.</summary>
    [Test]
    public async Task EachRequestHasItsOwnRange()
    {
        var picture = ServedFamilies.Noise(7, 5, 3);
        var queries = Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? "?range=unit" : "?range=bytes").ToList();
        var answers = await Task.WhenAll(queries.Select(async query =>
        {
            using var answer = await Translate("unit", picture, query);
            return await answer.Content.ReadAsByteArrayAsync();
        }));
        Assert.That(answers.Where((_, i) => i % 2 == 0), Is.All.EqualTo(answers[0]));
        Assert.That(answers.Where((_, i) => i % 2 == 1), Is.All.EqualTo(answers[1]));
        Assert.That(answers[0], Is.Not.EqualTo(answers[1]));
    }

    /// <summary>What a client is told names the model, and not the file behind it.</summary>
    [TestCase("signed", "?range=grey", "range can't be 'grey'; it can be signed, unit, bytes")]
    [TestCase("signed", "?dropout-seed=1", "dropout-seed can't be combined with signed: a graph is computed as written")]
    [TestCase("signed", "?direction=AtoB", "direction can't be combined with signed: a graph is computed as written")]
    [TestCase("signed", "?seed=1", "seed does not fit signed.onnx")]
    [TestCase("even", "", "picture: its 7x5 pixels can't be computed: even: node 'the Reshape' (Reshape)")]
    public async Task WhatCanNotBeDoneIsSaid(string graph, string query, string sentence)
    {
        using var answer = await Translate(graph, ServedFamilies.Noise(7, 5, 3), query);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(400), text);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error").GetString();
        Assert.That(error, Does.StartWith(sentence).And.Not.Contain(Path.GetDirectoryName(_graphs[graph])).And.Not.Contain("--"));
    }

    /// <summary>The page offers the values of black and white for these, and a graph's only size is told.</summary>
    [Test]
    public async Task TheyAreDescribed()
    {
        var models = JsonDocument.Parse(await _client.GetStringAsync("api/models")).RootElement.EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.That(models.Keys, Is.EqualTo(_graphs.Keys));
        Assert.That(models.Values.Select(m => m.GetProperty("takes_range").GetBoolean()), Is.All.True);
        var rectangle = models["rectangle"];
        Assert.That(
            (rectangle.GetProperty("fixed_width").GetInt32(), rectangle.GetProperty("fixed_height").GetInt32()), Is.EqualTo((10, 8)));
        Assert.That(models["gray"].GetProperty("input_channels").GetInt32(), Is.EqualTo(1));
    }

    private Task<HttpResponseMessage> Translate(string graph, byte[] picture, string query) =>
        _client.PostAsync($"api/models/{graph}/translate{query}", new ByteArrayContent(picture));

    private void Save(string name, GraphFile graph) => _graphs[name] = graph.Save(name + ".onnx");
}

using System.Text.Json;
using IlgpuGan.Models.Interop;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Models that come along are served under their names, with colours to draw in and inputs to begin with.</summary>
public sealed class ZooOverHttpTests
{
    /// <summary>Of 256: other vectors round otherwise.</summary>
    private const int MostLevels = 2;

    /// <summary>All of them at once, each with what its page offers.</summary>
    [Test]
    public async Task AllModelsThatComeAlongAreServed()
    {
        var settings = new ServeSettings { Models = [.. ZooModel.All.Select(m => m.Path)], Port = 0 };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        var listed = JsonDocument.Parse(await client.GetStringAsync("api/models")).RootElement.EnumerateArray().ToList();
        Assert.That(listed.Select(m => m.GetProperty("name").GetString()), Is.EqualTo(ZooModel.All.Select(m => m.Name)));
        foreach (var (model, told) in ZooModel.All.Zip(listed))
        {
            Assert.That(told.GetProperty("examples").GetInt32(), Is.EqualTo(model.Inputs.Count), model.Name);
            Assert.That(told.GetProperty("side").GetInt32(), Is.EqualTo(model.Inputs[0].Width), model.Name);
            Assert.That(told.GetProperty("has_many_answers").GetBoolean(), Is.EqualTo(model.Name == "edges-shapes"), model.Name);
            Assert.That(
                told.GetProperty("directions").EnumerateArray().Select(d => d.GetString()!).ToArray(),
                model.Name == "day-night-cyclegan" ? Is.EqualTo(new[] { "AtoB", "BtoA" }) : Has.Length.LessThan(2), model.Name);
            Assert.That(told.TryGetProperty("style", out _), Is.False, $"{model.Name} holds no encoder of styles");
            var made = await Translated(client, model, 0, "");
            Assert.That(Apart(made, model.Outputs[0]), Is.LessThanOrEqualTo(MostLevels), model.Name);
        }

        var shapes = ZooModel.Find("zoo:edges-shapes");
        var first = await Translated(client, shapes, 1, "?samples=2&answer=1");
        var second = await Translated(client, shapes, 1, "?samples=2&answer=2");
        Assert.That(Apart(first, second), Is.GreaterThan(30), "two answers to one outline");
        var scenes = ZooModel.Find("zoo:day-night-cyclegan");
        var (night, day) = (await Translated(client, scenes, 1, ""), await Translated(client, scenes, 1, "?direction=BtoA"));
        Assert.That(Brightness(night), Is.LessThan(Brightness(scenes.Inputs[1]) / 3), "night comes of day");
        Assert.That(Apart(night, day), Is.GreaterThan(30), "each way has a generator of its own");
    }

    [Test]
    public async Task AModelThatComesAlongIsServed()
    {
        var model = ZooModel.Find("zoo:facades");
        var settings = new ServeSettings { Models = [model.Path, model.Path], Port = 0 };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        var listed = JsonDocument.Parse(await client.GetStringAsync("api/models")).RootElement.EnumerateArray().ToList();
        Assert.That(listed.Select(m => m.GetProperty("name").GetString()), Is.EqualTo(new[] { "facades", "facades-2" }));
        Assert.That(listed[0].GetProperty("palette").EnumerateArray().Count(), Is.GreaterThan(5), "there is something to draw with");
        Assert.That(listed[0].GetProperty("palette_names").EnumerateArray().Select(n => n.GetString()), Does.Contain("door"));
        Assert.That(listed[0].GetProperty("examples").GetInt32(), Is.EqualTo(model.Inputs.Count));
        Assert.That(listed[0].GetProperty("side").GetInt32(), Is.EqualTo(128));

        Assert.That(Apart(await Translated(client, model, 1, ""), model.Outputs[1]), Is.LessThanOrEqualTo(MostLevels));
    }

    /// <summary>Photographs and pictures of much larger sides are translated, and a header says what to expect.</summary>
    [Test]
    public async Task RemarksTellOfPicturesThatTheModelDoesNotKnow()
    {
        var settings = new ServeSettings { Models = ["zoo:facades", "zoo:day-night"], Port = 0 };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        var drawn = new SyntheticFacades(1, 128).Draw(0);
        Assert.That(await RemarkOn("facades", new Picture(drawn.Labels)), Is.Null);
        Assert.That(await RemarkOn("facades", new Picture(drawn.Photo)), Does.StartWith("it is no label map"));
        var side = ZooModel.Find("zoo:day-night").Inputs[0].Width;
        Assert.That(await RemarkOn("day-night", new Picture(drawn.Photo).Resize(side, side)), Is.Null);
        Assert.That(await RemarkOn("day-night", new Picture(drawn.Photo).Resize(4 * side, side)), Does.Contain($"the {side} pixels"));

        async Task<string?> RemarkOn(string model, Picture picture)
        {
            using var body = new ByteArrayContent(PictureFile.EncodePng(picture, "input"));
            using var answer = await client.PostAsync($"api/models/{model}/translate?whole", body);
            return answer.Headers.TryGetValues("Ilgpugan-Remark", out var values) ? values.Single() : null;
        }
    }

    /// <summary>The format of the answer: by the query, by the header, else PNG.</summary>
    [TestCase("", null, "image/png")]
    [TestCase("", "*/*", "image/png")]
    [TestCase("", "image/*", "image/png")]
    [TestCase("", "image/jpeg", "image/jpeg")]
    [TestCase("", "image/png;q=0.5, image/webp", "image/webp")]
    [TestCase("", "text/html", "image/png")]
    [TestCase("?format=webp", "image/jpeg", "image/webp")]
    [TestCase("?format=jpeg", null, "image/jpeg")]
    public async Task ARequestChoosesTheFormat(string query, string? accept, string type)
    {
        var model = ZooModel.Find("zoo:facades");
        await using var server = await PictureServer.StartAsync(
            new ServeSettings { Models = [model.Path], Port = 0 }, Device.Open("cpu", threads: 1));
        using var client = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/models/facades/translate{query}")
        {
            Content = new ByteArrayContent(PictureFile.EncodePng(model.Inputs[0], "input")),
        };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        using var answer = await client.SendAsync(request);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
        var made = PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "answer");
        Assert.That((made.Width, made.Height), Is.EqualTo((128, 128)));
    }

    private static async Task<Picture> Translated(HttpClient client, ZooModel model, int input, string query)
    {
        using var body = new ByteArrayContent(PictureFile.EncodePng(model.Inputs[input], "input"));
        using var answer = await client.PostAsync($"api/models/{model.Name}/translate{query}", body);
        Assert.That(answer.IsSuccessStatusCode, $"{model.Name}{query}");
        return PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "answer");
    }

    /// <summary>The largest difference of two pictures, in levels.</summary>
    private static int Apart(Picture one, Picture other) => one.Layers[0].Bytes.Zip(other.Layers[0].Bytes, (a, b) => Math.Abs(a - b)).Max();

    private static double Brightness(Picture picture) => picture.Layers[0].Bytes.Average(level => (double)level);
}

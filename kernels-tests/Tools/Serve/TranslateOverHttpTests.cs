using System.Net;
using System.Text.Json;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Pictures sent over HTTP become what the command line makes of them, and what can't be done is said in one sentence.</summary>
public sealed class TranslateOverHttpTests : ServedTests
{
    [OneTimeSetUp]
    public async Task Start() => _served = await ServedFamilies.StartAsync(ServedFamilies.Names);

    [Test]
    public async Task ModelsAreListed()
    {
        var models = await Json("api/models");
        Assert.That(models.EnumerateArray().Select(m => m.GetProperty("name").GetString()), Is.EqualTo(ServedFamilies.Names));
        var spade = models.EnumerateArray().First(m => m.GetProperty("name").GetString() == "spade");
        Assert.That(
            spade.GetProperty("palette").EnumerateArray().Select(c => c.GetString()).ToList(),
            Has.Count.GreaterThan(3).And.All.Match("^#[0-9a-f]{6}$"));
        var stargan = models.EnumerateArray().First(m => m.GetProperty("name").GetString() == "stargan");
        Assert.That(
            stargan.GetProperty("labels")[0].GetProperty("names").EnumerateArray().Select(n => n.GetString()),
            Is.EqualTo(new[] { "maps", "photographs" }));
        Assert.That(
            models.EnumerateArray().Where(m => m.GetProperty("has_many_answers").GetBoolean())
                .Select(m => m.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "bicyclegan", "unsb" }));
        Assert.That(RandomFrom("unsb").GetInt32(), Is.EqualTo(1));
        Assert.That(RandomFrom("bridge").ValueKind, Is.EqualTo(JsonValueKind.Null), "it has no noise");

        JsonElement RandomFrom(string name) => models.EnumerateArray().First(m => m.GetProperty("name").GetString() == name)
            .GetProperty("steps").GetProperty("random_from");
    }

    [TestCaseSource(typeof(ServedFamilies), nameof(ServedFamilies.Names))]
    public async Task AFamilysAnswerIsTheCommands(string model)
    {
        var (query, options) = model == "stargan" ? ("label=photographs", new[] { "--label", "photographs" }) : ("", Array.Empty<string>());
        var map = ServedFamilies.Map();
        Assert.That(
            await _served.Translated(model, map, $"?{query}"), Is.EqualTo(await _served.ByCommand(model, map, options)), "one file");
        Assert.That(
            await _served.Translated(model, map, $"?{query}"), Is.EqualTo(await _served.ByCommandInFolder(model, map, options)),
            "a file of a folder");
        Assert.That(
            await _served.Translated(model, map, $"?{query}"), Is.EqualTo(await _served.ByCommand(model, map, options)), "and again");
        using var device = Device.Open("cpu");
        var settings = new TranslationSettings { Label = model == "stargan" ? "photographs" : null };
        Assert.That(
            await Translator.Open(_served.PathOf($"runs/{model}"), device, settings).TranslateAsync(map),
            Is.EqualTo(await _served.ByCommand(model, map, options)), "the library");
    }

    [TestCase(33, 70, 3, false)]
    [TestCase(1, 1, 1, false)]
    [TestCase(40, 32, 4, false)]
    [TestCase(31, 32, 2, false)]
    [TestCase(32, 32, 3, true)]
    public async Task PicturesOfAllKindsAreTheCommands(int width, int height, int channels, bool sixteenBits)
    {
        var picture = ServedFamilies.Noise(width, height, channels, sixteenBits);
        Assert.That(await _served.Translated("pix2pix", picture), Is.EqualTo(await _served.ByCommand("pix2pix", picture)));
    }

    [TestCase("pix2pix", "?eval=true", "--eval")]
    [TestCase("cyclegan", "?dropout-seed=5", "--dropout-seed", "5")]
    [TestCase("pix2pix", "?size=64", "--size", "64")]
    [TestCase("pix2pix", "?size=64&keep-size", "--size", "64", "--keep-size")]
    [TestCase("pix2pix", "?long-side=40", "--long-side", "40")]
    [TestCase("pix2pix", "?tile=32&overlap=8", "--tile", "32", "--overlap", "8")]
    [TestCase("cyclegan", "?direction=BtoA", "--direction", "BtoA")]
    [TestCase("cyclegan", "?direction=AtoB", "--direction", "AtoB")]
    [TestCase("bicyclegan", "?seed=9", "--seed", "9")]
    [TestCase("bicyclegan", "?samples=3&answer=3", "--samples", "3")]
    [TestCase("bridge", "?steps=3", "--steps", "3")]
    [TestCase("unsb", "?steps=1&seed=2", "--steps", "1", "--seed", "2")]
    [TestCase("stargan", "?label=maps", "--label", "maps")]
    public async Task OptionsMeanWhatTheyMeanThere(string model, string query, params string[] options)
    {
        var picture = ServedFamilies.Noise(70, 50, 3);
        Assert.That(await _served.Translated(model, picture, query), Is.EqualTo(await _served.ByCommand(model, picture, options)));
    }

    /// <summary>The style of another picture, which comes along in a form.</summary>
    [Test]
    public async Task AStyleIsTakenOver()
    {
        var (map, style) = (ServedFamilies.Map(1), ServedFamilies.Noise(40, 50, 3));
        var file = _served.PathOf("style.png");
        await File.WriteAllBytesAsync(file, style);
        using var answer = await _served.TranslateWithStyle("bicyclegan", map, style);
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(await _served.ByCommand("bicyclegan", map, "--style", file)));
        Assert.That(
            await _served.Translated("bicyclegan", map), Is.EqualTo(await _served.ByCommand("bicyclegan", map)),
            "the next is asked without");
    }

    [Test]
    public async Task AFormThatDoesNotFitIsExplained()
    {
        var (map, style) = (ServedFamilies.Map(), ServedFamilies.Noise(8, 8, 3));
        await Explained(await _served.TranslateWithStyle("pix2pix", map, style), "style does not fit");
        await Explained(await _served.TranslateWithStyle("bicyclegan", map, style, "?samples=2"), "samples");
        await Explained(await _served.TranslateWithStyle("bicyclegan", map, "no picture"u8.ToArray()), "PNG or JPEG");
        await Explained(await Send(new MultipartFormDataContent { { new ByteArrayContent(style), "style" } }), "no part 'picture'");
        await Explained(
            await Send(new MultipartFormDataContent { { new ByteArrayContent(map), "picture" }, { new ByteArrayContent(map), "picture" } }),
            "two parts");
        await Explained(await Send(new MultipartFormDataContent { { new ByteArrayContent(map), "file" } }), "part 'picture', not 'file'");
        await Explained(
            await Send(new MultipartFormDataContent { { new ByteArrayContent(map), "file" }, { new ByteArrayContent(map), "picture" } }),
            "no others: not 'file'");
        await Explained(await Send(new ByteArrayContent([])), "no body: curl --data-binary @picture.png");
        var damaged = new ByteArrayContent(map);
        damaged.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        await Explained(await Send(damaged), "damaged");
        var unprintable = new ByteArrayContent("--x\r\nContent\u001b[2J\r\n\r\n"u8.ToArray());
        unprintable.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        await Explained(await Send(unprintable), "damaged");
        var none = new ByteArrayContent(map);
        none.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        await Explained(await Send(none), "boundary");
        var endless = new ByteArrayContent(map);
        endless.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={new string('x', 4200)}");
        await Explained(await Send(endless), "boundary has 4200 characters");

        async Task<HttpResponseMessage> Send(HttpContent body) => await _served.Client.PostAsync("api/models/bicyclegan/translate", body);

        static async Task Explained(HttpResponseMessage answer, string word)
        {
            Assert.That((int)answer.StatusCode, Is.EqualTo(400), word);
            Assert.That(
                JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(),
                Does.Contain(word).And.Match(@"^[^\p{C}]+$"));
            answer.Dispose();
        }
    }

    /// <summary>Longer than the standard allows, as some programs make them.</summary>
    [Test]
    public async Task ALongBoundaryIsRead()
    {
        var boundary = new string('x', 71);
        using var body = new ByteArrayContent([
            .. Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"picture\"\r\n\r\n"),
            .. ServedFamilies.Map(), .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")]);
        body.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        using var answer = await _served.Client.PostAsync("api/models/pix2pix/translate", body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>Of what curl sends as the text of a form, only a file without ends of lines was sent by <c>curl -d</c>.</summary>
    [Test]
    public async Task WhatCurlLosesIsExplained()
    {
        var map = ServedFamilies.Map();
        Assert.That(await Error([.. map.Where(b => b is not (0 or 10 or 13))]), Does.Contain("by curl --data-binary @picture.png"));
        byte[] lost = [.. ServedFamilies.Noise(32, 32, 3).Skip(8).Where(b => b is not (0 or 10 or 13))];
        Assert.That(await Error([.. "RIFF"u8, .. lost]), Does.Contain("by curl --data-binary @picture.png"), "of any format");
        Assert.That(await Error([0xFF, 0xD8, 0xFF, 0xE1, .. lost[..26]]), Does.Not.Contain("curl"), "the first bytes of a JPEG");
        Assert.That(await Error([.. Enumerable.Repeat((byte)'x', 2000)]), Does.Not.Contain("curl"), "a text");
        Assert.That(await Error([0x1F, 0x8B, 8, 0, .. map[..20]]), Does.Contain("gunzip").And.Not.Contain("curl"));
        Assert.That(await Error(map[..^40]), Does.Not.Contain("curl"));

        async Task<string> Error(byte[] sent)
        {
            using var body = new ByteArrayContent(sent);
            body.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
            using var answer = await _served.Client.PostAsync("api/models/pix2pix/translate", body);
            Assert.That((int)answer.StatusCode, Is.EqualTo(400));
            return await answer.Content.ReadAsStringAsync();
        }
    }

    /// <summary>What one request asks does not reach the next, which shares the network.</summary>
    [TestCase("pix2pix", "?eval")]
    [TestCase("cyclegan", "?dropout-seed=2")]
    public async Task RequestsDoNotDisturbEachOther(string model, string other)
    {
        var map = ServedFamilies.Map(3);
        var queries = new[] { "", other, "?size=64" };
        var alone = new List<byte[]>();
        foreach (var query in queries)
        {
            alone.Add(await _served.Translated(model, map, query));
        }

        Assert.That(alone.Select(Convert.ToBase64String).Distinct().Count(), Is.GreaterThan(2), "the options change something");
        var together =
            await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _served.Translated(model, map, queries[i * 7 % queries.Length])));
        for (var i = 0; i < together.Length; i++)
        {
            Assert.That(together[i], Is.EqualTo(alone[i * 7 % queries.Length]), queries[i * 7 % queries.Length]);
        }
    }

    /// <summary>
    /// A photograph with more pixels than the server translates becomes what the command makes of it at the reduced size, in its
    /// proportions, with sides rounded up as the network needs. Of a label map each pixel keeps one of its colours.
    /// </summary>
    [TestCase(400, 300, "128x96")]
    [TestCase(300, 400, "96x128")]
    [TestCase(128, 80, null)]
    public async Task ALargePictureIsReduced(int width, int height, string? reduced)
    {
        const string model = "pix2pix";
        await using var served = await ServedFamilies.StartAsync([model], settings => settings with { MaxPixels = 128 * 96 });
        var picture = ServedFamilies.Noise(width, height, 3);
        using var answer = await served.Translate(model, picture);
        var made = PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "answer");
        var said = answer.Headers.TryGetValues("Ilgpugan-Reduced", out var sizes) ? sizes.Single() : null;
        Assert.That(said, Is.EqualTo(reduced), "the answer says so");
        Assert.That($"{made.Width}x{made.Height}", Is.EqualTo(reduced ?? $"{width}x{height}"));
        if (reduced is not null)
        {
            var small = PictureFile.EncodePng(PictureFile.Decode(picture, "noise").Resize(made.Width, made.Height), "small");
            Assert.That(PictureFile.EncodePng(made, "answer"), Is.EqualTo(await served.ByCommand(model, small)), "what the command makes");
        }
    }

    [Test]
    public async Task ALargeLabelMapKeepsItsColours()
    {
        await using var served = await ServedFamilies.StartAsync(["spade"], settings => settings with { MaxPixels = 64 * 64 });
        var map = new Picture(new SyntheticFacades(1, 128).Draw(0).Labels);
        using var answer = await served.Translate("spade", PictureFile.EncodePng(map, "map"));
        var half = new Picture(Halved(new SyntheticFacades(1, 128).Draw(0).Labels));
        Assert.That(
            await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(await served.ByCommand("spade", PictureFile.EncodePng(half, "half"))));
    }

    /// <summary>Every second pixel, as nearest neighbour takes them: those that hold the centres.</summary>
    private static Image Halved(Image image)
    {
        var (width, height) = (image.Width / 2, image.Height / 2);
        var bytes = new byte[width * height * image.Channels];
        for (var i = 0; i < bytes.Length; i++)
        {
            var (pixel, channel) = (i / image.Channels, i % image.Channels);
            var (x, y) = (((pixel % width) * 2) + 1, ((pixel / width) * 2) + 1);
            bytes[i] = image.Bytes[(((y * image.Width) + x) * image.Channels) + channel];
        }

        return new Image(width, height, image.Channels, bytes);
    }

    /// <summary>Beside a training: the newest checkpoint is used, and its step is said; a damaged one is not.</summary>
    [Test]
    public async Task ANewerCheckpointIsUsed()
    {
        await using var served = await ServedFamilies.StartAsync(["pix2pix", "dcgan"]);
        var latest = served.PathOf("runs/pix2pix/checkpoints/latest.safetensors");
        var map = ServedFamilies.Map();
        using var first = await served.Translate("pix2pix", map);
        Assert.That(first.Headers.GetValues("Ilgpugan-Step").Single(), Is.EqualTo("2"));
        Assert.That(await Steps(served), Is.EqualTo(new[] { 2, 6 }));

        served.TrainOn("pix2pix", steps: 5);
        using var second = await served.Translate("pix2pix", map);
        Assert.That(second.Headers.GetValues("Ilgpugan-Step").Single(), Is.EqualTo("5"));
        Assert.That(await second.Content.ReadAsByteArrayAsync(), Is.EqualTo(await served.ByCommand("pix2pix", map)));
        Assert.That(await second.Content.ReadAsByteArrayAsync(), Is.Not.EqualTo(await first.Content.ReadAsByteArrayAsync()));
        var generated = await served.Generated("dcgan");
        served.TrainOn("dcgan", steps: 9);
        Assert.That(await served.Generated("dcgan"), Is.Not.EqualTo(generated).And.EqualTo(await served.GeneratedByCommand("dcgan")));
        Assert.That(await Steps(served), Is.EqualTo(new[] { 5, 9 }));

        await File.WriteAllBytesAsync(latest, [1, 2, 3]);
        Assert.That(await served.Translated("pix2pix", map), Is.EqualTo(await second.Content.ReadAsByteArrayAsync()));
        Assert.That(served.Failures, Has.Count.EqualTo(1), "the damaged one is reported once");
        File.Delete(latest);
        Assert.That(await served.Translated("pix2pix", map), Is.EqualTo(await second.Content.ReadAsByteArrayAsync()));

        static async Task<int[]> Steps(ServedFamilies served) =>
            [.. JsonDocument.Parse(await served.Client.GetStringAsync("api/models")).RootElement.EnumerateArray()
                .Select(m => m.GetProperty("step").GetInt32())];
    }

    /// <summary>A folder of the reference's checkpoints, of which its training adds and overwrites files; through a link, too.</summary>
    [TestCase("theirs")]
    [TestCase("link.pth")]
    public async Task ANewerFileOfTheReferenceIsUsed(string model)
    {
        using var files = new TinyRun();
        using var device = Device.Open("cpu", threads: 1);
        Directory.CreateDirectory(files.PathOf("theirs"));
        var latest = Path.Combine(files.PathOf("theirs"), "latest_net_G.pth");
        Write(model == "theirs" ? "20_net_G.pth" : "latest_net_G.pth", 1);
        if (model == "link.pth")
        {
            File.CreateSymbolicLink(files.PathOf(model), latest);
        }

        var failures = new List<Exception>();
        var settings = new ServeSettings { Models = [files.PathOf(model)], Port = 0, Failed = failures.Add };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        using var client = new HttpClient { BaseAddress = server.Address };
        var answers = new List<byte[]> { await Answer() };
        for (var seed = 2U; seed <= 3; seed++)
        {
            Write("latest_net_G.pth", seed);
            answers.Add(await Answer());
            Assert.That(answers[^1], Is.Not.EqualTo(answers[^2]), $"file {seed}");
        }

        Assert.That(failures, Is.Empty);
        if (model == "theirs")
        {
            Write("latest_net_G_B.pth", 4);
            Assert.That(await Answer(), Is.EqualTo(answers[^1]), "of two generators none is the model");
            Assert.That(failures, Has.Count.EqualTo(1));
        }

        void Write(string name, uint seed) => NetworkExporter.ToPth(
            new UNet(3, 3, downs: 5, ngf: 4).Initialize(seed).To(device), Path.Combine(files.PathOf("theirs"), name));

        async Task<byte[]> Answer()
        {
            using var body = new ByteArrayContent(ServedFamilies.Map());
            using var answer = await client.PostAsync($"api/models/{Path.GetFileNameWithoutExtension(model)}/translate", body);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            Assert.That((int)answer.StatusCode, Is.EqualTo(200), System.Text.Encoding.UTF8.GetString(bytes));
            return bytes;
        }
    }

    private static IEnumerable<TestCaseData> Mistakes()
    {
        var map = ServedFamilies.Map();
        yield return Case("text", "pix2pix", "no picture"u8.ToArray(), "", 400, "PNG or JPEG");
        yield return Case("cut", "pix2pix", map[..^40], "", 400, "picture");
        yield return Case("damaged", "pix2pix", [.. map[..60], .. new byte[20], .. map[80..]], "", 400, "picture");
        yield return Case("huge by its header", "pix2pix", ServedFamilies.Header(60_000, 60_000), "", 413, "60000x60000");
        yield return Case("no such model", "nobody", map, "", 404, "model");
        yield return Case("a path", "..%2F..%2Fetc%2Fpasswd", map, "", 404, "model");
        yield return Case("unknown option", "pix2pix", map, "?sized=3", 400, "sized");
        yield return Case("scratch", "pix2pix", map, "?scratch=/tmp", 400, "scratch");
        yield return Case("style", "bicyclegan", map, "?style=/etc/passwd", 400, "style");
        yield return Case("twice", "pix2pix", map, "?size=32&size=64", 400, "2 times");
        yield return Case("no number", "pix2pix", map, "?size=big", 400, "size");
        yield return Case("nothing printable", "pix2pix", map, "?size=%1B%5B2J", 400, "size");
        yield return Case("size out of bounds", "pix2pix", map, "?size=0", 400, "size");
        yield return Case("size too large", "pix2pix", map, "?size=16000", 413, "16000");
        yield return Case("a size beyond the settings", "pix2pix", map, "?size=16385", 400, "between 1 and 16384");
        yield return Case("a long side beyond the settings", "pix2pix", map, "?long-side=16385", 400, "between 1 and 16384");
        yield return Case("no flag", "pix2pix", map, "?eval=perhaps", 400, "perhaps");
        yield return Case("no direction", "pix2pix", map, "?direction=up", 400, "up");
        yield return Case("other direction", "pix2pix", map, "?direction=BtoA", 400, "BtoA");
        yield return Case("no label", "stargan", map, "", 400, "label is missing");
        yield return Case("unknown label", "stargan", map, "?label=cats", 400, "cats");
        yield return Case("label where none is", "pix2pix", map, "?label=cats", 400, "label does not fit");
        yield return Case("too late an answer", "bicyclegan", map, "?samples=2&answer=3", 400, "answer 3");
        yield return Case("an empty number", "bicyclegan", map, "?samples=", 400, "samples needs a whole number, not ''");
        yield return Case("samples where one is", "pix2pix", map, "?samples=3", 400, "samples does not fit");
        yield return Case("masks of no dropout", "pix2pix", map, "?dropout-seed=1", 400, "dropout-seed does not fit");
        yield return Case("a tile that does not fit", "pix2pix", map, "?tile=33", 400, "tile");
        yield return Case("an overlap without tiles", "pix2pix", map, "?overlap=8", 400, "overlap 8 is for tiles");
        yield return Case("too many tiles", "cyclegan", ServedFamilies.Noise(512, 512, 3), "?tile=4&overlap=1", 400, "29241 tiles");

        static TestCaseData Case(string name, string model, byte[] picture, string query, int status, string word) =>
            new TestCaseData(model, picture, query, status, word).SetName($"{nameof(AMistakeIsExplained)}({name})");
    }

    [TestCaseSource(nameof(Mistakes))]
    public async Task AMistakeIsExplained(string model, byte[] picture, string query, int status, string word)
    {
        using var answer = await _served.Translate(model, picture, query);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!;
        Assert.That(error, Does.Contain(word).And.Not.Contain("Exception").And.Not.Contain("--").And.Not.Contain(_served.PathOf("")));
        Assert.That(error, Does.Not.Contain("\n"));
        Assert.That(await _served.Translated("pix2pix", ServedFamilies.Map()), Is.Not.Empty, "the server goes on");
    }

    [TestCase("GET", "api/models/pix2pix/translate", 405)]
    [TestCase("POST", "api/models", 405)]
    [TestCase("DELETE", "api/runs/pix2pix", 405)]
    [TestCase("GET", "api/nothing", 404)]
    [TestCase("GET", "page.jsx", 404)]
    [TestCase("GET", "..%2f..%2fetc/passwd", 404)]
    public async Task OtherAddressesAreRefused(string method, string address, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var answer = await _served.Client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That(
            JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task TheServerSaysThatItIsWell()
    {
        var health = await Json("health");
        Assert.That(
            (health.GetProperty("status").GetString(), health.GetProperty("models").GetInt32(), health.GetProperty("taken").GetInt32()),
            Is.EqualTo(("ok", ServedFamilies.Names.Count, 0)));
    }

    /// <summary>Every address that the document names is there, and it names every option that is taken.</summary>
    [Test]
    public async Task TheInterfaceIsDescribed()
    {
        var document = await Json("openapi.json");
        Assert.That(document.GetProperty("openapi").GetString(), Does.StartWith("3."));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject().Select(m => m.Name.ToUpperInvariant()))
            {
                using var request = new HttpRequestMessage(
                    new HttpMethod(method),
                    path.Name.Replace("{name}", "pix2pix").Replace("{index}", "0") + (path.Name.EndsWith("events") ? "?run=pix2pix" : ""));
                using var answer = await _served.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.That(
                    (int)answer.StatusCode, method == "GET" ? Is.EqualTo(200) : Is.EqualTo(400).Or.EqualTo(409), $"{method} {path.Name}");
            }
        }

        var options = document.GetProperty("paths").GetProperty("/api/models/{name}/translate").GetProperty("post")
            .GetProperty("parameters").EnumerateArray()
            .Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString());
        Assert.That(options, Is.SupersetOf(new[] { "direction", "label", "samples", "seed", "size" }));
    }

    /// <summary>Of a picture of the shape of the run's pairs the input half is translated, and a header says so.</summary>
    [Test]
    public async Task OfAPairTheInputIsTranslated()
    {
        var pair = ServedFamilies.Noise(64, 32, 3);
        var half = PngEncoder.Encode(ImageFile.Load(pair).Crop(0, 0, 32, 32));
        using var answer = await _served.Client.PostAsync("api/models/pix2pix/translate", new ByteArrayContent(pair));
        Assert.That(answer.Headers.GetValues("Ilgpugan-Half"), Is.EqualTo(new[] { "left" }));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(await _served.Translated("pix2pix", half)));
        Assert.That(await _served.Translated("pix2pix", pair, "?whole"), Is.EqualTo(await _served.ByCommand("pix2pix", pair, "--whole")));
    }

    /// <summary>A remark may name a file, and a header holds ASCII alone.</summary>
    [Test]
    public void ARemarkIsAscii()
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        TranslationEndpoint.Tell(context, half: null, reducedTo: null, ["Gem\u00E4lde.onnx takes 64x64 pixels"]);
        Assert.That(context.Response.Headers["Ilgpugan-Remark"].Single(), Is.EqualTo("Gem%C3%A4lde.onnx takes 64x64 pixels"));
    }

    /// <summary>A picture that is complete but for a trifle is translated, and a header says what is missing.</summary>
    [Test]
    public async Task ARemarkComesInAHeader()
    {
        var whole = ServedFamilies.Map();
        using var plain = await _served.Client.PostAsync("api/models/pix2pix/translate", new ByteArrayContent(whole));
        using var cut = await _served.Client.PostAsync("api/models/pix2pix/translate", new ByteArrayContent(whole[..^12]));
        Assert.That(plain.Headers.Contains("Ilgpugan-Remark"), Is.False);
        Assert.That(cut.Headers.GetValues("Ilgpugan-Remark").Single(), Does.Contain("IEND"));
        Assert.That(await cut.Content.ReadAsByteArrayAsync(), Is.EqualTo(await plain.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Whoever asks for no more than the headers gets those.</summary>
    [TestCase("")]
    [TestCase("health")]
    [TestCase("api/models")]
    public async Task HeadersAloneAreAnswered(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        using var answer = await _served.Client.SendAsync(request);
        Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.OK, "")));
    }

    [Test]
    public async Task ExamplesAreInputsOfTheRun()
    {
        var example = ImageFile.Load(await _served.Client.GetByteArrayAsync("api/models/pix2pix/examples/0"));
        Assert.That((example.Width, example.Height, example.Channels), Is.EqualTo((32, 32, 3)));
        using var none = await _served.Client.GetAsync("api/models/pix2pix/examples/99");
        Assert.That(none.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private async Task<JsonElement> Json(string address) => JsonDocument.Parse(await _served.Client.GetStringAsync(address)).RootElement;

    /// <summary>A PNG of no more than its signature and header.</summary>
}

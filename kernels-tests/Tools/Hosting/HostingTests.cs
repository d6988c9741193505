using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using IlgpuGan.Hosting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.ToolsTests.Serve;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IlgpuGan.ToolsTests.Hosting;

/// <summary>Models as services of an application, and behind a web server.</summary>
internal sealed class HostingTests
{
    private TinyRun _runs = null!;
    private byte[][] _drawings = null!;
    private byte[][] _expected = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _runs = new TinyRun();
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1, SampleFreq = 1 }); // Its samples tell what it reads.
        var drawings = Enumerable.Range(0, 5).Select(i => new Picture(new SyntheticFacades(5, 32).Draw(i).Labels)).ToList();
        _drawings = [.. drawings.Select(d => PictureFile.Encode(d, ImageFormat.Png, "drawing"))];
        using var device = Device.Open("cpu");
        var translator = Translator.Open(_runs.PathOf("run"), device);
        _expected = [.. drawings.Select(d => PictureFile.Encode(translator.Translate(d), ImageFormat.Png, "house"))];
    }

    [OneTimeTearDown]
    public void RemoveRuns() => _runs.Dispose();

    [Test]
    public async Task TwoHundredRequestsGetTheirOwnPictures()
    {
        await using var app = WebApplication();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var answer = await client.PostAsync("houses", new ByteArrayContent(_drawings[i % 5]));
            return (answer.StatusCode, Bytes: await answer.Content.ReadAsByteArrayAsync());
        }));
        Assert.That(answers.Select(a => a.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.That(answers[i].Bytes, Is.EqualTo(_expected[i % 5]), $"request {i}");
        }

        using var none = await client.PostAsync("houses", new StringContent("no picture", MediaTypeHeaderValue.Parse("image/png")));
        Assert.That(none.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await client.GetStringAsync("health"), Is.EqualTo("Healthy"));
    }

    [Test]
    public async Task NoMoreStreamsAreReadAtOnceThanMayBe()
    {
        await using var services = Services(options => options.MaxConcurrency = 2);
        var translator = services.GetRequiredService<ITranslator>();
        var streams = Enumerable.Range(0, 20).Select(i => new BlockedStream(_drawings[i % 5])).ToList();
        var made = streams.Select(stream => translator.TranslateAsync(stream)).ToList();
        Assert.That(streams.Count(stream => stream.IsAsked), Is.EqualTo(8), "four for each that is translated");
        streams.ForEach(stream => stream.Open.SetResult());
        var all = await Task.WhenAll(made);
        Assert.That(all.Select((m, i) => m.SequenceEqual(_expected[i % 5])), Is.All.True);
    }

    /// <summary>Who sends slowly keeps nobody waiting, and has as much more time as what arrives takes on the slowest line.</summary>
    [Test]
    [MaxSeconds(6)] // Longer than a limit of time that is said in whole seconds.
    public async Task AStreamThatDoesNotArriveHoldsNobodyUp()
    {
        await using var services = Services(options => (options.MaxConcurrency, options.Patience) = (1, TimeSpan.FromSeconds(1)));
        var translator = services.GetRequiredService<ITranslator>();
        var (late, slow) = (new BlockedStream(_drawings[0]), new SteadyStream(ServedFamilies.Noise(160, 160, 3)));
        var (lost, steady) = (translator.TranslateAsync(late), translator.TranslateAsync(slow));
        var limit = TimeSpan.FromSeconds(20);
        Assert.That(await translator.TranslateAsync(new MemoryStream(_drawings[1])).WaitAsync(limit), Is.EqualTo(_expected[1]));
        Assert.That(
            async () => await lost.WaitAsync(limit),
            Throws.TypeOf<PictureException>().With.Message.EqualTo("the picture did not arrive within 1 s")
                .And.InnerException.Property("Status").EqualTo(408));
        Assert.That(await steady.WaitAsync(limit), Is.Not.Empty);
    }

    [Test]
    public async Task OneMoreThanMayWaitIsRefused()
    {
        await using var services = Services(options => (options.MaxConcurrency, options.MaxQueueLength) = (1, 1));
        var translator = services.GetRequiredService<ITranslator>();
        _ = await translator.TranslateAsync(_drawings[0]); // Opens the models, which no stream waits for.
        var (first, second) = (new BlockedStream(_drawings[0]), new BlockedStream(_drawings[1]));
        var (one, two) = (translator.TranslateAsync(first), translator.TranslateAsync(second));
        Assert.That(async () => await translator.TranslateAsync(_drawings[2]), Throws.TypeOf<TranslatorBusyException>());
        Assert.That(await Health(services), Is.EqualTo(HealthStatus.Degraded));
        first.Open.SetResult();
        second.Open.SetResult();
        Assert.That(await one, Is.EqualTo(_expected[0]));
        Assert.That(await two, Is.EqualTo(_expected[1]));
        Assert.That(await translator.TranslateAsync(_drawings[2]), Is.EqualTo(_expected[2]));
    }

    /// <summary>The largest numbers are no limits.</summary>
    [TestCase(8, int.MaxValue)]
    [TestCase(int.MaxValue, 1000)]
    public async Task AnyNumberMayBeAllowed(int concurrency, int queueLength)
    {
        await using var services =
            Services(options => (options.MaxConcurrency, options.MaxQueueLength) = (concurrency, queueLength));
        Assert.That(await services.GetRequiredService<ITranslator>().TranslateAsync(_drawings[0]), Is.EqualTo(_expected[0]));
        Assert.That(await Health(services), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task ACancelledRequestLeavesItsPlaceToOthers()
    {
        await using var services = Services(options => options.MaxConcurrency = 1);
        var translator = services.GetRequiredService<ITranslator>();
        using var cancellation = new CancellationTokenSource();
        var blocked = translator.TranslateAsync(new BlockedStream(_drawings[0]), ImageFormat.Png, cancellation.Token);
        var waiting = translator.TranslateAsync(_drawings[1]);
        await cancellation.CancelAsync();
        Assert.That(async () => await blocked, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await waiting, Is.EqualTo(_expected[1]));
    }

    /// <summary>For a place or for a stream, and also without a token: nothing is left that could end it otherwise.</summary>
    [Test]
    public async Task TheEndOfTheApplicationEndsWhatWaits()
    {
        var services = Services(options => options.MaxConcurrency = 1);
        var translator = services.GetRequiredService<ITranslator>();
        Task[] waiting = [.. Enumerable.Range(0, 5).Select(_ => translator.TranslateAsync(new BlockedStream(_drawings[0])))];
        await services.DisposeAsync();
        foreach (var task in waiting.Append(translator.TranslateAsync(_drawings[2])))
        {
            Assert.That(async () => await task.WaitAsync(TimeSpan.FromSeconds(10)), Throws.TypeOf<ObjectDisposedException>());
        }
    }

    [Test]
    public async Task StreamsWithoutAnEndAreRefused()
    {
        await using var services = Services(options => options.MaxBytes = 1000);
        Assert.That(
            async () => await services.GetRequiredService<ITranslator>().TranslateAsync(new MemoryStream(new byte[1001])),
            Throws.TypeOf<PictureException>().With.Message.EqualTo("the picture has more than 1000 bytes"));
        await using var usual = Services(options => options.MaxBytes = 1 << 20);
        Assert.That(
            async () => await usual.GetRequiredService<ITranslator>().TranslateAsync(new MemoryStream(new byte[(1 << 20) + 1])),
            Throws.TypeOf<PictureException>().With.Message.EqualTo("the picture has more than 1 MB"));
    }

    /// <summary>What there is to say of a picture comes with its translation: a half, a smaller copy, no label map, a large one.</summary>
    [TestCase("drawing", null, null, null)]
    [TestCase("pair", "left", null, null)]
    [TestCase("photo", null, "64x48", "it is no label map")]
    [TestCase("large", null, null, "4 times the 32 pixels")]
    [TestCase("cut", null, null, "IEND")]
    public async Task AResultSaysWhatWasTranslated(string picture, string? half, string? reducedTo, string? remark)
    {
        await using var services = Services(options => options.MaxPixels = picture == "large" ? 1 << 20 : 64 * 64);
        var made = await services.GetRequiredService<ITranslator>().TranslateFileAsync(new MemoryStream(Sent(picture)), ImageFormat.WebP);
        Assert.That((made.Half, made.ReducedTo), Is.EqualTo((half, reducedTo)));
        Assert.That(made.Remarks, remark is null ? Is.Empty : Has.Some.Contains(remark));
        Assert.That(PictureFile.Decode(made.File, "made").Height, Is.EqualTo(picture == "large" ? 128 : reducedTo is null ? 32 : 48));
        Assert.That(made.File.AsSpan(8, 4).ToArray(), Is.EqualTo("WEBP"u8.ToArray()));
    }

    private byte[] Sent(string picture)
    {
        var photo = new Picture(new SyntheticFacades(1, 32).Draw(0).Photo);
        return picture switch
        {
            "pair" => PictureFile.EncodePng(Mosaic.Row(PictureFile.Decode(_drawings[0], "drawing"), photo), "pair"),
            "photo" => PictureFile.EncodePng(photo.Resize(256, 192), "photo"),
            "large" => PictureFile.EncodePng(new Picture(new SyntheticFacades(1, 128).Draw(0).Labels), "large"),
            "cut" => _drawings[0][..^12],
            _ => _drawings[0],
        };
    }

    /// <summary>Too much is 413, a format is chosen by the query or by Accept, and what curl -d loses is explained.</summary>
    [Test]
    public async Task RequestsAreAnsweredAsByTheServer()
    {
        await using var app = WebApplication(configure: options => options.MaxBytes = 1 << 20);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var large = await client.PostAsync("paint", Png(new byte[(1 << 20) + 1]));
        Assert.That((int)large.StatusCode, Is.EqualTo(413));
        Assert.That(await large.Content.ReadAsStringAsync(), Does.Contain("1 MB"));
        Assert.That(
            await client.GetStringAsync("paint/openapi.json"),
            Does.Contain("of at most 1 MB").And.Contain("image/webp").And.Contain("\"408\""));

        using var asked = await client.PostAsync("paint?format=jpg", Png(_drawings[0]));
        Assert.That(asked.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/jpeg"));
        using var wrong = await client.PostAsync("paint?format=gif", Png(_drawings[0]));
        Assert.That((int)wrong.StatusCode, Is.EqualTo(400));
        client.DefaultRequestHeaders.Add("Accept", "image/webp,*/*;q=0.8");
        using var accepted = await client.PostAsync("paint/api/models/houses/translate", Png(_drawings[0]));
        Assert.That(accepted.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/webp"));
        Assert.That(accepted.Headers.Vary, Does.Contain("Accept"));

        var text = new ByteArrayContent([.. _drawings[0].Where(b => b is not (10 or 13))]);
        text.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var lost = await client.PostAsync("paint", text);
        Assert.That(await lost.Content.ReadAsStringAsync(), Does.Contain("--data-binary @picture.png"));
        using var form = new MultipartFormDataContent
        {
            { Png(_drawings[0]), "picture", "a.png" }, { Png(_drawings[0]), "photo", "a.png" },
        };
        using var parts = await client.PostAsync("paint", form);
        Assert.That(await parts.Content.ReadAsStringAsync(), Does.Contain("a form has one part, picture").And.Not.Contain("style"));
    }

    [Test]
    public async Task DurationsAreMeasuredByModelAndError()
    {
        await using var services = Services(options =>
        {
            options.Add("again", _runs.PathOf("run"));
            (options.MaxConcurrency, options.MaxQueueLength) = (1, 0);
        });
        var measured = new List<(double Seconds, string Model, string? Error)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "IlgpuGan.Hosting" && instrument.Name.EndsWith("duration", StringComparison.Ordinal))
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => (string?)t.Value);
            measured.Add((seconds, all["model"]!, all.GetValueOrDefault("error.type")));
        });
        listener.Start();
        var translator = services.GetRequiredKeyedService<ITranslator>("again");
        var blocked = new BlockedStream(_drawings[0]);
        var first = translator.TranslateAsync(blocked);
        Assert.That(async () => await translator.TranslateAsync(_drawings[1]), Throws.TypeOf<TranslatorBusyException>());
        blocked.Open.SetResult();
        await first;
        Assert.That(async () => await translator.TranslateAsync(new byte[] { 1, 2, 3 }), Throws.TypeOf<PictureException>());
        Assert.That(measured.Select(m => m.Model), Is.EqualTo(new[] { "again", "again", "again" }));
        Assert.That(
            measured.Select(m => m.Error),
            Is.EqualTo(new[] { typeof(TranslatorBusyException).FullName, null, typeof(PictureException).FullName }));
        Assert.That(measured[1].Seconds, Is.GreaterThan(0));
        Assert.That(services.GetRequiredService<ITranslator>().Name, Is.EqualTo("houses"), "the first, as POST on the page's path");
    }

    [Test]
    public async Task AHostWithoutItsModelDoesNotStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddIlgpuGan(options => options.Add("houses", _runs.PathOf("nowhere")));
        using var host = builder.Build();
        Assert.That(async () => await host.StartAsync(), Throws.TypeOf<RunException>().With.Message.Contains("nowhere"));
        await using var services = Services();
        Assert.That(await Health(services), Is.EqualTo(HealthStatus.Unhealthy), "nothing is open yet");
    }

    /// <summary>Without a host, who asks again may find the model in its place.</summary>
    [Test]
    public async Task AModelThatCouldNotBeOpenedIsTriedAgain()
    {
        var late = _runs.PathOf("late.safetensors");
        await using var services = Services(options => options.Add("late", late));
        var translator = services.GetRequiredKeyedService<ITranslator>("late");
        Assert.That(async () => await translator.TranslateAsync(_drawings[0]), Throws.Exception);
        File.Copy(new RunDirectory(_runs.PathOf("run")).Latest, late);
        Assert.That(await translator.TranslateAsync(_drawings[0]), Is.EqualTo(_expected[0]));
    }

    [Test]
    public void WhatCanNotBeMeantIsRefused()
    {
        Fails.With<ArgumentException>(() => new ServiceCollection().AddIlgpuGan(_ => { }), "needs a model");
        Assert.That(
            () => new ServiceCollection().AddIlgpuGan(o => o.Add("a", "zoo:facades").MaxConcurrency = 0),
            Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => new ServiceCollection().AddIlgpuGan(o => o.Add("a", "zoo:facades").Patience = TimeSpan.Zero),
            Throws.InstanceOf<ArgumentException>());
        Fails.With<ArgumentException>(
            () => new ServiceCollection().AddIlgpuGan(o => o.Add("a", "zoo:facades")).AddIlgpuGan(o => o.Add("b", "zoo:facades")),
            "in one call");
        Fails.Starting<ArgumentException>(
            () => new TranslatorOptions().Add("a", "zoo:facades").Add("a", "runs/a"),
            "runs/a: there is a model 'a' already, zoo:facades; give this one another name");
    }

    /// <summary>Who hangs up while a picture is on its way is no failure of the application, and none is logged.</summary>
    [Test]
    public void ASenderWhoHangsUpIsNoFailure()
    {
        var log = new LogLevels();
        var options = new TranslatorOptions { Device = "cpu" }.Add("houses", _runs.PathOf("run"));
        using var translators = new HostedTranslators(options, log, meters: null);
        var torn = new BlockedStream(_drawings[0]);
        torn.Open.SetException(new BadHttpRequestException("the body ends before its length"));
        Assert.That(
            async () => await translators.First.TranslateAsync(torn, ImageFormat.Png, CancellationToken.None),
            Throws.TypeOf<BadHttpRequestException>());
        Assert.That(log.All, Is.Not.Empty.And.All.EqualTo(LogLevel.Information));
    }

    /// <summary>An endpoint that passes on its body gets forms as well, whatever their parts' headers look like.</summary>
    [Test]
    public async Task TheBodyOfAFormIsItsPicture()
    {
        await using var app = WebApplication();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        foreach (var address in new[] { "houses", "paint", "paint/api/models/houses/translate" })
        {
            using var form = new MultipartFormDataContent { { Png(_drawings[1]), "picture", "drawing.png" } };
            using var answer = await client.PostAsync(address, form);
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_expected[1]), address);
            await Refused(address, new MultipartFormDataContent { { Png(_drawings[1]), "photo" } }, "photo");
            await Refused(address, new MultipartFormDataContent { { Png(_drawings[1]), "style" } }, "the form has no part");
            await Refused(address, new ByteArrayContent("--x\r\nContent-Nothing\r\n"u8.ToArray()), "damaged");
            await Refused(address, new StringContent("-- no form, no picture"), "PNG or JPEG");
        }

        async Task Refused(string address, HttpContent body, string word)
        {
            using var answer = await client.PostAsync(address, body);
            Assert.That((int)answer.StatusCode, Is.EqualTo(400), address);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(word));
            body.Dispose();
        }
    }

    /// <summary>Of a picture in the shape of the training pairs the input half is translated, as by the command and the server.</summary>
    [Test]
    public async Task OfAPairTheInputIsTranslated()
    {
        await using var services = Services(
            options => options.Add("whole", _runs.PathOf("run"), new TranslationSettings { Whole = true }));
        var pair = Mosaic.Row(PictureFile.Decode(_drawings[2], "drawing"), new Picture(new SyntheticFacades(1, 32).Draw(0).Photo));
        var file = PictureFile.EncodePng(pair, "pair");
        Assert.That(await services.GetRequiredKeyedService<ITranslator>("houses").TranslateAsync(file), Is.EqualTo(_expected[2]));
        var whole = await services.GetRequiredKeyedService<ITranslator>("whole").TranslateAsync(file);
        Assert.That(PictureFile.Decode(whole, "whole").Width, Is.EqualTo(64));
    }

    /// <summary>A photograph is reduced to the pixels that are allowed, by the program and by a request.</summary>
    [Test]
    public async Task LargePicturesAreReduced()
    {
        var large = new Picture(new SyntheticFacades(1, 256).Draw(0).Photo).Resize(256, 192);
        await using var services = Services(options => options.MaxPixels = 64 * 64);
        var translator = services.GetRequiredService<ITranslator>();
        var made = PictureFile.Decode(await translator.TranslateAsync(PictureFile.EncodePng(large, "large")), "made");
        Assert.That((made.Width, made.Height), Is.EqualTo((64, 48)));
        Assert.That((await translator.TranslateAsync(large)).Width, Is.EqualTo(64));
        var whole = new TranslationSettings { MaxPixels = 1 << 20 };
        await using var own = Services(options => options.Add("large", _runs.PathOf("run"), whole));
        Assert.That((await own.GetRequiredKeyedService<ITranslator>("large").TranslateAsync(large)).Width, Is.EqualTo(256));
    }

    /// <summary>A line of the application: the page, its models with examples, translations, errors, the description.</summary>
    [TestCase("/paint")]
    [TestCase("/a/deeper/place/")]
    public async Task OneLineMapsThePage(string pattern)
    {
        await using var app = WebApplication(pattern);
        await app.StartAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
        var place = pattern.TrimEnd('/');
        using var beside = await client.GetAsync(place);
        Assert.That(beside.Headers.Location!.OriginalString, Is.EqualTo(place + "/"));
        using var page = await client.GetAsync(place + "/");
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("data-parts=\"models\"").And.Contain("src=\"page.js\""));
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
        Assert.That((await client.GetAsync(place + "/page.js")).Content.Headers.ContentType!.MediaType, Is.EqualTo("text/javascript"));
        var models = JsonDocument.Parse(await client.GetStringAsync(place + "/api/models")).RootElement;
        Assert.That(models.EnumerateArray().Single().GetProperty("name").GetString(), Is.EqualTo("houses"));
        var document = JsonDocument.Parse(await client.GetStringAsync(place + "/openapi.json")).RootElement;
        Assert.That(document.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo(place));
        Assert.That(
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name), Is.EquivalentTo(new[]
            {
                "/", "/api/models", "/api/models/{name}/translate", "/api/models/{name}/examples/{index}",
            }));
        var parts = document.GetProperty("paths").GetProperty("/").GetProperty("post").GetProperty("requestBody").GetProperty("content")
            .GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties");
        Assert.That(parts.EnumerateObject().Single().Name, Is.EqualTo("picture"), "a style is refused");
        foreach (var address in new[] { place, place + "/", place + "/api/models/houses/translate" })
        {
            using var answer = await client.PostAsync(address, Png(_drawings[2]));
            Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_expected[2]), address);
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/png"));
            using var refused = await client.PostAsync(address, new StringContent("no picture"));
            Assert.That((int)refused.StatusCode, Is.EqualTo(400));
            Assert.That(
                JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString(),
                Does.Contain("PNG or JPEG"));
        }

        using var nobody = await client.PostAsync(place + "/api/models/nobody/translate", Png(_drawings[2]));
        Assert.That((int)nobody.StatusCode, Is.EqualTo(404));
        Assert.That((int)(await client.GetAsync(place + "/api/models/houses/examples/9")).StatusCode, Is.EqualTo(404));
        Assert.That((int)(await client.GetAsync(place + "/api/runs")).StatusCode, Is.EqualTo(404), "it shows models alone");
    }

    /// <summary>As by the server, headers say what of a picture was translated and what is wrong with it.</summary>
    [TestCase("drawing", null, null, null)]
    [TestCase("pair", "left", null, null)]
    [TestCase("photo", null, "64x48", "it is no label map")]
    [TestCase("cut", null, null, "IEND")]
    public async Task ThePageIsToldWhatWasTranslated(string picture, string? half, string? reducedTo, string? remark)
    {
        await using var app = WebApplication(configure: options => options.MaxPixels = 64 * 64);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.PostAsync("paint", Png(Sent(picture)));
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        Assert.That(Header("Half"), Is.EqualTo(half));
        Assert.That(Header("Reduced"), Is.EqualTo(reducedTo));
        Assert.That(Header("Remark"), remark is null ? Is.Null : Does.Contain(remark));

        string? Header(string name) => answer.Headers.TryGetValues($"Ilgpugan-{name}", out var values) ? values.Single() : null;
    }

    [Test]
    public async Task APageWithoutModelsIsAMistakeOfTheProgram()
    {
        await using var app = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().Build();
        Assert.That(() => app.MapIlgpuGan("/paint"), Throws.InvalidOperationException.With.Message.Contains("AddIlgpuGan"));
    }

    /// <summary>What would be ignored is refused, as by the server; the page itself asks with an empty query.</summary>
    [TestCase("paint?size=64", "no option 'size'")]
    [TestCase("paint/api/models/houses/translate?whole", "no option 'whole'")]
    [TestCase("paint/api/models/houses/translate?", null)]
    public async Task OptionsOfTheQueryAreRefused(string address, string? words)
    {
        await using var app = WebApplication();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.PostAsync(address, Png(_drawings[0]));
        Assert.That((int)answer.StatusCode, Is.EqualTo(words is null ? 200 : 400));
        if (words is not null)
        {
            using var error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.That(error.RootElement.GetProperty("error").GetString(), Does.Contain(words));
        }
    }

    /// <summary>A second model takes nothing from an endpoint that names none.</summary>
    [Test]
    public async Task WithSeveralModelsTheFirstNeedsNoName()
    {
        await using var app = WebApplication(configure: options =>
            options.Add("whole", _runs.PathOf("run"), new TranslationSettings { Whole = true }));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.PostAsync("houses", Png(_drawings[3]));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_expected[3]));
    }

    /// <summary>A name is any text, as the page sends it.</summary>
    [TestCase("a street/é 50%")]
    [TestCase("a%2Fb")]
    public async Task ANameMayHoldAnyCharacter(string name)
    {
        await using var app = WebApplication(configure: options => options.Add(name, _runs.PathOf("run")));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.PostAsync($"paint/api/models/{Uri.EscapeDataString(name)}/translate", Png(_drawings[4]));
        Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(_expected[4]));
    }

    [TestCase("paint", "no body: curl --data-binary @picture.png")]
    [TestCase("houses", "the picture is empty")]
    public async Task ARequestWithoutABodyIsExplained(string address, string words)
    {
        await using var app = WebApplication();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await client.PostAsync(address, content: null);
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(words));
    }

    private static ByteArrayContent Png(byte[] picture) =>
        new(picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

    private static async Task<HealthStatus> Health(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    private ServiceProvider Services(Action<TranslatorOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddHealthChecks().AddIlgpuGan();
        services.AddIlgpuGan(options =>
        {
            options.Device = "cpu";
            options.Add("houses", _runs.PathOf("run"));
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    private WebApplication WebApplication(string pattern = "/paint", Action<TranslatorOptions>? configure = null)
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddIlgpuGan(options =>
        {
            options.Device = "cpu";
            options.Add("houses", _runs.PathOf("run"));
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddIlgpuGan();
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapIlgpuGan(pattern);
        app.MapPost("/houses", async (Stream body, ITranslator houses, CancellationToken cancellation) =>
        {
            try
            {
                return Results.Bytes(await houses.TranslateAsync(body, ImageFormat.Png, cancellation), "image/png");
            }
            catch (PictureException problem)
            {
                return Results.Problem(problem.Message, statusCode: 400);
            }
        });
        return app;
    }

    private sealed class LogLevels : ILogger
    {
        public List<LogLevel> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(logLevel);
    }

    /// <summary>Gives 16 kB after each pause.</summary>
    private sealed class SteadyStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(300, cancellationToken);
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 << 14)], cancellationToken);
        }
    }

    /// <summary>Gives nothing until it is opened.</summary>
    private sealed class BlockedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public bool IsAsked { get; private set; }

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsAsked = true;
            await Open.Task; // Not every stream heeds the token.
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}

using IlgpuGan.Hosting;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Serve;
using Microsoft.Extensions.DependencyInjection;

namespace IlgpuGan.ToolsTests.Exports;

/// <summary>
/// Every bundled model and a run of every family that translates, exported in each format: what the command line, the server, hosting and
/// ONNX Runtime make of the file is what <c>translate</c> makes of the model, of a picture, a pair, an odd size and a picture with
/// transparency. The exported page is held against the same in <c>ModelPageTests</c>.
/// </summary>
public sealed class OneModelOnePictureTests() : CommandFixture(threads: 1)
{
    /// <summary>Of 256 levels: graphs sum in another order.</summary>
    private const int MostLevels = 1;

    private const string Label = "photographs";

    private static readonly string[] s_fast = ["zoo:facades", "pix2pix", "pix2pixhd", "pix2pix-colorize"];
    private static readonly string[] s_formats = ["safetensors", "pth", "onnx"];

    private readonly TinyRun _trained = new();

    private static IEnumerable<TestCaseData> Models => ZooModel.All.Select(m => m.Path)
        .Concat(CatalogueCase.All.Where(c => c.Value.Family.Generators(c.Value.Options).Count > 0).Select(c => c.Key))
        .Concat(["pix2pix-BtoA", "pix2pix-unet32-upsample", "pix2pix-resnet1-upsample", "pix2pix-resnet1-antialias"])
        .Concat(["pix2pix-resnet1-smooth", "pix2pix-resnet1-painting", "pix2pix-instance", "pix2pix-colorize"])
        .Select(name => s_fast.Contains(name) ? new TestCaseData(name) : new TestCaseData(name).SetCategory(Exhaustive.Category));

    [OneTimeTearDown]
    public void RemoveRuns() => _trained.Dispose();

    [TestCaseSource(nameof(Models)), MaxSeconds(20)]
    public async Task EveryExportMakesTheSamePicture(string model)
    {
        var path = Trained(model);
        foreach (var format in s_formats)
        {
            var file = In($"export.{format}");
            await Do(["export", "--model", path, "--to", format, "--out", file, .. Steps(model, format)]);
            foreach (var (name, picture) in Pictures(model))
            {
                var expected = await Translated(path, picture, Steps(model, format));
                var made = await Translated(file, picture, []);
                var apart = Apart(made, expected);
                Assert.That(apart, format == "onnx" ? Is.LessThanOrEqualTo(MostLevels) : Is.Zero, $"{name} through {format}");
            }
        }
    }

    [TestCaseSource(nameof(Models)), MaxSeconds(20)]
    public async Task OnnxRuntimeMakesTheSamePicture(string model)
    {
        var (path, file) = (Trained(model), In("export.onnx"));
        await Do(["export", "--model", path, "--to", "onnx", "--out", file, .. Steps(model, "onnx")]);
        using var networks = NetworkFile.Open(path);
        var spec = networks.Networks.First(n => n.IsGenerator).Generator!;
        var settings = new TranslationSettings { Label = spec.Conditions is { Labels.Count: > 0 } ? Label : null };
        var translator = Translator.Open(path, Device, settings);
        foreach (var (name, picture) in Pictures(model))
        {
            var given = translator.InputOf(picture);
            using var input = InputOf(spec, given, Device, out var width, out var height);
            List<(string, long[], float[])> inputs = [(NetworkExporter.InputName, input.Shape.ToLongs(), input.ToArray())];
            if (spec.Conditions is { Noise: > 0 } noisy)
            {
                using var noise = Tensor.Normal(new RandomKey(1, 0x5A3B1E, 0, 0), new Shape(1, noisy.Noise), Device);
                inputs.Add(("noise", noise.Shape.ToLongs(), noise.ToArray()));
            }

            if (spec.Conditions is { Labels.Count: > 0 } labelled)
            {
                inputs.Add(("label", [1, labelled.LabelPlaces], LabelText.Vector(labelled.Labels, Label)!));
            }

            var (shape, values) = OnnxRuntime.Run(file, inputs, NetworkExporter.OutputName)[0];
            using var output = Tensor.From(values, new Shape(Array.ConvertAll(shape, extent => (int)extent)), Device);
            var made = PictureTensors.ToPicture(ReflectionPadding.CropScaled(output, input.Shape, width, height));
            made = spec.Labels is null ? made : made.Resize(given.Width, given.Height);
            Assert.That(Apart(made, await Translated(path, picture, Steps(model, "onnx"))), Is.LessThanOrEqualTo(MostLevels), name);
        }
    }

    /// <summary>The command line, the server and hosting, with a run and with its graph: the same bytes.</summary>
    [TestCase("pix2pix-BtoA")]
    [TestCase("pix2pix-colorize")]
    [TestCase("pix2pixhd")]
    public async Task EverySurfaceGivesTheSameBytes(string model)
    {
        var path = Trained(model);
        var graph = In("graph.onnx");
        await Do("export", "--model", path, "--to", "onnx", "--out", graph, "--batch-norm", "running", "--fold");
        var failures = new List<Exception>();
        var settings = new ServeSettings { Models = [path, graph], Port = 0, Failed = failures.Add };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        var services = new ServiceCollection();
        services.AddIlgpuGan(options =>
        {
            options.Device = "cpu";
            options.Add("run", path);
            options.Add("graph", graph);
        });
        await using var provider = services.BuildServiceProvider();
        foreach (var (file, served, hosted) in new[] { (path, Path.GetFileName(path), "run"), (graph, "graph", "graph") })
        {
            foreach (var (name, picture) in Pictures(model))
            {
                var bytes = PictureFile.EncodePng(picture, name);
                var expected = await TranslatedBytes(file, picture, []);
                using var body = new ByteArrayContent(bytes);
                using var answer = await client.PostAsync($"api/models/{served}/translate", body);
                Assert.That((int)answer.StatusCode, Is.EqualTo(200), await answer.Content.ReadAsStringAsync());
                Assert.That(await answer.Content.ReadAsByteArrayAsync(), Is.EqualTo(expected), $"{name} served from {file}");
                var translator = provider.GetRequiredKeyedService<ITranslator>(hosted);
                Assert.That(await translator.TranslateAsync(bytes, ImageFormat.Png), Is.EqualTo(expected), $"{name} hosted from {file}");
            }
        }

        Assert.That(failures, Is.Empty);
    }

    /// <summary>What a page shows of a run, it shows of each of its exports.</summary>
    [Test]
    public async Task PaletteAndExamplesTravel()
    {
        var path = Trained("pix2pix");
        var models = new List<string> { path };
        foreach (var format in s_formats)
        {
            models.Add(In($"as-{format}.{format}"));
            await Do("export", "--model", path, "--to", format, "--out", models[^1]);
        }

        await Do("import", "--from", models[2], "--out", In("imported"));
        models.Add(In("imported"));
        await Do("export", "--model", models[1], "--to", "pth", "--out", In("again.pth"));
        models.Add(In("again.pth"));
        var settings = new ServeSettings { Models = models, Port = 0, Failed = _ => { } };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1));
        using var client = new HttpClient { BaseAddress = server.Address };
        using var list = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("api/models"));
        var described = list.RootElement.EnumerateArray()
            .Select(m => (m.GetProperty("palette").GetRawText(), m.GetProperty("side").GetInt32(), m.GetProperty("examples").GetInt32()))
            .ToList();
        Assert.That(described[0].Item1, Does.StartWith("[\"#"));
        Assert.That(described[0].Item3, Is.Positive);
        Assert.That(described, Is.All.EqualTo(described[0]));
    }

    /// <summary>A run of a family, or a changed one: <c>pix2pix-BtoA</c>, <c>pix2pix-GENERATOR</c>, <c>pix2pix-instance</c>.</summary>
    private string Trained(string model)
    {
        if (ZooModel.IsName(model) || Directory.Exists(_trained.PathOf(model)))
        {
            return ZooModel.IsName(model) ? model : _trained.PathOf(model);
        }

        var (family, change) =
            (model.Split('-')[0], model.Contains('-', StringComparison.Ordinal) ? model[(model.IndexOf('-') + 1)..] : "");
        var one = CatalogueCase.All[family];
        var data = _trained.PathOf($"data-{model}");
        one.WriteData(data);
        var options = one.Options with { Data = data, Steps = 3, SampleFreq = 3, LogFreq = 1 };
        _trained.TrainOnFiles(model, change switch
        {
            "" => options,
            "BtoA" => (TranslationOptions)options with { Direction = Direction.BToA },
            "colorize" => (Pix2PixOptions)options with { Colorize = true, InputNc = 1, OutputNc = 2 },
            "instance" => (TranslationOptions)options with { Norm = NormKind.Instance },
            _ => (TranslationOptions)options with { Generator = GeneratorKind.Parse(change), LoadSize = 64, CropSize = 64 },
        });
        return _trained.PathOf(model);
    }

    /// <summary>A picture, a pair, an odd size, and one with transparent and partly transparent pixels.</summary>
    private static IEnumerable<(string Name, Picture Picture)> Pictures(string model)
    {
        var side = ZooModel.IsName(model) ? 128 : 32;
        var (labels, photo) = new SyntheticFacades(1, side, first: 3).Draw(0);
        yield return ("a picture", labels);
        yield return ("a pair", Mosaic.Row(labels, photo));
        yield return ("an odd size", new Picture(labels).Crop(0, 0, side - 3, (side / 2) + 5));
        var colours = labels.ToChannels(4);
        for (var i = 0; i < colours.Bytes.Length; i += 4)
        {
            colours.Bytes[i + 3] = (byte)(i / 4 % side < side / 4 ? 0 : i / 4 % side < side / 3 ? 100 : 255);
        }

        yield return ("a picture with transparency", colours);
    }

    /// <summary>The number of steps that a graph can have; weights take any.</summary>
    private static string[] Steps(string model, string format) => model == "unsb" && format == "onnx" ? ["--steps", "1"] : [];

    private async Task<Picture> Translated(string model, Picture picture, string[] options) =>
        PictureFile.Decode(await TranslatedBytes(model, picture, options), "made");

    private async Task<byte[]> TranslatedBytes(string model, Picture picture, string[] options)
    {
        PictureFile.Save(picture, In("in.png"));
        string[] label = TestContext.CurrentContext.Test.Arguments is ["stargan", ..] ? ["--label", Label] : [];
        await Do(["translate", "--model", model, "--input", In("in.png"), "--out", In("out.png"), "--device", "cpu", .. label, .. options]);
        return await File.ReadAllBytesAsync(In("out.png"));
    }

    /// <summary>The input of a generator as <c>translate</c> makes it, and the size that the result is cut to.</summary>
    private static Tensor InputOf(GeneratorSpec spec, Picture picture, Device device, out int width, out int height)
    {
        if (spec.Labels is not { } labels)
        {
            var given = picture.ToChannels(spec.InputChannels, "picture");
            (width, height) = (given.Width, given.Height);
            var (paddedWidth, paddedHeight) = spec.RoundedUp(width, height);
            return ReflectionPadding.ToTensor(given, paddedWidth, paddedHeight, device);
        }

        var map = labels.Coding.Read(picture, "map");
        map = labels.Side is { } side ? map.Resize(side, side) : map;
        (width, height) = (map.Width, map.Height);
        var sides = spec.RoundedUp(width, height);
        map = ReflectionPadding.Pad(map, sides.Width, sides.Height);
        return Tensor.From(
            [.. labels.Coding.OneHot(map), .. labels.HasBorders ? map.Borders() : []],
            new Shape(1, spec.InputChannels, map.Height, map.Width), device);
    }

    /// <summary>The largest difference in levels, of the colours and of alpha where both have it; 256 for other sizes.</summary>
    private static int Apart(Picture made, Picture expected)
    {
        if ((made.Width, made.Height) != (expected.Width, expected.Height))
        {
            return 256;
        }

        var channels = Math.Min(made.Channels, expected.Channels);
        var (a, b) = (made.Layers[0], expected.Layers[0]);
        var most = 0;
        for (var i = 0; i < made.Width * made.Height; i++)
        {
            for (var c = 0; c < channels; c++)
            {
                most = Math.Max(most, Math.Abs(a.Bytes[(i * a.Channels) + c] - b.Bytes[(i * b.Channels) + c]));
            }
        }

        return most;
    }
}

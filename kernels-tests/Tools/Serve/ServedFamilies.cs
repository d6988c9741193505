using System.Buffers.Binary;
using System.Net.Http.Headers;
using IlgpuGan.Cli;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>A server on a free port of this machine, with runs of some families, and somebody to ask it.</summary>
internal sealed class ServedFamilies : IAsyncDisposable
{
    private const int Side = 32;

    /// <summary>Steps of families that make pictures: those with scales have then trained two of them.</summary>
    private const int StepsOfMakers = 6;

    /// <summary>A rate at which these few steps teach enough for noise to show in a picture's bytes.</summary>
    private const float RateOfMakers = 0.02f;

    private readonly TinyRun _runs;

    private ServedFamilies(TinyRun runs, PictureServer server) =>
        (_runs, Server, Client) = (runs, server, new HttpClient { BaseAddress = server.Address });

    /// <summary>Of families that turn pictures into pictures.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. CatalogueCase.All.Where(c => c.Value.Family.Generators(c.Value.Options).Count > 0).Select(c => c.Key)
            .Order(StringComparer.Ordinal)];

    public PictureServer Server { get; }

    public HttpClient Client { get; }

    /// <summary>Faults of the server, of which there must be none.</summary>
    public List<Exception> Failures { get; private init; } = [];

    /// <summary>Trains the families a step or two and serves them.</summary>
    /// <param name="names">of families</param>
    /// <param name="change">what to serve them with</param>
    /// <param name="train">what to train them with</param>
    public static async Task<ServedFamilies> StartAsync(
        IReadOnlyList<string> names, Func<ServeSettings, ServeSettings>? change = null,
        Func<TrainingOptions, TrainingOptions>? train = null)
    {
        var runs = new TinyRun();
        foreach (var name in names)
        {
            var one = CatalogueCase.All[name];
            one.WriteData(runs.PathOf($"data/{name}"));
            var options = (train?.Invoke(one.Options) ?? one.Options) with
            {
                Data = runs.PathOf($"data/{name}"), Steps = 2, SampleFreq = 2,
            };
            runs.TrainOnFiles(
                $"runs/{name}",
                one.Family.Generation(options) is null ? options : options with { Steps = StepsOfMakers, Lr = RateOfMakers });
        }

        var failures = new List<Exception>();
        var settings = new ServeSettings
        {
            Models = [.. names.Select(n => runs.PathOf($"runs/{n}"))], Runs = runs.PathOf("runs"),
            Data = names.Contains("pix2pix") ? runs.PathOf("data/pix2pix") : null, Port = 0, Failed = failures.Add,
        };
        return new ServedFamilies(
            runs,
            await PictureServer.StartAsync(change?.Invoke(settings) ?? settings, Device.Open("cpu", threads: 2))) { Failures = failures };
    }

    public string PathOf(string name) => _runs.PathOf(name);

    /// <summary>Resumes a run to so many steps in all.</summary>
    public void TrainOn(string model, long steps) =>
        _runs.ResumeOnFiles($"runs/{model}", change: options => options with { Steps = steps });

    /// <summary>A label map as a PNG's bytes.</summary>
    public static byte[] Map(uint number = 0) =>
        PictureFile.EncodePng(new Picture(new SyntheticFacades(1, Side, first: number).Draw(0).Labels), "map");

    /// <summary>The photograph that belongs to a label map, as a PNG's bytes.</summary>
    public static byte[] Photograph(uint number = 0) =>
        PictureFile.EncodePng(new Picture(new SyntheticFacades(1, Side, first: number).Draw(0).Photo), "photograph");

    /// <summary>Noise as a PNG's bytes.</summary>
    public static byte[] Noise(int width, int height, int channels, bool sixteenBits = false)
    {
        var random = new Random(width + (1000 * height) + channels);
        var bytes = new byte[width * height * channels];
        random.NextBytes(bytes);
        return PictureFile.EncodePng(
            new Picture(sixteenBits
                ? new Image(width, height, channels, Array.ConvertAll(bytes, b => (ushort)(b * 251)))
                : new Image(width, height, channels, bytes)),
            "noise");
    }

    /// <summary>A PNG whose header says that it is so large.</summary>
    public static byte[] Header(int width, int height)
    {
        var png = Noise(1, 1, 3);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.Compute(png.AsSpan(12, 17)));
        return png;
    }

    public async Task<HttpResponseMessage> Translate(string model, byte[] picture, string query = "")
    {
        using var body = new ByteArrayContent(picture);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return await Client.PostAsync($"api/models/{model}/translate{query}", body);
    }

    /// <summary>With a picture whose style is to be taken over.</summary>
    public Task<HttpResponseMessage> TranslateWithStyle(string model, byte[] picture, byte[] style, string query = "") =>
        TranslateForm(model, query, ("picture", picture), ("style", style));

    /// <summary>With a form of these parts.</summary>
    public async Task<HttpResponseMessage> TranslateForm(string model, string query, params (string Name, byte[] File)[] parts)
    {
        using var body = new MultipartFormDataContent();
        foreach (var (name, file) in parts)
        {
            body.Add(new ByteArrayContent(file), name, name + ".png");
        }

        return await Client.PostAsync($"api/models/{model}/translate{query}", body);
    }

    /// <summary>What must succeed.</summary>
    public async Task<byte[]> Translated(string model, byte[] picture, string query = "")
    {
        using var answer = await Translate(model, picture, query);
        return await PictureOf(answer, model + query);
    }

    /// <summary>Asks for a picture that is made.</summary>
    /// <param name="model">the run's name</param>
    /// <param name="query">with its question mark</param>
    /// <param name="injected">a picture to put in; null for none</param>
    public async Task<HttpResponseMessage> Generate(string model, string query = "", byte[]? injected = null)
    {
        using var body = new ByteArrayContent(injected ?? []);
        return await Client.PostAsync($"api/models/{model}/generate{query}", body);
    }

    /// <summary>What must succeed.</summary>
    public async Task<byte[]> Generated(string model, string query = "", byte[]? injected = null)
    {
        using var answer = await Generate(model, query, injected);
        return await PictureOf(answer, model + query);
    }

    private static async Task<byte[]> PictureOf(HttpResponseMessage answer, string asked)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), $"{asked}: {System.Text.Encoding.UTF8.GetString(bytes)}");
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("image/png"));
        return bytes;
    }

    /// <summary>The first picture that the command line makes.</summary>
    public async Task<byte[]> GeneratedByCommand(string model, params string[] options)
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        await CommandFixture.Do(["generate", "--model", PathOf($"runs/{model}"), "--out", folder, "--device", "cpu", .. options]);
        return await File.ReadAllBytesAsync(Path.Combine(folder, "0001.png"));
    }

    /// <summary>What the command line writes for a picture.</summary>
    public async Task<byte[]> ByCommand(string model, byte[] picture, params string[] options)
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        var (input, output) = (Path.Combine(folder, "in.png"), Path.Combine(folder, "out.png"));
        await File.WriteAllBytesAsync(input, picture);
        await CommandFixture.Do(
            ["translate", "--model", PathOf($"runs/{model}"), "--input", input, "--out", output, "--device", "cpu", .. options]);
        return await File.ReadAllBytesAsync(Directory.GetFiles(folder, "out*").Order(StringComparer.Ordinal).Last());
    }

    /// <summary>What the command line writes for a picture in a folder of several.</summary>
    public async Task<byte[]> ByCommandInFolder(string model, byte[] picture, params string[] options)
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        var (input, output) = (Path.Combine(folder, "in"), Path.Combine(folder, "out"));
        Directory.CreateDirectory(input);
        await File.WriteAllBytesAsync(Path.Combine(input, "1.png"), Map(7));
        await File.WriteAllBytesAsync(Path.Combine(input, "2.png"), picture);
        await CommandFixture.Do(
            ["translate", "--model", PathOf($"runs/{model}"), "--input", input, "--out", output, "--device", "cpu", .. options]);
        return await File.ReadAllBytesAsync(Path.Combine(output, "2.png"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _runs.Dispose();
    }
}

/// <summary>Tests of a server, which has nothing to complain of behind its back.</summary>
public abstract class ServedTests
{
    private protected ServedFamilies _served = null!;

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _served.DisposeAsync();
        Assert.That(_served.Failures, Is.Empty);
    }
}

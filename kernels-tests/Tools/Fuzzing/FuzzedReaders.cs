using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using IlgpuGan.EngineTests.Formats;
using IlgpuGan.EngineTests.Imaging;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Serve;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ToolsTests.Fuzzing;

/// <summary>
/// What takes bytes of others. A reader gets a file and returns null where it takes it, or the sentence with which it refuses it; any
/// exception but the promised one passes through.
/// </summary>
internal static partial class FuzzedReaders
{
    private const int MaxPixels = 1 << 16;
    private const int ServedPixels = 1 << 12;

    private static readonly Image s_any = new(1, 1, 3, new byte[3]);
    private static readonly DecodeOptions s_strict = new() { MaxPixels = MaxPixels };
    private static readonly DecodeOptions s_lenient = new() { MaxPixels = MaxPixels, Lenient = true, KeepIndices = true };

    /// <summary>What is fuzzed: each is a file's extension, too.</summary>
    public static IReadOnlyList<string> Formats { get; } =
    [
        "png", "jpg", "webp", "bmp", "gif", "pnm", "tif", "safetensors", "pth", "legacy-pth", "onnx", "npy", "options", "log", Request,
    ];

    /// <summary>A tensor of one number.</summary>
    private const string PickledTensor =
        "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0001tQ" +
        "K\0K\u0001\u0085K\u0001\u0085\u0089ccollections\nOrderedDict\n)RtR";

    /// <summary>What usual checkpoints hold beside weights: arguments, sets, a date, a number of NumPy, an object with a tensor.</summary>
    private const string PickledCheckpoint =
        "}(U\u0001w" + PickledTensor + "U\u0001acargparse\nNamespace\n)\u0081}U\u0002lrK\u0001sb" + "U\u0001s\u008F(K\u0001K\u0002\u0090" +
        "U\u0001f(K\u0003\u0091" + "U\u0001d(K\u0001idatetime\ndate\n" + "U\u0001o(cdatetime\ndate\nK\u0001o" +
        "U\u0001ncnumpy.core.multiarray\nscalar\n(U\u0002f8tR" + "U\u0001kccollections\ndefaultdict\n)R" +
        "U\u0001mcmodels\nMeter\n)\u0081}U\u0001t" + PickledTensor + "sb" + "u.";

    public static bool IsPicture(string format) => Formats.Take(7).Contains(format);

    /// <summary>Of HTTP, as it comes through the wire.</summary>
    public const string Request = "request";

    /// <summary>A reader of a format, and what ends it.</summary>
    public static (Func<string, string?> Read, Action Close) Open(string format)
    {
        Func<string, string?>? read = format switch
        {
            "safetensors" or "pth" or "legacy-pth" => ReadCheckpoint,
            "onnx" => path => Refusal<CheckpointFormatException>(() => (TestFiles.ReadWhole(path), OnnxGraph.Read(path))),
            "npy" => ReadArray,
            "options" => ReadOptions,
            "log" => ReadLog,
            Request => null,
            _ => ReadPicture,
        };
        return read is null ? Serve() : (read, () => { });
    }

    /// <summary>Good files to begin with.</summary>
    public static IEnumerable<byte[]> Seeds(string format) => format switch
    {
        "safetensors" => Written("safetensors", path => SafetensorsWriter.Write(path, SafetensorsTests.OneOfEachType()))
            .Concat(Written("safetensors", path => SafetensorsWriter.Write(
                path, [NamedArray.From("a", [1], new float[1])], new Checkpoint(TinyRun.Pix2Pix, new RunPosition()).ToMetadata()))),
        "pth" or "legacy-pth" => Directory.GetFiles(TestFiles.Fixture(""), "*.pth").Order(StringComparer.Ordinal)
            .Where(f => f.Contains("legacy", StringComparison.Ordinal) == (format != "pth")).Select(File.ReadAllBytes)
            .Concat(format == "pth" ? Written("pth", SaveCheckpoint) : [LegacyCheckpoint()]),
        "onnx" => Written("onnx", SaveConvolution).SelectMany(model => new[] { model, WithExternalData(model) }),
        "npy" => new (string Type, int Bytes, int[] Shape)[]
        {
            ("|u1", 18, [2, 3, 3]), ("<u2", 12, [3, 2]), ("<f4", 24, [3, 2]), ("<f4", 24, [6]), ("<i4", 24, [6]),
        }.SelectMany(a => Written("npy", path => NpyFile.SaveArray(path, a.Type, a.Shape, new byte[a.Bytes]))),
        "options" => CatalogueCase.All.Values.Select(c => Encoding.UTF8.GetBytes(c.Options.ToJson())),
        "log" =>
        [
            .. new[] { "0.5", "\"NaN\"", "1e-3" }.Select(loss => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 8)
                .Select(step => $$"""{"step":{{step}},"epoch":1,"G_L1":{{loss}},"lr":0.0002,"seconds":0.5}""" + "\n")))),
        ],
        Request => Requests(),
        _ => Directory.GetFiles(Fixtures.Folder, format == "pnm" ? "*.p?m" : $"*.{format}").Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes).Concat(format is "png" or "jpg" or "webp" or "tif" ? [MetadataTests.Sample(format)] : []),
    };

    private static void SaveConvolution(string path) => OnnxTests.SaveConvolution(
        path, NamedArray.From("weight", [4, 3, 3, 3], new float[108]), NamedArray.From("bias", [4], new float[4]));

    /// <summary>The model with a bias that lies in another file, which is the model's own.</summary>
    private static byte[] WithExternalData(byte[] file)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        var bias = model.Graph.Initializer.Single(t => t.Name == "bias");
        bias.ClearRawData();
        bias.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", FuzzLoop.NameOf("onnx")), ("offset", "0"), ("length", "16") })
        {
            bias.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }

    private static void SaveCheckpoint(string path)
    {
        using var stream = File.Create(path);
        var zip = new StoredZipWriter(stream);
        zip.Add("archive/data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002" + PickledCheckpoint));
        zip.Add("archive/data/0", new byte[4]);
        zip.Add("archive/ilgpugan.json", "{\"network\":\"netG\"}"u8);
        zip.Finish();
    }

    private static byte[] LegacyCheckpoint() =>
    [
        0x80, 2, 0x8A, 10, .. Convert.FromHexString("6CFC9C46F9206AA85019"), (byte)'.', 0x80, 2, (byte)'M', 0xE9, 3, (byte)'.',
        0x80, 2, .. "}."u8, 0x80, 2, .. Encoding.Latin1.GetBytes(PickledCheckpoint), 0x80, 2, .. "](X\u0001\0\0\00e."u8,
        1, 0, 0, 0, 0, 0, 0, 0, .. new byte[4],
    ];

    private static byte[][] Written(string format, Action<string> write)
    {
        var path = Path.Combine(TestFiles.Folder(), $"seed.{format}");
        write(path);
        return [File.ReadAllBytes(path)];
    }

    private static string? Refusal<T>(Func<object?> read)
        where T : Exception
    {
        try
        {
            read();
            return null;
        }
        catch (T refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>What the header says is what is decoded, strictly or not.</summary>
    private static string? ReadPicture(string path)
    {
        _ = Refusal<ImageFormatException>(() => ImageMetadata.Read(File.ReadAllBytes(path)).Fitting(s_any, ImageFormat.Png));
        ImageInfo? info = null;
        IReadOnlyList<Image>? layers = null;
        var refusal = Refusal<ImageFormatException>(() => info = ImageFile.Identify(path))
            ?? Refusal<ImageFormatException>(() => layers = ImageFile.LoadLayers(path, s_strict));
        if (refusal is not null)
        {
            _ = Refusal<ImageFormatException>(() => layers = ImageFile.LoadLayers(path, s_lenient));
        }

        return layers?.Any(l => (long)l.Width * l.Height != (long?)info?.Width * info?.Height) == true
            ? throw new InvalidOperationException($"the header says {info?.Width}x{info?.Height}; decoded are other pixels")
            : refusal;
    }

    private static string? ReadCheckpoint(string path) => Refusal<CheckpointFormatException>(() =>
    {
        foreach (var array in TestFiles.ReadWhole(path))
        {
            array.ToSingle();
        }

        using var file = TensorFile.Open(path);
        return Checkpoint.IsCheckpoint(file) ? Checkpoint.Read(file) : null;
    });

    /// <summary>Null where any kind of array takes it.</summary>
    private static string? ReadArray(string path)
    {
        var refusals = new Func<object?>[]
        {
            () => NpyFile.Load(path), () => NpyFile.LoadPoints(path), () => NpyFile.LoadVectors(path), () => NpyFile.TryReadNumbers(path),
        }.Select(Refusal<PictureException>).ToList();
        return refusals[..3].Contains(null) ? null : refusals[0];
    }

    /// <summary>Options that are taken are written so that they are read as the same.</summary>
    private static string? ReadOptions(string path)
    {
        var text = File.ReadAllText(path);
        TrainingOptions? options = null;
        var refusal = Refusal<OptionsException>(() => options = OptionsJson.Parse(text, path))
            ?? Refusal<OptionsException>(() => OptionsJson.ParseSettings(FamilyCatalog.Of(options!), text, path))
            ?? (Refusal<OptionsException>(() => options!.Validated()) is { } problem ? $"{path}: {problem}" : null);
        return options is null || refusal is not null || OptionsJson.Parse(options.ToJson()) == options ? refusal
            : throw new InvalidOperationException("the options that were read are written as others");
    }

    private static string? ReadLog(string path)
    {
        _ = LogEntry.ReadFile(path);
        RunLog.Open(path, step: 5).Dispose();
        var last = File.ReadAllBytes(path);
        return last is [] or [.., (byte)'\n'] ? null : throw new InvalidOperationException("the next line would not begin at its start");
    }

    private static IEnumerable<byte[]> Requests()
    {
        var png = PictureFile.EncodePng(new Picture(new SyntheticFacades(1, 32).Draw(0).Labels), "map");
        return new[]
        {
            Head("GET /api/models"), Head("GET /api/runs/tiny"), Head("GET /api/data/0"), Head("GET /api/models/tiny/examples/0"),
            Sent("POST /api/models/tiny/translate?size=32&eval=true&keep-size", "image/png", png),
            Sent("POST /api/models/tiny/translate?direction=AtoB&tile=32&overlap=0&samples=2&seed=1", "image/png", png),
            Sent(
                "POST /api/models/tiny/translate", "multipart/form-data; boundary=part",
                [
                    .. "--part\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n"u8, .. png,
                    .. "\r\n--part--\r\n"u8,
                ]),
            Sent("POST /api/models/tiny/generate?count=1", "image/png", []),
            Sent("PUT /api/data/1", "application/json", """{"bad":true,"swapped":false,"crop":[0,0,16,16]}"""u8),
            Sent("POST /api/data/write?val=0.2&test=0.1&seed=3", "text/plain", []),
            Sent("POST /api/runs/tiny/resume", "text/plain", []),
        };

        byte[] Head(string line) => Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        byte[] Sent(string line, string type, ReadOnlySpan<byte> body) =>
        [
            .. Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n"),
            .. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body,
        ];
    }

    /// <summary>A server of one model, a run and pairs. A request behind the damaged one ends the connection.</summary>
    private static (Func<string, string?> Read, Action Close) Serve()
    {
        IlgpuGan.Cli.WebFramework.Provide();
        var runs = new TinyRun();
        var (data, failures) = (runs.PathOf("data"), new List<Exception>());
        CatalogueCase.All["pix2pix"].WriteData(data);
        runs.TrainOnFiles("runs/tiny", TinyRun.Pix2Pix with { Data = data, Steps = 1, SampleFreq = 1, Threads = 1 });
        var settings = new ServeSettings
        {
            Models = [runs.PathOf("runs/tiny")], Runs = runs.PathOf("runs"), Data = data, DataOut = runs.PathOf("out"), Port = 0,
            MaxPixels = ServedPixels, Failed = failures.Add,
        };
        var server = PictureServer.StartAsync(settings, Device.Open("cpu", threads: 1)).GetAwaiter().GetResult();
        var last = Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return (Ask, () =>
        {
            server.DisposeAsync().AsTask().Wait();
            runs.Dispose();
        });

        string? Ask(string path)
        {
            var answer = Exchange(server.Address.Port, [.. File.ReadAllBytes(path), .. last]);
            var statuses = Status().Matches(answer).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
            if (failures.Count > 0 || statuses.Any(s => s is >= 500 and not (503 or 505)))
            {
                var failure = failures.FirstOrDefault();
                failures.Clear();
                throw new InvalidOperationException($"the server answered {string.Join(", ", statuses)}", failure);
            }

            return Error().Match(answer) is { Success: true } error
                ? JsonDocument.Parse(error.Value).RootElement.GetProperty("error").GetString()
                : statuses.FirstOrDefault(s => s >= 400) is > 0 and var status ? $"status {status}" : null;
        }
    }

    /// <summary>What a server answers until it closes the connection, or falls silent because it waits for more.</summary>
    private static string Exchange(int port, byte[] sent)
    {
        const int silence = 200;
        using var client = new TcpClient { ReceiveTimeout = silence, SendTimeout = silence, NoDelay = true };
        client.Connect(IPAddress.Loopback, port);
        var answer = new MemoryStream();
        try
        {
            client.GetStream().Write(sent);
            client.GetStream().CopyTo(answer);
        }
        catch (IOException) when (client.Client is not null)
        {
            return Encoding.UTF8.GetString(answer.ToArray()); // It broke off, as it does where a request makes no sense.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ")]
    private static partial Regex Status();

    [GeneratedRegex("""\{"error":"(?:[^"\\]|\\.)*"\}""")]
    private static partial Regex Error();
}

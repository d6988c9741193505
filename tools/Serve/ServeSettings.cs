using System.Net;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>Models, folders, address and limits of a server.</summary>
internal sealed record ServeSettings
{
    [Option(
        "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph or zoo:NAME; repeatable.",
        Name = "model", Values = "RUN|FILE")]
    public IReadOnlyList<string> Models { get; init; } = [];

    [Option("Folder whose runs are shown, with live training progress.", Values = "DIR")]
    public string? Runs { get; init; }

    [Option("Folder of pairs to review.", Values = "DIR")]
    public string? Data { get; init; }

    /// <summary>Null if nothing may be written.</summary>
    [Option("Output folder of the pairs that are kept.", Values = "DIR"), Needs(nameof(Data))]
    public string? DataOut { get; init; }

    /// <summary>All that is then shown.</summary>
    [Option("Folder of a page that export --to web wrote, shown alone on this machine.", Values = "DIR")]
    public string? Page { get; init; }

    [Option("Port to listen on; 0 for any free one.", Least = 0, Most = ushort.MaxValue)]
    public int Port { get; init; } = 5080;

    [Option(
        "Address on which other machines can reach the server: one of this machine's, or 0.0.0.0 for all. Requires a token.",
        Values = "IP")]
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    [Option(
        "Origin under which browsers see the server behind a proxy, as https://pictures.example; repeatable.",
        Name = "origin", Values = "URL")]
    public IReadOnlyList<Uri> Origins { get; init; } = [];

    /// <summary>Begins with a slash; empty for none.</summary>
    [Option("Path below which a proxy shows the server, as /gan.", Values = "PATH")]
    public string PathBase { get; init; } = "";

    [Option(
        "Address of a proxy whose X-Forwarded headers are believed; repeatable. All others are ignored.",
        Name = "proxy", Values = "IP")]
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>API requests must send it as <c>Authorization: Bearer</c>; null for none.</summary>
    [Option(
        "Access token, without spaces at its ends (default with --address: a random one, which is printed).")]
    public string? Token { get; init; }

    /// <summary>A photograph of 50 megapixels fits.</summary>
    [Option("Largest size of a picture file.", Least = 1, Most = 1024)]
    public int MaxMebibytes { get; init; } = 64;

    public long MaxBytes => (long)MaxMebibytes << 20;

    /// <summary>After scaling too, with sides rounded up to multiples that the network needs.</summary>
    [Option("Pixels to which larger pictures are reduced; memory grows with it.", Least = 1)]
    public long MaxPixels { get; init; } = BoundedPicture.DefaultMaxPixels;

    /// <summary>In progress or waiting.</summary>
    [Option(
        "Requests at the same time; further ones are answered with 503 and Retry-After.",
        Least = 1, Most = 10_000)]
    public int Places { get; init; } = 32;

    /// <summary>The sending of the picture has a longer time-out of its own.</summary>
    [Option(
        "Time limit of a request in seconds, until its picture is made.",
        Name = "patience", Least = 1, Most = 3600)]
    public int PatienceSeconds { get; init; } = 30;

    public TimeSpan Patience => TimeSpan.FromSeconds(PatienceSeconds);

    /// <summary>
    /// The command that starts <c>ilgpugan</c>, by which runs are resumed; null if runs can't be resumed.
    /// </summary>
    public IReadOnlyList<string>? Program { get; init; }

    /// <summary>Called with the exception of each request that failed with a server error; may be null.</summary>
    public Action<Exception>? Failed { get; init; }
}

using System.Net;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Serve;

/// <summary>Models, folders, address and limits of a server.</summary>
internal sealed record ServeSettings
{
    /// <summary>Runs, checkpoints or weights files to translate with.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Folder of runs to show; null for none.</summary>
    public string? Runs { get; init; }

    /// <summary>Folder of pairs to review; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Output folder of the kept pairs; null if nothing may be written.</summary>
    public string? DataOut { get; init; }

    /// <summary>Folder of an exported page, which is all that is then shown; null for none.</summary>
    public string? Page { get; init; }

    /// <summary>The port to listen on; 0 for any free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The address to listen on. Any but the loopback needs a <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The token that API requests must send as <c>Authorization: Bearer</c>; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Origins under which browsers see this server behind a proxy, such as <c>https://pictures.example</c>.</summary>
    public IReadOnlyList<Uri> Origins { get; init; } = [];

    /// <summary>The path below which a proxy shows this server, such as <c>/gan</c>; empty for none.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Proxies whose forwarded headers are believed; those of all others are ignored.</summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>Largest size of a picture's file, in bytes. A photograph of 50 megapixels fits.</summary>
    public long MaxBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Most pixels of a picture, after scaling too, with sides rounded up to multiples that the network needs. Memory grows with them.
    /// Pictures that have more are reduced.
    /// </summary>
    public long MaxPixels { get; init; } = BoundedPicture.DefaultMaxPixels;

    /// <summary>Requests in progress or waiting at the same time; further ones get 503 with Retry-After.</summary>
    public int Places { get; init; } = 32;

    /// <summary>Time-out of a request, up to the sending of its picture, which has a longer one of its own.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The command that starts <c>ilgpugan</c>, by which runs are resumed; null if runs can't be resumed.
    /// </summary>
    public IReadOnlyList<string>? Program { get; init; }

    /// <summary>Called with the exception of each request that failed with a server error; may be null.</summary>
    public Action<Exception>? Failed { get; init; }
}

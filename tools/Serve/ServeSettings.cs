using System.Net;

namespace IlgpuGan.Serve;

/// <summary>Models, folders, address and limits of a server.</summary>
public sealed record ServeSettings
{
    /// <summary>Runs, checkpoints or weights files to translate with.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Folder of runs to show; null for none.</summary>
    public string? Runs { get; init; }

    /// <summary>Folder of pairs to review; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Output folder of the kept pairs; null if nothing may be written.</summary>
    public string? DataOut { get; init; }

    /// <summary>The port to listen on; 0 for any free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The address to listen on. Any but the loopback needs a <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The token that API requests must send as <c>Authorization: Bearer</c>; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Largest size of a picture's file, in bytes.</summary>
    public long MaxBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Most pixels of a picture, before and after scaling, with sides rounded up to multiples that the network needs. Memory grows with
    /// them. A picture of 1920x1080 fits.
    /// </summary>
    public long MaxPixels { get; init; } = 3 << 20;

    /// <summary>Requests in progress or waiting at the same time; further ones get 503 with Retry-After.</summary>
    public int Places { get; init; } = 32;

    /// <summary>Time-out of a request.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The command that starts <c>ilgpugan</c>, by which runs are resumed; null if runs can't be resumed.
    /// </summary>
    public IReadOnlyList<string>? Program { get; init; }

    /// <summary>Called with the exception of each request that failed with a server error; may be null.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Whether only this machine can reach <see cref="Address"/>.</summary>
    internal bool IsLocal => IPAddress.IsLoopback(Address);
}

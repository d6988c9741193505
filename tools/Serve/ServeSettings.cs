using System.Net;

namespace IlgpuGan.Serve;

/// <summary>What a server offers, to whom, and how much of it at a time.</summary>
public sealed record ServeSettings
{
    /// <summary>Runs, checkpoints or weights files to translate with.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Folder of runs to show; null for none.</summary>
    public string? Runs { get; init; }

    /// <summary>Folder of pairs to look through; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Where those pairs go that are kept; null where nothing is to be written.</summary>
    public string? DataOut { get; init; }

    /// <summary>0 for any that is free.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>Where to listen. Any but this machine's own needs a <see cref="Token"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>What requests to the interface must show as <c>Authorization: Bearer</c>; null for nothing.</summary>
    public string? Token { get; init; }

    /// <summary>Bytes of a picture's file.</summary>
    public long MaxBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Pixels of a picture, before and after it is scaled, its sides rounded up to what the network takes: they decide the memory of a
    /// translation. A screen of 1920x1080 fits.
    /// </summary>
    public long MaxPixels { get; init; } = 3 << 20;

    /// <summary>Requests in progress or waiting at the same time; further ones get 503 with Retry-After.</summary>
    public int Places { get; init; } = 32;

    /// <summary>Time that a request may take until it is answered.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The program <c>ilgpugan</c> with its first arguments, which resumes runs on request; null for none.
    /// </summary>
    public IReadOnlyList<string>? Program { get; init; }

    /// <summary>Called for a request that failed because of a server error; null for no observer.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>Whether <see cref="Address"/> is of this machine alone.</summary>
    internal bool IsLocal => IPAddress.IsLoopback(Address);
}

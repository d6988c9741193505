using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Serve;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>serve [--model RUN …] [--runs DIR]</c>: serves a page on this machine, and a REST interface.</summary>
internal static class ServeCommand
{
    private const int TokenBytes = 18;

    private static readonly Dictionary<string, OptionValues> s_values = new()
    {
        [nameof(ServeSettings.Address)] = new((_, text) => AddressOf(text)),
        [nameof(ServeSettings.Origins)] = new((_, text) => OriginOf(text)),
        [nameof(ServeSettings.PathBase)] = new((_, text) => PathBaseOf(text)),
        [nameof(ServeSettings.Proxies)] = new((_, text) => ProxyOf(text)),
        [nameof(ServeSettings.Token)] = new((_, text) => TokenOf(text)),
    };

    public static Command Create()
    {
        var (options, device) = (new RecordOptions<ServeSettings>(s_values), new RecordOptions<ThreadedDeviceOptions>());
        var command = new Command(
            "serve", "Serves a page on this machine that translates and generates pictures and shows runs, and a REST interface.");
        Array.ForEach([.. options.All, .. device.All], command.Add);
        command.SetAction((parsed, cancellation) =>
        {
            WebFramework.Provide();
            var screen = Screen.Of(parsed);
            var settings = options.Of(parsed) with
            {
                Program = OwnProgram(), Failed = problem => screen.Complain(ErrorMessage.Of(problem)),
            };
            return Run(screen, Complete(settings), device.Of(parsed), cancellation);
        });
        return command;
    }

    private static async Task<int> Run(
        Screen screen, ServeSettings settings, ThreadedDeviceOptions device, CancellationToken cancellation)
    {
        await using var server = await PictureServer.StartAsync(settings, settings.Page is null ? device.Open() : null);
        var isOnAll = settings.Address.Equals(IPAddress.Any) || settings.Address.Equals(IPAddress.IPv6Any); // Which no browser opens.
        var address = isOnAll ? new UriBuilder(server.Address) { Host = "127.0.0.1" }.Uri : server.Address;
        var root = new Uri(address, settings.PathBase + "/");
        var page = settings.Token is { } token ? new Uri(root, $"#token={Uri.EscapeDataString(token)}") : root;
        screen.Result(
            new { page = page.AbsoluteUri, models = settings.Models, runs = settings.Runs },
            $"{(settings.Page ?? Counted.Of(settings.Models.Count, "model"))}; open {page.AbsoluteUri} in a browser" +
                $"{(isOnAll ? "; on other machines with this one's address for 127.0.0.1" : "")}. Ctrl-C ends it.");
        await screen.Output.FlushAsync(CancellationToken.None);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(end.SetResult);
        await end.Task;
        return ExitCode.Done;
    }

    /// <summary>The command that starts this program: its executable, or <c>dotnet</c> and its assembly.</summary>
    private static IReadOnlyList<string> OwnProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [process, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
            : [process];
    }

    /// <summary>Checks the settings, and adds a random token if other machines can reach the server.</summary>
    /// <exception cref="UsageException">there is nothing to serve, or an option lacks another</exception>
    /// <exception cref="PictureException">there is no folder of runs</exception>
    private static ServeSettings Complete(ServeSettings settings)
    {
        if (settings.Page is { } page)
        {
            return settings is { Models.Count: > 0 } or { Runs: not null } or { Data: not null } || !IPAddress.IsLoopback(settings.Address)
                ? throw new UsageException("--page shows one page on this machine, and goes with --port alone; " +
                    "for others, put its folder on any web server for files")
                : File.Exists(Path.Combine(page, "index.html")) ? settings
                : throw new PictureException(
                    $"{page}: there is no index.html in it; export --model RUN --to web --out {page} writes a page");
        }

        if (settings.Models.Count == 0 && settings.Runs is null && settings.Data is null)
        {
            throw new UsageException(
                "nothing to serve: use --model RUN (or the bundled zoo:facades) for a model, --runs DIR for runs " +
                    "to show, --data DIR for pairs to review, --page DIR for a page that was exported.");
        }

        if (settings.Runs is { } folder && !Directory.Exists(folder))
        {
            throw new PictureException($"{folder}: there is no such folder");
        }

        return IPAddress.IsLoopback(settings.Address) || settings.Token is not null ? settings
            : settings with { Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)) };
    }

    /// <exception cref="FormatException">the text is not an origin</exception>
    private static Uri OriginOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" && origin.PathAndQuery == "/"
            && origin is { UserInfo: "", Fragment: "" }
            ? origin
            : throw new FormatException($"--origin needs an address without a path such as https://pictures.example, not '{text}'");

    /// <summary>The path with a slash before it and none behind it; empty for the root.</summary>
    /// <exception cref="FormatException">the text is not a path</exception>
    private static string PathBaseOf(string text) =>
        Uri.IsWellFormedUriString(text, UriKind.Relative) && !text.AsSpan().ContainsAny("?#:")
            && !text.Contains("//", StringComparison.Ordinal)
            ? $"/{text.Trim('/')}".TrimEnd('/')
            : throw new FormatException($"--path-base needs a path such as /gan, not '{text}'");

    /// <exception cref="FormatException">the text is not an address</exception>
    private static IPAddress ProxyOf(string text) => IPAddress.TryParse(text, out var proxy) ? proxy
        : throw new FormatException($"--proxy needs the IP address of the proxy, such as 127.0.0.1, not '{text}'");

    /// <summary>The token, if browsers can send it: a header holds ASCII alone, and loses spaces at its ends.</summary>
    /// <exception cref="FormatException">they can't; the message does not repeat it</exception>
    private static string TokenOf(string text) => text == text.Trim() && text.All(c => c is >= ' ' and <= '~') ? text
        : throw new FormatException(
            "--token may have letters, digits and signs of ASCII, and spaces between them: browsers can't send others");

    /// <exception cref="FormatException">the text is not an address; the message says so</exception>
    private static IPAddress AddressOf(string text) => IPAddress.TryParse(text, out var address) ? address
        : throw new FormatException($"--address needs an IP address such as 192.168.0.7, or 0.0.0.0, not '{text}'");
}

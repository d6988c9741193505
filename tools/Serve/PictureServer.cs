using System.Net;
using System.Net.Sockets;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace IlgpuGan.Serve;

/// <summary>
/// An HTTP server that translates and generates pictures and shows runs: a page, and a REST interface. Every resource of a request is
/// bounded; a server at capacity responds with 503 and goes on.
/// </summary>
internal sealed class PictureServer : IAsyncDisposable
{
    /// <summary>Clients that may follow runs at the same time; each keeps a request open.</summary>
    private const int Watchers = 32;

    /// <summary>Connections beyond those of requests and watchers: browsers open several each.</summary>
    private const int SpareConnections = 64;

    /// <summary>Largest size of a decision about a pair.</summary>
    private const int MostBytesOfDecision = 4096;

    /// <summary>Time without a request after which unused memory goes back to the system.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>Bytes a second of the slowest line on which a large answer still arrives.</summary>
    internal const int SlowestLine = 20_000;

    /// <summary>Time in which a client must have taken an answer of a usual size; a large one may take longer.</summary>
    private static readonly TimeSpan s_usualSending = TimeSpan.FromMinutes(5);

    private static readonly string[] s_reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly WebApplication _web;
    private readonly Device? _device;
    private readonly ModelRegistry? _models;
    private readonly CancellationTokenSource _ends;
    private readonly TrainingJobs _trainings;

    private PictureServer(
        WebApplication web, Device? device, ModelRegistry? models, TrainingJobs trainings, CancellationTokenSource ends) =>
        (_web, _device, _models, _trainings, _ends) = (web, device, models, trainings, ends);

    /// <summary>The address that it listens on, with the actual port if 0 was requested.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Loads the models and starts to listen.</summary>
    /// <param name="settings">models, folders, address and limits</param>
    /// <param name="device">
    /// computes the models; the server disposes it, also if starting fails; null if it serves <see cref="ServeSettings.Page"/>
    /// </param>
    /// <exception cref="ArgumentException">other machines can reach the address, and there is no token</exception>
    /// <exception cref="InvalidOperationException">a model can't be used; the message says why</exception>
    /// <exception cref="IOException">a model can't be read, or the port is taken</exception>
    public static async Task<PictureServer> StartAsync(ServeSettings settings, Device? device)
    {
        var ends = new CancellationTokenSource();
        var trainings = new TrainingJobs(settings.Program);
        WebApplication? web = null;
        ModelRegistry? models = null;
        try
        {
            if (!IPAddress.IsLoopback(settings.Address) && settings.Token is null)
            {
                throw new ArgumentException($"{settings.Address} can be reached by others: a token is needed", nameof(settings));
            }

            web = Build(settings);
            if (settings.Page is { } page)
            {
                // As any server for files would: the page brings all it needs, and asks nothing of this server.
                web.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Path.GetFullPath(page)) });
            }
            else
            {
                ArgumentNullException.ThrowIfNull(device);
                models = await Opened(settings, device);
                Prepare(web, settings);
                Map(web, settings, models, device, new RunRegistry(settings.Runs, trainings), ends.Token);
            }

            await Listen(web, settings.Port);
            return new PictureServer(web, device, models, trainings, ends);
        }
        catch
        {
            if (web is not null)
            {
                await web.DisposeAsync();
            }

            trainings.Dispose();
            ends.Dispose();
            await Release(device, models);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _web.StopAsync();
        await _web.DisposeAsync();
        await Release(_device, _models);
        _trainings.Dispose();
        _ends.Dispose();
    }

    /// <summary>Disposes the models in the queue's turn, and then their device.</summary>
    private static async Task Release(Device? device, ModelRegistry? models)
    {
        if (device is not null)
        {
            await Task.Run(() => device.WorkQueue.RunLast(() => models?.Dispose()));
            device.Dispose();
        }
    }

    /// <summary>Opens the models, and gives memory back while nobody asks.</summary>
    private static async Task<ModelRegistry> Opened(ServeSettings settings, Device device)
    {
        device.WorkQueue.FreesMemoryAfter = Quiet;
        var models = await device.WorkQueue.RunAsync(() => new ModelRegistry(settings.Models, device, settings.Failed));
        device.WorkQueue.WhenQuiet = () =>
        {
            models.ReleaseMemory();

            // Without requests nothing else would collect what the last ones left: hundreds of megabytes after photographs.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        };
        return models;
    }

    /// <exception cref="IOException">the port is taken, or not to be had</exception>
    private static async Task Listen(WebApplication web, int port)
    {
        try
        {
            await web.StartAsync();
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new IOException($"port {port} is reserved by the system: --port 0 takes any free one", problem);
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw new IOException($"port {port}: address already in use; --port 0 takes any free one", problem);
        }
    }

    private static WebApplication Build(ServeSettings settings)
    {
        // An empty builder reads no settings from the environment or from files: the command line alone decides.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        var connections = new OpenConnections(settings.Places + Watchers + SpareConnections);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port, listen => listen.Use(connections.Hold));
            kestrel.Limits.MaxRequestBodySize = settings.MaxBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        var web = builder.Build();
        web.Use(connections.Handle);
        return web;
    }

    /// <summary>What each request goes through before its route is chosen.</summary>
    private static void Prepare(WebApplication web, ServeSettings settings)
    {
        if (settings.Proxies.Count > 0)
        {
            web.UseForwardedHeaders(Forwarded(settings.Proxies));
        }

        if (settings.PathBase.Length > 0)
        {
            web.UsePathBase(settings.PathBase);
        }

        web.Use(new ErrorMiddleware(new AccessControl(settings), settings.Failed).Handle);
        web.Use(EndPathOfPage);
        web.UseRouting(); // Now that a path below the base has lost it: by default routes are chosen first.
    }

    /// <summary>Believes forwarded headers of these proxies alone; by default those of this machine would be believed.</summary>
    private static ForwardedHeadersOptions Forwarded(IReadOnlyList<IPAddress> proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownProxies.Add(proxy);
        }

        return options;
    }

    /// <summary>The page's links are relative: it must be seen below its path, not beside it.</summary>
    private static Task EndPathOfPage(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.HasValue)
        {
            return next(context);
        }

        context.Response.Redirect($"{context.Request.PathBase}/{context.Request.QueryString}", permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    private static void Map(
        WebApplication web, ServeSettings settings, ModelRegistry models, Device device, RunRegistry runs, CancellationToken ends)
    {
        var slots = new RequestSlots(settings.Places);
        var document = OpenApiDocument.Create(settings.MaxBytes, settings.MaxPixels, settings.PathBase).ToJsonString();
        foreach (var file in PageFiles.All)
        {
            Get(file.Address, context => Send(context, file.Bytes, file.Type));
        }

        Get("/health", context => device.Fault is { } fault
            ? throw new Refusal(
                StatusCodes.Status503ServiceUnavailable,
                $"the device {device.Name} has failed ({fault}) and computes nothing more: start the server again")
            : context.Response.WriteAsJsonAsync(
                new { status = "ok", models = models.Count, places = settings.Places, taken = slots.Taken }));
        Get("/openapi.json", context => Send(context, Encoding.UTF8.GetBytes(document), "application/json"));
        Get(
            "/api/models",
            async context => await Send(context, ModelDescription.List(await models.All()), "application/json; charset=utf-8"));
        Get(
            "/api/models/{name}/examples/{index}",
            async context => await SendExample(context, (await models.Find(Route(context, "name"))).Inputs));
        web.MapPost("/api/models/{name}/translate", new TranslationEndpoint(settings, models, device, slots).Handle);
        web.MapPost("/api/models/{name}/generate", new GenerationEndpoint(settings, models, device, slots).Handle);
        Get("/api/runs", context => context.Response.WriteAsJsonAsync(runs.Describe()));
        Get("/api/runs/{name}", context => context.Response.WriteAsJsonAsync(runs.Describe(Route(context, "name"))));
        web.MapGet("/api/events", new RunFeed(runs, new RequestSlots(Watchers), ends).Watch); // Without HEAD: the response has no end.
        Get(
            "/api/runs/{name}/samples/{index}",
            context => Send(context, runs.Sample(Route(context, "name"), Route(context, "index")), "image/png"));
        Get("/api/runs/{name}/report", context => Report(context, ReportPage.Render(runs.Report(Route(context, "name")))));

        var pairs = new PairReviewEndpoints(settings.Data, settings.DataOut, MostBytesOfDecision);
        Get("/api/data", context => context.Response.WriteAsJsonAsync(pairs.Describe()));
        Get("/api/data/{index}", context =>
        {
            var (file, type) = pairs.Picture(Route(context, "index"));
            return Send(context, file, type);
        });
        web.MapPut("/api/data/{index}", pairs.Decide);
        web.MapPost("/api/data/write", context => context.Response.WriteAsJsonAsync(pairs.Write(context.Request.Query)));
        web.MapPost("/api/runs/{name}/stop", context => Accept(context, () => runs.Stop(Route(context, "name"))));
        web.MapPost("/api/runs/{name}/resume", context => Accept(context, () => runs.Resume(Route(context, "name"))));

        void Get(string address, RequestDelegate answer) => web.MapMethods(address, s_reading, answer);
    }

    private static string? Route(HttpContext context, string name) => (string?)context.Request.RouteValues[name];

    /// <summary>Sends a report; its policy allows the script, style and pictures that are inline in the page.</summary>
    private static Task Report(HttpContext context, string page)
    {
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
        return Send(context, Encoding.UTF8.GetBytes(page), "text/html; charset=utf-8");
    }

    /// <summary>Starts an operation and responds with 202 Accepted.</summary>
    private static Task Accept(HttpContext context, Action begin)
    {
        begin();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    /// <summary>Responds with one of a model's examples.</summary>
    /// <exception cref="Refusal">there is no example of the number that the address names</exception>
    internal static Task SendExample(HttpContext context, ShownInputs inputs)
    {
        var (bytes, type) = int.TryParse(Route(context, "index"), out var i) && i >= 0 && i < inputs.Examples.Count
            ? inputs.FileOf(inputs.Examples[i])
            : throw new Refusal(StatusCodes.Status404NotFound, "there is no example of that number");
        return Send(context, bytes, type);
    }

    /// <summary>Responds with a picture whose format was chosen by the request.</summary>
    internal static Task SendPicture(HttpContext context, byte[] bytes, AnswerFormat format)
    {
        context.Response.Headers.Vary = "Accept";
        return Send(context, bytes, format.MediaType);
    }

    /// <summary>Time in which a client must have taken an answer of so many bytes: it holds memory, but no slot.</summary>
    internal static TimeSpan LongestSending(int bytes) =>
        TimeSpan.FromSeconds(Math.Max(s_usualSending.TotalSeconds, (double)bytes / SlowestLine));

    /// <summary>Responds with bytes of a media type. A client that does not take them in time is cut off.</summary>
    /// <param name="longest">that time; null for the one that so many bytes may take</param>
    internal static async Task Send(HttpContext context, byte[] bytes, string type, TimeSpan? longest = null)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(longest ?? LongestSending(bytes.Length));
        try
        {
            await context.Response.Body.WriteAsync(bytes, time.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            context.Abort(); // The status is already sent.
        }
    }
}

using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace IlgpuGan.Serve;

/// <summary>
/// An HTTP server that translates and generates pictures and shows runs: a page, and a REST interface. Every resource of a request is
/// bounded; a server at capacity responds with 503 and goes on.
/// </summary>
public sealed class PictureServer : IAsyncDisposable
{
    /// <summary>Clients that may follow runs at the same time; each keeps a request open.</summary>
    private const int Watchers = 32;

    /// <summary>Largest size of a decision about a pair.</summary>
    private const int MostBytesOfDecision = 4096;

    private static readonly string[] s_reading = [HttpMethods.Get, HttpMethods.Head];

    private readonly WebApplication _web;
    private readonly Device _device;
    private readonly ModelRegistry _models;
    private readonly CancellationTokenSource _ends;
    private readonly TrainingJobs _trainings;

    private PictureServer(
        WebApplication web, Device device, ModelRegistry models, TrainingJobs trainings, CancellationTokenSource ends) =>
        (_web, _device, _models, _trainings, _ends) = (web, device, models, trainings, ends);

    /// <summary>The address that it listens on, with the actual port if 0 was requested.</summary>
    public Uri Address => new(_web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Loads the models and starts to listen.</summary>
    /// <param name="settings">models, folders, address and limits</param>
    /// <param name="device">computes the models; the server disposes it, also if starting fails</param>
    /// <exception cref="ArgumentException">other machines can reach the address, and there is no token</exception>
    /// <exception cref="InvalidOperationException">a model can't be used; the message says why</exception>
    /// <exception cref="IOException">a model can't be read, or the port is taken</exception>
    public static async Task<PictureServer> StartAsync(ServeSettings settings, Device device)
    {
        var ends = new CancellationTokenSource();
        var trainings = new TrainingJobs(settings.Program);
        try
        {
            if (!settings.IsLocal && settings.Token is null)
            {
                throw new ArgumentException($"{settings.Address} can be reached by others: a token is needed", nameof(settings));
            }

            var models = await device.WorkQueue.RunAsync(() => new ModelRegistry(settings.Models, device));
            var web = Build(settings, models, device, trainings, ends.Token);
            try
            {
                await web.StartAsync();
            }
            catch
            {
                await web.DisposeAsync();
                throw;
            }

            return new PictureServer(web, device, models, trainings, ends);
        }
        catch
        {
            device.Dispose();
            trainings.Dispose();
            ends.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _web.StopAsync();
        await _web.DisposeAsync();
        await _device.WorkQueue.RunAsync(() =>
        {
            _models.Dispose();
            return true;
        });
        _device.Dispose();
        _trainings.Dispose();
        _ends.Dispose();
    }

    private static WebApplication Build(
        ServeSettings settings, ModelRegistry models, Device device, TrainingJobs trainings, CancellationToken ends)
    {
        // An empty builder reads no settings from the environment or from files: the command line alone decides.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port);
            kestrel.Limits.MaxRequestBodySize = settings.MaxBytes;
            kestrel.Limits.MaxConcurrentConnections = settings.Places + Watchers + 64;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        var web = builder.Build();
        web.Use(new ErrorMiddleware(new AccessControl(settings), settings.Failed).Handle);
        Map(web, settings, models, device, new RunRegistry(settings.Runs, trainings), ends);
        return web;
    }

    private static void Map(
        WebApplication web, ServeSettings settings, ModelRegistry models, Device device, RunRegistry runs, CancellationToken ends)
    {
        var slots = new RequestSlots(settings.Places);
        var document = OpenApiDocument.Create(settings).ToJsonString();
        foreach (var file in PageFiles.All)
        {
            Get(file.Address, context => Send(context, file.Bytes, file.Type));
        }

        Get("/health", context => context.Response.WriteAsJsonAsync(
            new { status = "ok", models = models.All.Count, places = settings.Places, taken = slots.Taken }));
        Get("/openapi.json", context => Send(context, Encoding.UTF8.GetBytes(document), "application/json"));
        Get("/api/models", context => context.Response.WriteAsJsonAsync(models.All.Select(m => m.Describe())));
        Get(
            "/api/models/{name}/examples/{index}",
            context => Send(context, Example(models.Find(Route(context, "name")), Route(context, "index")), "image/png"));
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

    private static byte[] Example(ServedModel model, string? index) =>
        int.TryParse(index, out var i) && i >= 0 && i < model.Examples.Count
            ? PictureFile.EncodePng(model.Examples[i], model.Name)
            : throw new Refusal(StatusCodes.Status404NotFound, "there is no example of that number");

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

    /// <summary>Responds with bytes of a media type.</summary>
    internal static async Task Send(HttpContext context, byte[] bytes, string type)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}

using IlgpuGan.Hosting;
using IlgpuGan.Models.Data;
using IlgpuGan.Serve;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the page of trained generators, and its interface, to a web application.</summary>
public static class TranslatorEndpoints
{
    /// <summary>
    /// Maps the models of <c>AddIlgpuGan</c> below a path: there <c>GET</c> is a page to translate and draw on, <c>POST</c> translates a
    /// picture by the first model, and <c>openapi.json</c> describes the rest. An error is a status and <c>{"error": "…"}</c>, a sentence.
    /// The only option in the query is <c>format</c>; what a model does is set by <c>AddIlgpuGan</c>. Who may ask is up to the
    /// application: <c>RequireAuthorization</c>, <c>RequireHost</c> and others apply to the result.
    /// </summary>
    /// <param name="endpoints">the application</param>
    /// <param name="pattern">the path, such as <c>/paint</c></param>
    /// <exception cref="InvalidOperationException">no models were added to the application's services</exception>
    public static IEndpointConventionBuilder MapIlgpuGan(this IEndpointRouteBuilder endpoints, string pattern)
    {
        var models = endpoints.ServiceProvider.GetService<HostedTranslators>() ?? throw new InvalidOperationException(
            "MapIlgpuGan needs models: builder.Services.AddIlgpuGan(models => models.Add(\"facades\", \"zoo:facades\"))");
        var errors = new ErrorMiddleware(access: null, failed: null); // The models log theirs.
        var shown = models.Options.Models.Select(m => new HostedModel(m.Key, m.Value.Path, models)).ToList();
        var group = endpoints.MapGroup(pattern);
        foreach (var file in PageFiles.OfModelsAlone)
        {
            Get(file.Address, context => file.Address == "/" && !context.Request.Path.Value!.EndsWith('/')
                ? RedirectBelow(context)
                : PictureServer.Send(context, file.Bytes, file.Type));
        }

        Get("/openapi.json", context => PictureServer.Send(
            context, OpenApiDocument.OfModelsAlone(models.Options.MaxBytes, models.Options.MaxPixels, BaseOf(context)),
            "application/json"));
        Get("/api/models", context => PictureServer.Send(context, ModelDescription.List(shown), "application/json; charset=utf-8"));
        Get("/api/models/{name}/examples/{index}", context => PictureServer.SendExample(context, Find(context).Inputs));
        Post("/api/models/{name}/translate", Find);
        Post("/", _ => shown[0]);
        return group;

        void Get(string address, RequestDelegate answer) =>
            group.MapMethods(address, [HttpMethods.Get, HttpMethods.Head], context => errors.Handle(context, answer));

        void Post(string address, Func<HttpContext, HostedModel> find) => group.MapMethods(
            address, [HttpMethods.Post], context => errors.Handle(context, c => Translate(models, find(c), c)));

        // The web server decodes all of an address but the slashes within its parts.
        HostedModel Find(HttpContext context)
        {
            var name = (string)context.Request.RouteValues["name"]!;
            return shown.Find(m => m.Name == name)
                ?? shown.Find(m => m.Name == name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)) ?? throw Refusal.UnknownModel();
        }
    }

    private static async Task Translate(HostedTranslators models, HostedModel model, HttpContext context)
    {
        new QueryOptions(QueryOptions.Of<AnswerFormatChoice>()).Read(context.Request.Query);
        var format = AnswerFormat.Of(context.Request);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            throw UploadedPictures.NoBody();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // That of the options applies, with a sentence.
        }

        try
        {
            var made = await models[model.Name].TranslateFileAsync(context.Request.Body, format.Format, context.RequestAborted);
            TranslationEndpoint.Tell(context, made.Half, made.ReducedTo, made.Remarks);
            await PictureServer.SendPicture(context, made.File, format);
        }
        catch (TranslatorBusyException problem)
        {
            throw Refusal.Busy(problem.Message, TimeSpan.FromSeconds(1));
        }
        catch (BadHttpRequestException problem)
        {
            throw new Refusal(problem.StatusCode, "the request was incomplete");
        }
        catch (Exception problem) when (PictureError.Of(problem, "", model.Path, model.Name) is not null)
        {
            throw PictureError.Of(problem, "", model.Path, model.Name)!;
        }
    }

    /// <summary>The page's links are relative: it must be seen below its path, not beside it.</summary>
    private static Task RedirectBelow(HttpContext context)
    {
        context.Response.Redirect($"{BaseOf(context)}/");
        return Task.CompletedTask;
    }

    /// <summary>The path of the page or of a file beside it, as the browser sees it, without the last part.</summary>
    private static string BaseOf(HttpContext context)
    {
        var path = $"{context.Request.PathBase}{context.Request.Path}";
        return path.EndsWith("/openapi.json", StringComparison.Ordinal) ? path[..^"/openapi.json".Length] : path;
    }
}

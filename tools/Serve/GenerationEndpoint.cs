using IlgpuGan.Models.Families;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>Responds with a picture that a model generates.</summary>
internal sealed class GenerationEndpoint(ServeSettings settings, ModelRegistry models, Device device, RequestSlots slots)
{
    /// <summary>The options that a query may have: those of the command <c>generate</c>, under the same names.</summary>
    public static QueryOptions Options { get; } =
        new([.. QueryOptions.Of<GenerationRequest>(), .. QueryOptions.Of<AnswerFormatChoice>()]);

    /// <summary>
    /// <c>POST /api/models/{name}/generate</c>: responds with a picture, as PNG byte for byte the first that <c>generate</c> writes. A
    /// picture in the request is injected, as by <c>--inject</c>.
    /// </summary>
    /// <exception cref="Refusal">the request can't be processed</exception>
    public async Task Handle(HttpContext context)
    {
        var model = await models.FindGenerator((string?)context.Request.RouteValues["name"]);
        var request = new GenerationRequest();
        Options.Read(context.Request.Query, request);
        var format = AnswerFormat.Of(context.Request);
        if (request.Size is { } size && (long)size.Width * size.Height > settings.MaxPixels)
        {
            throw Refusal.TooLarge(
                $"a size of {size.Width}x{size.Height} exceeds this server's limit of {settings.MaxPixels} pixels");
        }

        byte[] made;
        using (slots.Take()) // Not for the sending: who reads slowly would keep it.
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            time.CancelAfter(settings.Patience);
            var upload = await RequestBody.ReadPicture(context, settings, time.Token);
            made = await Generate(model, request, upload, format, context, time.Token);
        }

        await PictureServer.SendPicture(context, made, format);
    }

    private async Task<byte[]> Generate(
        ServedGenerator model, GenerationRequest request, byte[] upload, AnswerFormat format, HttpContext context, CancellationToken time)
    {
        var size = request.Size is { } requested ? $"{requested.Width}x{requested.Height}" : "";
        try
        {
            var whole = upload.Length > 0 ? request with { Inject = Decode(upload, out size) } : request;
            var generated = await device.WorkQueue.RunAsync(() => model.Generator.Generate(whole).First(), time);
            return PictureFile.Encode(generated, format.Format, PictureError.UploadName);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw slots.TimedOut(settings.Patience);
        }
        catch (Exception problem) when (PictureError.Of(problem, size) is not null)
        {
            throw PictureError.Of(problem, size)!;
        }
    }

    private Picture Decode(byte[] file, out string size)
    {
        _ = PictureError.Identify(file);
        var picture = BoundedPicture.Decode(file, PictureError.UploadName, settings.MaxPixels, generator: null);
        size = $"{picture.Width}x{picture.Height}";
        return picture;
    }
}

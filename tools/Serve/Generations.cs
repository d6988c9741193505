using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>Answers a request with a picture that a model makes.</summary>
internal sealed class Generations(ServeSettings settings, ModelShelf models, Device device, Places places)
{
    /// <summary>
    /// <c>POST /api/models/{name}/generate</c>: the bytes of a PNG, those of the first that <c>generate</c> writes. A picture that is
    /// sent is put in, as by <c>--inject</c>.
    /// </summary>
    /// <exception cref="Refusal">the request is not done</exception>
    public async Task Answer(HttpContext context)
    {
        var model = models.FindGenerator((string?)context.Request.RouteValues["name"]);
        var request = GenerationQuery.Of(context.Request.Query);
        if (request.Size is { } size && (long)size.Width * size.Height > settings.MaxPixels)
        {
            throw Refusal.TooLarge(
                $"a size of {size.Width}x{size.Height} exceeds this server's limit of {settings.MaxPixels} pixels");
        }

        using var place = places.Take();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(settings.Patience);
        var sent = await RequestBody.ReadPicture(context, settings, time.Token);
        await PictureServer.Send(context, await Make(model, request, sent, context, time.Token), "image/png");
    }

    private async Task<byte[]> Make(
        ServedGenerator model, GenerationRequest request, byte[] sent, HttpContext context, CancellationToken time)
    {
        var size = request.Size is { } asked ? $"{asked.Width}x{asked.Height}" : "";
        try
        {
            var whole = sent.Length > 0 ? request with { Inject = Decoded(sent, out size) } : request;
            var made = await device.WorkQueue.RunAsync(() => model.Generator.Generate(whole).First(), time);
            return PictureFile.EncodePng(made, PictureProblem.Sent);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw places.Full($"the picture could not be processed within {settings.Patience.TotalSeconds:0} s; try again later");
        }
        catch (Exception problem) when (PictureProblem.Of(problem, size) is not null)
        {
            throw PictureProblem.Of(problem, size)!;
        }
    }

    private Picture Decoded(byte[] file, out string size)
    {
        var info = ImageFile.Identify(file);
        size = $"{info.Width}x{info.Height}";
        return (long)info.Width * info.Height <= settings.MaxPixels ? PictureFile.Decode(file, PictureProblem.Sent)
            : throw Refusal.TooLarge(
                $"{PictureProblem.Sent}: its {size} pixels are more than the {settings.MaxPixels} that this server takes");
    }
}

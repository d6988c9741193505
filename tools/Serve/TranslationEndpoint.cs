using System.Collections.Concurrent;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>Responds to a picture with its translation.</summary>
internal sealed class TranslationEndpoint(ServeSettings settings, ModelRegistry models, Device device, RequestSlots slots)
{
    /// <summary>The response header that says which half of a pair was translated: left or right.</summary>
    private const string HalfHeader = "Ilgpugan-Half";

    /// <summary>The response header with the remarks on the picture, such as that only the first of its frames is read.</summary>
    private const string RemarkHeader = "Ilgpugan-Remark";

    private const string UploadName = PictureError.UploadName;

    /// <summary>Pictures in one batch: more would delay the next requests.</summary>
    private const int MaxBatch = 4;

    /// <summary><c>POST /api/models/{name}/translate</c>: responds with the PNG that <c>translate --out x.png</c> writes.</summary>
    /// <exception cref="Refusal">the request can't be processed</exception>
    public async Task Handle(HttpContext context)
    {
        var model = models.Find((string?)context.Request.RouteValues["name"]);
        var query = TranslationQuery.Of(context.Request.Query);
        RequireCompatible(model, query);
        using var slot = slots.Take();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(settings.Patience);
        var uploads = await UploadedPictures.Of(context.Request.ContentType, await RequestBody.ReadPicture(context, settings, time.Token));
        var png = await Translate(model, query, uploads, context, time.Token);
        await PictureServer.Send(context, png, "image/png");
    }

    private async Task<byte[]> Translate(
        ServedModel model, TranslationQuery query, UploadedPictures uploads, HttpContext context, CancellationToken time)
    {
        var size = "";
        var remarks = new ConcurrentQueue<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Enqueue(remark));
        try
        {
            var side = (long)(query.Settings.Size ?? 0);
            var pixels = Math.Max(PixelsOf(model, uploads.Picture, out size), side * side);
            var picture = await device.WorkQueue.Transcode(
                PictureRemarks.Carried(() => PictureFile.Decode(uploads.Picture, UploadName, keepIndices: model.ReadsNumbers)), time);
            if (!query.Settings.Whole && model.Pairs?.HalfOf(picture, query.Settings.Direction) is var (half, name))
            {
                picture = half;
                context.Response.Headers[HalfHeader] = name;
            }

            var translation = WithStyle(query.Settings, model, uploads);
            var kind = (model.Name, translation, query.Answer, picture.Width, picture.Height);
            var most = (int)Math.Clamp(settings.MaxPixels / pixels, 1, MaxBatch);
            var png = await device.WorkQueue.RunAsync(
                kind, most, picture, batch => model.Model.Translate(translation, batch, UploadName, query.Answer),
                PictureRemarks.Carried<Picture, byte[]>(
                    answer => PictureFile.Encode(answer, ".png", UploadName, ImageMetadata.Read(uploads.Picture))),
                time);
            if (!remarks.IsEmpty)
            {
                context.Response.Headers[RemarkHeader] = string.Join("; ", remarks.Distinct());
            }

            return png;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw slots.Full($"the picture could not be processed within {settings.Patience.TotalSeconds:0} s; try again later");
        }
        catch (RunException problem)
        {
            throw Refusal.Bad(problem.Message.Replace(model.Model.Path, model.Name, StringComparison.Ordinal));
        }
        catch (Exception problem) when (PictureError.Of(problem, size) is not null)
        {
            throw PictureError.Of(problem, size)!;
        }
    }

    private void RequireCompatible(ServedModel model, TranslationQuery query)
    {
        var known = model.Model.HasKnownDirection;
        if (query.Settings.Direction is { } direction && known && model.Model.Generators.All(g => g.Direction != direction))
        {
            throw Refusal.Bad($"{model.Name} does not translate {ServedModel.NameOf(direction)}");
        }

        if (query.Settings.Size is { } side && (long)side * side > settings.MaxPixels)
        {
            throw Refusal.TooLarge($"a size of {side} exceeds this server's limit of {settings.MaxPixels} pixels");
        }
    }

    /// <summary>Adds the style picture and its label map, if they were uploaded.</summary>
    private TranslationSettings WithStyle(TranslationSettings translation, ServedModel model, UploadedPictures uploads)
    {
        if (uploads is { Style: null, StyleLabels: null })
        {
            return translation;
        }

        var style = model.Model.Generators[0].Conditions?.Style;
        return translation with
        {
            StylePicture = Decode(uploads.Style, "style picture", keepIndices: false),
            StyleLabelsPicture = Decode(uploads.StyleLabels, "style label map", keepIndices: style?.Labels is { Coding.Palette: null }),
        };

        Picture? Decode(byte[]? file, string name, bool keepIndices)
        {
            if (file is null)
            {
                return null;
            }

            _ = PixelsOf(model, file, out _);
            return PictureFile.Decode(file, name, keepIndices);
        }
    }

    /// <summary>The number of pixels to translate, from the file's header alone: nothing is decoded yet.</summary>
    /// <exception cref="Refusal">there are too many pixels</exception>
    private long PixelsOf(ServedModel model, byte[] file, out string size)
    {
        var info = ImageFile.Identify(file);
        size = $"{info.Width}x{info.Height}";
        var multiple = model.Model.Generators.Max(g => Math.Max(g.SideMultiple, g.SmallestSide));
        var pixels = RoundedUp(info.Width) * RoundedUp(info.Height);
        if (pixels > settings.MaxPixels)
        {
            throw Refusal.TooLarge(
                $"{UploadName}: its {size} pixels, with sides rounded up to multiples of {multiple}, exceed this server's limit of " +
                    $"{settings.MaxPixels}");
        }

        return pixels;

        long RoundedUp(int side) => ((long)side + multiple - 1) / multiple * multiple;
    }
}

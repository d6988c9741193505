using IlgpuGan.Imaging;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>Answers a picture with its translation.</summary>
internal sealed class Translations(ServeSettings settings, ModelShelf models, Device device, Places places)
{
    /// <summary>The header of an answer that says which half of a pair was translated.</summary>
    private const string HalfHeader = "Ilgpugan-Half";

    private const string Sent = PictureProblem.Sent;

    /// <summary>Pictures in one pass: more would keep those who come next waiting.</summary>
    private const int MostTogether = 4;

    /// <summary><c>POST /api/models/{name}/translate</c>: the bytes of a PNG, those that <c>translate --out x.png</c> writes.</summary>
    /// <exception cref="Refusal">the request is not done</exception>
    public async Task Answer(HttpContext context)
    {
        var model = models.Find((string?)context.Request.RouteValues["name"]);
        var query = TranslationQuery.Of(context.Request.Query);
        RequireFit(model, query);
        using var place = places.Take();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(settings.Patience);
        var sent = await SentPictures.Of(context.Request.ContentType, await RequestBody.ReadPicture(context, settings, time.Token));
        var png = await Translate(model, query, sent, context, time.Token);
        await PictureServer.Send(context, png, "image/png");
    }

    private async Task<byte[]> Translate(
        ServedModel model, TranslationQuery query, SentPictures sent, HttpContext context, CancellationToken time)
    {
        var size = "";
        try
        {
            var side = (long)(query.Settings.Size ?? 0);
            var pixels = Math.Max(PixelsOf(model, sent.Picture, out size), side * side);
            var picture = await device.WorkQueue.Transcode(
                () => PictureFile.Decode(sent.Picture, Sent, keepIndices: model.ReadsNumbers), time);
            if (!query.Settings.Whole && model.Pairs?.HalfOf(picture, query.Settings.Direction) is var (half, name))
            {
                picture = half;
                context.Response.Headers[HalfHeader] = name;
            }

            var asked = WithStyle(query.Settings, model, sent);
            var kind = (model.Name, asked, query.Answer, picture.Width, picture.Height);
            var most = (int)Math.Clamp(settings.MaxPixels / pixels, 1, MostTogether);
            return await device.WorkQueue.RunAsync(
                kind, most, picture, together => model.Model.Translate(asked, together, Sent, query.Answer),
                answer => PictureFile.Encode(answer, ".png", Sent, ImageMetadata.Read(sent.Picture)), time);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw places.Full($"the picture could not be processed within {settings.Patience.TotalSeconds:0} s; try again later");
        }
        catch (RunException problem)
        {
            throw Refusal.Bad(problem.Message.Replace(model.Model.Path, model.Name, StringComparison.Ordinal));
        }
        catch (Exception problem) when (PictureProblem.Of(problem, size) is not null)
        {
            throw PictureProblem.Of(problem, size)!;
        }
    }

    private void RequireFit(ServedModel model, TranslationQuery query)
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

    /// <summary>With the picture whose style is taken over, and its label map, as far as they were sent.</summary>
    private TranslationSettings WithStyle(TranslationSettings asked, ServedModel model, SentPictures sent)
    {
        if (sent is { Style: null, StyleLabels: null })
        {
            return asked;
        }

        var style = model.Model.Generators[0].Conditions?.Style;
        return asked with
        {
            StylePicture = Decoded(sent.Style, "style picture", keepIndices: false),
            StyleLabelsPicture = Decoded(sent.StyleLabels, "style label map", keepIndices: style?.Labels is { Coding.Palette: null }),
        };

        Picture? Decoded(byte[]? file, string name, bool keepIndices)
        {
            if (file is null)
            {
                return null;
            }

            _ = PixelsOf(model, file, out _);
            return PictureFile.Decode(file, name, keepIndices);
        }
    }

    /// <summary>How many pixels are translated, by the file's header alone: nothing is decoded yet.</summary>
    /// <exception cref="Refusal">they are too many</exception>
    private long PixelsOf(ServedModel model, byte[] file, out string size)
    {
        var info = ImageFile.Identify(file);
        size = $"{info.Width}x{info.Height}";
        var multiple = model.Model.Generators.Max(g => Math.Max(g.SideMultiple, g.SmallestSide));
        var pixels = RoundedUp(info.Width) * RoundedUp(info.Height);
        if (pixels > settings.MaxPixels)
        {
            throw Refusal.TooLarge(
                $"{Sent}: its {size} pixels, with sides rounded up to multiples of {multiple}, are more than the {settings.MaxPixels} " +
                    "that this server takes");
        }

        return pixels;

        long RoundedUp(int side) => ((long)side + multiple - 1) / multiple * multiple;
    }
}

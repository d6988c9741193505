using System.Collections.Concurrent;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
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

    /// <summary>The response header that says the size to which a picture was reduced that has more pixels than are allowed.</summary>
    private const string ReducedHeader = "Ilgpugan-Reduced";

    /// <summary>The response header that says how many steps the model's checkpoint was trained.</summary>
    private const string StepHeader = "Ilgpugan-Step";

    private const string UploadName = PictureError.UploadName;

    /// <summary>Pixels from which a picture that was reduced leaves so much that it is collected at once.</summary>
    private const long LargePicture = 16 << 20;

    /// <summary>Pictures in one batch: more would delay the next requests.</summary>
    private const int MaxBatch = 4;

    /// <summary><c>POST /api/models/{name}/translate</c>: responds with the file that <c>translate --out x.png</c> writes.</summary>
    /// <exception cref="Refusal">the request can't be processed</exception>
    public async Task Handle(HttpContext context)
    {
        var model = await models.Find((string?)context.Request.RouteValues["name"]);
        var query = TranslationQuery.Of(context.Request.Query);
        var format = AnswerFormat.Of(context.Request);
        RequireCompatible(model, query);
        byte[] made;
        using (slots.Take()) // Not for the sending: who reads slowly would keep it.
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            time.CancelAfter(settings.Patience);
            var uploads = await UploadedPictures.Of(
                context.Request.ContentType, await RequestBody.ReadPicture(context, settings, time.Token),
                takesStyle: model.Model.Generators.Any(g => g.Conditions?.Style is not null));
            made = await Translate(model, query, uploads, format, context, time.Token);
        }

        if (model.Model.Step is { } step)
        {
            context.Response.Headers[StepHeader] = step.ToString(CultureInfo.InvariantCulture);
        }

        await PictureServer.SendPicture(context, made, format);
    }

    private async Task<byte[]> Translate(
        ServedModel model, TranslationQuery query, UploadedPictures uploads, AnswerFormat format, HttpContext context,
        CancellationToken time)
    {
        var size = "";
        var remarks = new ConcurrentQueue<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Enqueue(remark));
        try
        {
            var (info, generator) = (PictureError.Identify(uploads.Picture), model.Model.GeneratorFor(query.Settings.Direction));
            size = $"{info.UprightSize.Width}x{info.UprightSize.Height}";
            var picture = await device.WorkQueue.TranscodeAsync(
                PictureRemarks.Carried(() => BoundedPicture.Decode(uploads.Picture, UploadName, settings.MaxPixels, generator)), time);
            var reducedTo = BoundedPicture.ReducedTo(uploads.Picture, picture);
            if (reducedTo is not null && (long)info.Width * info.Height >= LargePicture)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // What it took to decode it goes back to the system.
            }

            foreach (var remark in model.Model.RemarksOn(query.Settings, picture))
            {
                remarks.Enqueue(remark);
            }

            var translation = WithStyle(query.Settings, model, uploads);
            var kind = (model, translation, query.Answer, picture.Width, picture.Height);
            var pixels = Math.Max((long)picture.Width * picture.Height, (long)(query.Settings.Size ?? 0) * (query.Settings.Size ?? 0));
            var most = (int)Math.Clamp(settings.MaxPixels / pixels, 1, MaxBatch);
            var made = await device.WorkQueue.RunAsync(
                kind, most, picture, batch => model.Model.Translate(translation, batch, UploadName, query.Answer, time),
                PictureRemarks.Carried<Picture, byte[]>(
                    answer => PictureFile.Encode(answer, format.Format, UploadName, ImageMetadata.Read(uploads.Picture))),
                time);
            Tell(context, model.Model.HalfOf(query.Settings, picture), reducedTo, remarks);
            return made;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw slots.TimedOut(settings.Patience);
        }
        catch (Exception problem) when (PictureError.Of(problem, size, model.Model.Path, model.Name) is not null)
        {
            throw PictureError.Of(problem, size, model.Model.Path, model.Name)!;
        }
    }

    private void RequireCompatible(ServedModel model, TranslationQuery query)
    {
        var known = model.Model.HasKnownDirection;
        if (query.Settings.Direction is { } direction && known && model.Model.Generators.All(g => g.Direction != direction))
        {
            throw Refusal.Bad($"{model.Name} does not translate {OptionsJson.TextOf(direction)}");
        }

        if (query.Settings.Size is { } side && (long)side * side > settings.MaxPixels)
        {
            throw Refusal.TooLarge($"a size of {side} exceeds this server's limit of {settings.MaxPixels} pixels");
        }
    }

    /// <summary>Tells in headers what of a picture was translated.</summary>
    /// <param name="context">the request that is answered</param>
    /// <param name="half">left or right if only this half of a pair was translated; null for the whole picture</param>
    /// <param name="reducedTo">the size to which the picture was reduced, as <c>2044x1533</c>; null if it was not</param>
    /// <param name="remarks">remarks on the picture</param>
    public static void Tell(HttpContext context, string? half, string? reducedTo, IReadOnlyCollection<string> remarks)
    {
        var headers = context.Response.Headers;
        (headers[HalfHeader], headers[ReducedHeader]) = (half, reducedTo);
        headers[RemarkHeader] = remarks.Count > 0 ? Ascii(string.Join("; ", remarks.Distinct())) : null;
    }

    /// <summary>A header holds ASCII alone; a remark may name a file.</summary>
    private static string Ascii(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsAscii && !Rune.IsControl(rune) ? rune.ToString() : Uri.EscapeDataString(rune.ToString())));

    /// <summary>Adds the style picture and its label map, if they were uploaded.</summary>
    private TranslationSettings WithStyle(TranslationSettings translation, ServedModel model, UploadedPictures uploads)
    {
        if (uploads is { Style: null, StyleLabels: null })
        {
            return translation;
        }

        var generator = model.Model.Generators[0];
        var style = generator.Conditions?.Style;
        return translation with
        {
            StylePicture = Decode(uploads.Style, "style picture", labels: null),
            StyleLabelsPicture = Decode(uploads.StyleLabels, "style label map", style?.Labels),
        };

        Picture? Decode(byte[]? file, string name, LabelInput? labels) => file is null ? null : BoundedPicture.Decode(
            file, name, settings.MaxPixels,
            generator with { Labels = labels, InputChannels = style?.Channels ?? generator.InputChannels });
    }
}

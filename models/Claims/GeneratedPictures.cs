using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>
/// Held-out and generated pictures, for the claims of families that generate from noise.
/// </summary>
internal static class GeneratedPictures
{
    /// <summary>Seed of the pictures with which a trained model is evaluated.</summary>
    internal const ulong Seed = 1;

    /// <summary>The kinds of drawn houses, in the order of their folders' names, which is that of the labels.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = [.. DrawnAttributes.Domains.Order(StringComparer.Ordinal)];

    /// <summary>The pictures of <c>val</c>, sorted by name.</summary>
    public static IReadOnlyList<Picture> HeldOut(TrainedVariant variant)
    {
        var pictures = new List<Picture>();
        foreach (var batch in variant.HeldOut())
        {
            using var step = variant.Device.Step();
            pictures.Add(PictureTensors.ToPicture(batch[LabelledPictures.NameOfPicture]));
        }

        return pictures;
    }

    /// <summary>That number of pictures, as <c>generate --seed 1</c> makes them; those of coarser stages are enlarged.</summary>
    public static IReadOnlyList<Picture> Of(GanModel model, int count, int side) =>
        [.. Of(model, new GenerationRequest { Seed = Seed, Count = count }).Select(p => p.Resize(side, side))];

    /// <summary>That number of houses of a kind.</summary>
    public static IReadOnlyList<Picture> OfKind(GanModel model, int count, string kind) =>
        Of(model, new GenerationRequest { Seed = Seed, Count = count, Label = DrawnAttributes.AttributesOf(kind) });

    /// <summary>
    /// The pictures of a request by a fully trained model. Sets <see cref="GenerationRequest.StepsTaken"/>: with 0, a family with stages
    /// would generate as in its first stage.
    /// </summary>
    public static IReadOnlyList<Picture> Of(GanModel model, GenerationRequest request)
    {
        var made = new List<Picture>();
        foreach (var pictures in model.Generate(request with { StepsTaken = model.Options.Steps ?? 0 }))
        {
            using (pictures)
            {
                made.AddRange(Enumerable.Range(0, pictures.Shape[0]).Select(i => PictureTensors.ToPicture(pictures, i)));
            }
        }

        return made;
    }
}

namespace IlgpuGan.Models.Families;

/// <summary>
/// Pictures for the claims of families that generate from noise: held-out ones, and as many generated ones.
/// </summary>
internal static class GeneratedPictures
{
    /// <summary>Of the pictures that a trained model is judged by.</summary>
    private const ulong Seed = 1;

    /// <summary>The pictures of <c>val</c>, in the order of their names.</summary>
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

    /// <summary>So many pictures, as <c>generate --seed 1</c> makes them.</summary>
    public static IReadOnlyList<Picture> Of(GanModel model, int count) => Of(model, new GenerationRequest { Seed = Seed, Count = count });

    /// <summary>All options of a request; the model has taken all of its steps, or a family in stages would draw as in its first.</summary>
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

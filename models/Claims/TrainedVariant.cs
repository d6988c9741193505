using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>A variant of a claim, trained with one seed: the data of its evaluation.</summary>
/// <param name="models">those of its parts, in order; one per checkpoint for a part with several</param>
/// <param name="data">folder of the claim's data set</param>
/// <param name="instruments">measures shared by several families</param>
internal sealed class TrainedVariant(IReadOnlyList<GanModel> models, string data, Instruments instruments)
{
    public IReadOnlyList<GanModel> Models => models;

    /// <summary>Processor seconds that the training of each of <see cref="Models"/> took.</summary>
    internal IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>The first of <see cref="Models"/>.</summary>
    public GanModel Model => models[0];

    public Device Device => Model.Device;

    /// <summary>Folder of the claim's data set.</summary>
    public string Data => data;

    public Instruments Instruments => instruments;

    /// <summary>
    /// Batches of the held-out split, sorted by name, without randomness. A batch is valid until the next one.
    /// </summary>
    /// <exception cref="PictureException">there is no such split</exception>
    public IEnumerable<Batch> HeldOut(int batchSize = 1, string split = "val") =>
        Model.Family.OpenData(Model.Options, split, forEvaluation: true).InOrder(batchSize).On(Device);

    /// <summary>
    /// Those of some views that the model has (<see cref="FamilyInfo.Views"/>) of the first held-out samples, side by side for each sample.
    /// </summary>
    /// <exception cref="PictureException">there is no such split</exception>
    public IReadOnlyList<Picture> Shown(int samples, IReadOnlyList<string> views, string split = "val")
    {
        var pictures = new List<Picture>();
        foreach (var batch in HeldOut(split: split).Take(samples))
        {
            using var step = Device.Step();
            var shown = Model.Show(batch).ToDictionary(v => v.Label, v => v.Picture);
            pictures.Add(Mosaic.Row([.. views.Where(shown.ContainsKey).Select(v => PictureTensors.ToPicture(shown[v]))]));
        }

        return pictures;
    }
}

/// <summary>Scores of recovered classes, each from 0 to 1.</summary>
/// <param name="PixelAccuracy">share of correct pixels</param>
/// <param name="ClassAccuracy">share of correct pixels by class, mean over the classes</param>
/// <param name="ClassIou">intersection over union by class, mean over the classes</param>
internal sealed record ClassScores(double PixelAccuracy, double ClassAccuracy, double ClassIou);

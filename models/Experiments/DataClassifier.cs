using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Experiments;

/// <summary>A classifier of a data set's real pictures, trained once, on first use.</summary>
/// <param name="data">folder of the data set, with a folder for each class in <c>train</c></param>
/// <param name="device">where to train</param>
/// <param name="say">told in a sentence that it takes its time</param>
internal sealed class DataClassifier(string data, Device device, Action<string>? say)
{
    private PictureClassifier? _classifier;

    public PictureClassifier Get(CancellationToken cancellation) => _classifier ??= Train(Path.Combine(data, "train"), cancellation);

    private PictureClassifier Train(string folder, CancellationToken cancellation)
    {
        say?.Invoke($"Training a classifier: {folder}");
        var (pictures, classes) = (new List<Picture>(), new List<int>());
        foreach (var (number, name) in LabelledPictures.Labels(folder, classes: true).Names.Index())
        {
            pictures.AddRange(PictureFolder.List(Path.Combine(folder, name)).Select(PictureFile.Load));
            classes.AddRange(Enumerable.Repeat(number, pictures.Count - classes.Count));
        }

        return PictureClassifier.Train(pictures, classes, device, cancellation: cancellation);
    }
}

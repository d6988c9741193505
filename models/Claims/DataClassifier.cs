using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Claims;

/// <summary>A classifier of a data set's real pictures, trained once on first use.</summary>
/// <param name="folder">with a folder of pictures for each class</param>
/// <param name="device">the device to train on</param>
/// <param name="say">called with a sentence before the training</param>
internal sealed class DataClassifier(string folder, Device device, Action<string>? say = null)
{
    private PictureClassifier? _classifier;

    public PictureClassifier Get(CancellationToken cancellation) => _classifier ??= Train(cancellation);

    private PictureClassifier Train(CancellationToken cancellation)
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

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Experiments;

/// <summary>The measures of <c>../Evaluation</c> for the runs of a variant.</summary>
/// <param name="runs">folders of the variant's parts</param>
/// <param name="data">the claim's data set</param>
/// <param name="shared">folder for what serves all runs</param>
/// <param name="device">where to compute</param>
/// <param name="say">told in a sentence what takes its time</param>
internal sealed class Instruments(
    IReadOnlyList<string> runs, string data, string shared, Device device, Action<string>? say,
    CancellationToken cancellation) : IInstruments
{
    private PictureClassifier? _classifier;

    public ClassScores ClassScores(int part, Direction? direction)
    {
        var request = new EvaluationRequest { Model = runs[part], Data = data, Direction = direction, SegmenterFolder = shared };
        var report = RunEvaluation.Run(request, device, say, cancellation: cancellation).Report;
        var found = report.Segmentation?.Outputs
            ?? throw new DataException($"{data}: holds no label maps on either side; there are no classes to judge by");
        return new ClassScores(
            found.PixelAccuracy, found.ClassAccuracy, found.ClassIou,
            [.. report.Images.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => i.PixelAccuracy!.Value)]);
    }

    public IReadOnlyList<double> PatchDistances(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) =>
        [.. SlicedWasserstein.Between(made, real, device).Scales.Select(s => s.Distance)];

    public IReadOnlyList<int> Classes(IReadOnlyList<Picture> pictures)
    {
        _classifier ??= TrainClassifier(Path.Combine(data, "train"));
        return [.. pictures.Select(_classifier.Classify)];
    }

    public IReadOnlyList<int?> AnswersShown(IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> answers) =>
        [.. pictures.Select(new RightAnswers(answers).ShownBy)];

    public double MeanDistance(IReadOnlyList<Picture> pictures) => Diversity.MeanDistance(pictures);

    public double Deviation(IReadOnlyList<Picture> pictures, Picture source) => Diversity.Deviation(pictures, source);

    private PictureClassifier TrainClassifier(string folder)
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

namespace IlgpuGan.Models.Families;

/// <summary>
/// A family that generates pictures from noise. Its data are pictures in <c>DIR/train</c>, or in DIR itself if that has no splits; with
/// labels, a folder for each class or an <see cref="AttributeTable"/> beside the pictures.
/// </summary>
public abstract class NoiseFamily<TOptions> : Family<TOptions>
    where TOptions : NoiseOptions
{
    private protected const string PictureData = "pictures in DIR/train, or in DIR itself";

    private protected const string LabelledData =
        PictureData + "; for --conditional a folder for each class there, or attributes.csv (file,NAME,NAME,... with 1 and 0)";

    private protected const string FromNoise = "noise";

    private protected const string FromNoiseAndLabel = "noise; with --conditional a label, too";

    /// <summary>A run's sample is one picture, a grid of generated ones.</summary>
    private protected static readonly IReadOnlyList<string> s_views = ["generated"];

    private static readonly string[] s_splits = ["train", "val", "test"];

    public override TOptions AtSize(int side) => (TOptions)((NoiseOptions)Defaults() with { ImageSize = side });

    protected override TOptions Completed(TOptions options) => (TOptions)options.WithLabelsOf(FolderOf(options, "train"));

    /// <summary>None of the networks translates pictures.</summary>
    protected override IReadOnlyList<GeneratorSpec> Generators(TOptions options) => [];

    protected override GenerationSpec? Generation(TOptions options) => new()
    {
        From = options.LabelSet is null ? "noise" : "noise and a label",
        Uses = GenerationUses.Interpolate,
        Labels = options.LabelSet,
    };

    protected override IReadOnlyList<GraphGenerator> GraphGenerators(TOptions options) =>
        [new(NoiseOptions.GeneratorName, options.Nz + options.LabelCount, options.OutputNc, options.ImageSize, options.ImageSize)];

    protected override SampleSource OpenData(TOptions options, string split, bool forEvaluation)
    {
        var (settings, folder) = (Squares(options, forEvaluation), FolderOf(options, split));
        return options.LabelSet is { } labels
            ? LabelledPictures.Open(folder, options.AreClasses, labels.Names, settings)
            : UnlabelledPictures.Open(folder, settings);
    }

    protected override bool HasSplit(TOptions options, string split) => PictureList.IsIn(Path.Combine(options.Data, split));

    /// <summary>Noise pictures with one label each, in turn.</summary>
    protected override Batch Noise(TOptions options, Device device)
    {
        var (count, places) = (options.BatchSize, options.LabelCount);
        var shape = new Shape(count, options.OutputNc, options.ImageSize, options.ImageSize);
        List<KeyValuePair<string, Tensor>> fields =
            [new(LabelledPictures.NameOfPicture, Tensor.Uniform(new RandomKey(1, 1, 0, 0), shape, device).Affine(2, -1))];
        if (places > 0)
        {
            float[] labels = [.. Enumerable.Range(0, count * places).Select(i => i % places == i / places % places ? 1f : 0f)];
            fields.Add(new(LabelledPictures.NameOfLabel, Tensor.From(labels, new Shape(count, places), device)));
        }

        return new Batch(fields, ["noise"], epoch: 0);
    }

    /// <summary>Cropping, size and order of the pictures.</summary>
    private protected static SquareSettings Squares(TOptions options, bool forEvaluation) => new(options.CentreCrop, options.ImageSize)
    {
        Channels = options.OutputNc,
        KeepsProportions = true,
        Flip = options.Flip && !forEvaluation,
        MaxSamples = forEvaluation ? 0 : options.MaxDatasetSize,
        IsSerial = options.SerialBatches || forEvaluation,
    };

    /// <summary>The folder of a split's pictures: the one of its name, or DIR itself if that has no splits.</summary>
    private protected string FolderOf(TOptions options, string split) =>
        s_splits.Any(name => HasSplit(options, name)) ? Path.Combine(options.Data, split) : options.Data;
}

namespace IlgpuGan.Models.Families.StackGan;

/// <summary>
/// A family whose discriminators also judge whether a picture matches its label. In training, each sample has a second picture with another
/// label.
/// </summary>
internal abstract class StackedFamily<TOptions> : NoiseFamily<TOptions>
    where TOptions : StackedOptions
{
    private protected const string ContrastingData = PictureData +
        ": a folder for each class there, or attributes.csv (file,NAME,NAME,... with 1 and 0); for --own-embeddings an array NAME.npy " +
        "beside each NAME.png";

    protected override TOptions ForBenchmark(TOptions options) =>
        options.Conditional ? options with { Labels = "a,b", LabelKind = LabelKind.Classes } : options;

    protected override GenerationSpec? Generation(TOptions o) => o.OwnEmbeddings
        ? base.Generation(o)! with { From = "noise and an embedding", Embedding = o.Embedding }
        : base.Generation(o);

    protected override SampleSource OpenData(TOptions o, string split, bool forEvaluation)
    {
        if (o.OwnEmbeddings)
        {
            var embedded = EmbeddedPictures.Open(FolderOf(o, split), o.Embedding, Squares(o, forEvaluation));
            return forEvaluation ? embedded : new MismatchedPictures(embedded, FolderOf(o, split));
        }

        var source = base.OpenData(o, split, forEvaluation);
        return !forEvaluation && source is LabelledPictures pictures
            ? new MismatchedPictures(pictures, FolderOf(o, split))
            : source;
    }

    protected override Batch Noise(TOptions o, Device device)
    {
        var (noise, shape) = (base.Noise(o, device), new Shape(o.BatchSize, o.OutputNc, o.ImageSize, o.ImageSize));
        if (!o.Conditional)
        {
            return noise;
        }

        var other = Tensor.Uniform(new RandomKey(1, 2, 0, 0), shape, device).Affine(2, -1);
        List<KeyValuePair<string, Tensor>> fields = [.. noise.Fields, new(MismatchedPictures.NameOfOther, other)];
        if (o.OwnEmbeddings)
        {
            var embeddings = Tensor.Normal(new RandomKey(1, 3, 0, 0), new Shape(o.BatchSize, o.Embedding), device);
            fields.Add(new(LabelledPictures.NameOfLabel, embeddings));
        }

        return new Batch(fields, noise.Names, noise.Epoch);
    }
}

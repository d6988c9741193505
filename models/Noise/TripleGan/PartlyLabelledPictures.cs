namespace IlgpuGan.Models.Families.TripleGan;

/// <summary>
/// Pictures of which few are labelled, for semi-supervised training. A sample is a picture without its label [C, side, side] (from the
/// folder, or from a second folder of unlabelled pictures if it exists), in the field that <see cref="LabelledPictures"/> uses; then one of
/// the labelled pictures with its label [classes], drawn at random, or by position if the set is serial. An epoch shows every picture once.
/// </summary>
internal sealed class PartlyLabelledPictures : SampleSource
{
    public const string NameOfKnown = "known";

    /// <summary>Op number of the choice; differs from the samples' positions and from the shuffle.</summary>
    private const uint ChoiceOp = uint.MaxValue - 1;

    private readonly string _folder;
    private readonly LabelledPictures _labelled;
    private readonly SquareSettings _settings;

    private PartlyLabelledPictures(
        string folder, LabelledPictures labelled, IReadOnlyList<int> known, IReadOnlyList<string> files, SquareSettings settings) =>
        (_folder, _labelled, Known, Files, _settings) = (folder, labelled, known, files, settings);

    public override int Count => Files.Count;

    public override IReadOnlyList<string> Files { get; }

    /// <summary>Indices of the pictures with known labels among all pictures in class folders, in order.</summary>
    internal IReadOnlyList<int> Known { get; }

    internal override bool IsSerial => _settings.IsSerial;

    /// <param name="folder">one split of a data set, with a folder for each class</param>
    /// <param name="unlabelled">a folder of unlabelled pictures; ignored if it does not exist</param>
    /// <param name="classes">names of the label vector's elements, in order</param>
    /// <param name="known">
    /// number of known labels, spread evenly over the classes (all pictures of a class that has fewer); 0 for all labels
    /// </param>
    /// <param name="seed">seed of their choice</param>
    /// <param name="settings">how pictures are prepared; of few samples, those of class folders come first</param>
    /// <exception cref="PictureException">folders or pictures are missing</exception>
    public static PartlyLabelledPictures Open(
        string folder, string unlabelled, IReadOnlyList<string> classes, int known, ulong seed, SquareSettings settings)
    {
        LabelledPictures labelled;
        using (PictureRemarks.Silence()) // Nothing is left out: pictures of no class are taken without labels.
        {
            labelled = LabelledPictures.Open(folder, classes: true, classes, settings);
        }

        IReadOnlyList<string> files =
            [.. PictureFolder.List(folder), .. Directory.Exists(unlabelled) ? PictureFolder.List(unlabelled) : []];
        if (settings.MaxSamples > 0)
        {
            var used = labelled.Files.Union(files).Take(settings.MaxSamples).ToHashSet();
            files = [.. files.Where(used.Contains)];
        }

        return new PartlyLabelledPictures(folder, labelled, Choose(labelled, classes.Count, known, seed), files, settings);
    }

    public override string NameOf(int index) => PictureFolder.NameIn(_folder, Files[index]);

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var picture = new PictureField(LabelledPictures.NameOfPicture, _settings.Read(Files[index], random));
        var known = _labelled.Load(Known[IsSerial ? index % Known.Count : random.NextInt(Known.Count)], random);
        return new Sample(
            NameOf(index), picture, known.Fields.OfType<PictureField>().Single() with { Name = NameOfKnown },
            known.Fields.OfType<NumbersField>().Single());
    }

    protected internal override void CheckFile(int index) => _settings.Read(Files[index], new RandomSequence(default));

    private static int[] Choose(LabelledPictures labelled, int classes, int known, ulong seed)
    {
        if (known == 0)
        {
            return [.. Enumerable.Range(0, labelled.Count)];
        }

        var chosen = new List<int>();
        var random = new RandomSequence(new RandomKey(seed, RandomStream.Data, 0, ChoiceOp));
        var places = Enumerable.Range(0, labelled.Count).ToLookup(labelled.ClassOf);
        for (var i = 0; i < classes; i++)
        {
            var own = places[i].ToArray();
            random.Shuffle(own.AsSpan());
            chosen.AddRange(own.Take((int)(((i + 1L) * known / classes) - ((long)i * known / classes))));
        }

        return [.. chosen.Order()];
    }
}

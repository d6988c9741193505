namespace IlgpuGan.Models.Families.StackGan;

/// <summary>
/// Pictures with labels or embeddings, each with a mismatched picture of a different label or embedding. A sample holds the fields of the
/// underlying set, and the mismatched picture [C, side, side]: drawn at random, or the next suitable one by name if the set is serial.
/// </summary>
internal sealed class MismatchedPictures : SampleSource
{
    public const string NameOfOther = "other";

    /// <summary>Draws before the next suitable picture by name is taken, so that a rare label does not cause an endless loop.</summary>
    private const int MostDraws = 64;

    private readonly SampleSource _pictures;
    private readonly Func<int, int, bool> _differ;

    /// <param name="pictures">labelled pictures with at least two different labels</param>
    /// <param name="folder">the folder, for messages</param>
    /// <exception cref="PictureException">all labels are equal</exception>
    public MismatchedPictures(LabelledPictures pictures, string folder)
        : this(pictures, (a, b) => !pictures.LabelOf(a).SequenceEqual(pictures.LabelOf(b)), "label", folder)
    {
    }

    /// <param name="pictures">pictures with at least two different embeddings</param>
    /// <param name="folder">the folder, for messages</param>
    /// <exception cref="PictureException">all embeddings are equal</exception>
    public MismatchedPictures(EmbeddedPictures pictures, string folder)
        : this(pictures, pictures.Differ, "embedding", folder)
    {
    }

    private MismatchedPictures(SampleSource pictures, Func<int, int, bool> differ, string kind, string folder)
    {
        (_pictures, _differ) = (pictures, differ);
        if (!Enumerable.Range(1, Math.Max(pictures.Count - 1, 0)).Any(i => differ(0, i)))
        {
            throw new PictureException($"{folder}: all pictures have the same {kind}; mismatched pictures need at least two");
        }
    }

    public override int Count => _pictures.Count;

    public override IReadOnlyList<string> Files => _pictures.Files;

    internal override IReadOnlyList<string> AllFiles => _pictures.AllFiles;

    internal override IEnumerable<float[]> LabelsAndPoints => _pictures.LabelsAndPoints;

    internal override bool IsSerial => _pictures.IsSerial;

    public override string NameOf(int index) => _pictures.NameOf(index);

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var own = _pictures.Load(index, random);
        var other = _pictures.Load(MismatchOf(index, random), random);
        return new Sample(own.Name, [.. own.Fields, other.Fields.OfType<PictureField>().Single() with { Name = NameOfOther }]);
    }

    protected internal override void CheckFile(int index) => _pictures.CheckFile(index);

    private int MismatchOf(int index, RandomSequence random)
    {
        for (var draw = 0; draw < MostDraws && !IsSerial; draw++)
        {
            if (random.NextInt(Count) is var drawn && _differ(index, drawn))
            {
                return drawn;
            }
        }

        return Enumerable.Range(1, Count - 1).Select(i => (index + i) % Count).First(other => _differ(index, other));
    }
}

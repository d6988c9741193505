namespace IlgpuGan.Models.Data;

/// <summary>
/// Two sets of labelled pictures, each with its own labels; a sample holds a picture of each set. A label is [c1 | c2 | set]: the elements
/// of the other set's labels are 0, and the last two elements are a one-hot code of the picture's set. An epoch shows every picture of the
/// larger set once; the picture of the other set is drawn at random, or by position if the sets are serial.
/// </summary>
internal sealed class TwoLabelledSets : SampleSource
{
    public const string NameOfSecondPicture = "picture2";
    public const string NameOfSecondLabel = "label2";

    private readonly LabelledPictures _first;
    private readonly LabelledPictures _second;

    /// <param name="first">a set with <paramref name="labels"/>.First labels</param>
    /// <param name="second">a set with <paramref name="labels"/>.Second labels</param>
    /// <param name="labels">number of labels of each set</param>
    public TwoLabelledSets(LabelledPictures first, LabelledPictures second, (int First, int Second) labels)
    {
        (_first, _second, Labels) = (first, second, labels);
        Count = Math.Max(first.Count, second.Count);
        Files = [.. first.Files, .. second.Files];
    }

    /// <summary>Number of labels of each set.</summary>
    public (int First, int Second) Labels { get; }

    public override int Count { get; }

    public override IReadOnlyList<string> Files { get; }

    internal override IEnumerable<float[]> LabelsAndPoints => _first.LabelsAndPoints.Concat(_second.LabelsAndPoints);

    internal override bool IsSerial => _first.IsSerial;

    /// <summary>The name of the larger set's picture.</summary>
    public override string NameOf(int index) => (_first.Count == Count ? _first : _second).NameOf(index);

    /// <summary>Extends a label of one set to a label of both.</summary>
    /// <param name="own">the label in its own set</param>
    /// <param name="ofSecond">whether it belongs to the second set</param>
    /// <param name="labels">number of labels of each set</param>
    public static float[] Masked(ReadOnlySpan<float> own, bool ofSecond, (int First, int Second) labels)
    {
        var label = new float[labels.First + labels.Second + 2];
        own.CopyTo(label.AsSpan(ofSecond ? labels.First : 0));
        label[^(ofSecond ? 1 : 2)] = 1;
        return label;
    }

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var (first, second) = (_first.Load(Place(_first.Count), random), _second.Load(Place(_second.Count), random));
        return new Sample(
            NameOf(index),
            Named(first, LabelledPictures.NameOfPicture), Label(first, false, LabelledPictures.NameOfLabel),
            Named(second, NameOfSecondPicture), Label(second, true, NameOfSecondLabel));

        int Place(int count) => count == Count ? index : IsSerial ? index % count : random.NextInt(count);
    }

    protected internal override void CheckFile(int index)
    {
        var (source, own) = index < _first.Files.Count ? (_first, index) : (_second, index - _first.Files.Count);
        source.CheckFile(own);
    }

    private static SampleField Named(Sample sample, string name) => sample.Fields.OfType<PictureField>().Single() with { Name = name };

    private NumbersField Label(Sample sample, bool ofSecond, string name)
    {
        var label = Masked(sample.Fields.OfType<NumbersField>().Single().Values, ofSecond, Labels);
        return new NumbersField(name, label, new Shape(label.Length));
    }
}

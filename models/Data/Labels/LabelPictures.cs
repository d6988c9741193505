namespace IlgpuGan.Models.Data.Labels;

/// <summary>
/// Label maps in the colours of their classes, and their photographs, as pairs of pictures: what scores and people look at. Where there
/// are instance maps the field <c>Border</c> [1, H, W] is beside them: colours don't tell one instance from the next.
/// </summary>
internal sealed class LabelPictures(LabelSource source) : PairSource(source.Settings)
{
    public override int Count => source.Count;

    public override IReadOnlyList<string> Files => source.Files;

    public override string NameOf(int index) => source.NameOf(index);

    internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (labels, instances, photo) = source.Prepare(index, random);
        return new PicturePair(source.Coding.Show(labels), photo, NameOf(index))
        {
            ExtraFields = instances is null ? [] : [LabelFields.BorderOf(instances)],
        };
    }

    internal override void CheckFile(int index) => source.CheckFile(index);
}

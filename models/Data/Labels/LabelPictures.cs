namespace IlgpuGan.Models.Data.Labels;

/// <summary>
/// Colour-coded label maps and their photographs as pairs of pictures, for scores and display. With instance maps, samples also have the
/// field <c>Border</c> [1, H, W], because the colours don't separate instances.
/// </summary>
internal sealed class LabelPictures(LabelSource source) : PairSource(source.Settings)
{
    public override int Count => source.Count;

    public override IReadOnlyList<string> Files => source.Files;

    public override string? Warning() => source.Warning();

    public override string NameOf(int index) => source.NameOf(index);

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (labels, instances, photo) = source.Prepare(index, random);
        return new PicturePair(source.Coding.Show(labels), photo, NameOf(index))
        {
            ExtraFields = instances is null ? [] : [LabelFields.BorderOf(instances)],
        };
    }

    protected internal override void CheckFile(int index) => source.CheckFile(index);
}

using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>
/// Label maps in the colours of their classes, and their photographs, as pairs of pictures: what scores and people look at.
/// </summary>
internal sealed class LabelPictures(LabelSource source) : PairSource(source.Settings)
{
    public override int Count => source.Count;

    public override IReadOnlyList<string> Files => source.Files;

    public override string NameOf(int index) => source.NameOf(index);

    internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (labels, _, photo) = source.Prepare(index, random);
        return new PicturePair(source.Coding.Show(labels), photo, NameOf(index));
    }

    internal override void CheckFile(int index) => source.CheckFile(index);
}

namespace IlgpuGan.Models.Data;

/// <summary>Every so-manieth sample of a source.</summary>
/// <param name="all">the source</param>
/// <param name="first">the first sample of the part</param>
/// <param name="parts">number of parts, and step between the samples of one</param>
internal sealed class PartOfPairs(PairSource all, int first, int parts) : PairSource(all.Settings)
{
    public override int Count => (all.Count - first + parts - 1) / parts;

    public override IReadOnlyList<string> Files => [.. all.Files.Where((_, i) => i % parts == first)];

    public override string NameOf(int index) => all.NameOf(Of(index));

    protected internal override PicturePair LoadPair(int index, RandomSequence random) => all.LoadPair(Of(index), random);

    protected internal override void CheckFile(int index) => all.CheckFile(Of(index));

    private int Of(int index) => (index * parts) + first;
}

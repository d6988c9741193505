namespace IlgpuGan.Models.Experiments;

/// <summary>Unpaired data from pairs: the inputs of the first half of the samples, with random targets of the other half.</summary>
internal sealed class UnpairedHalves : PairSource
{
    private readonly PairSource _pairs;

    /// <exception cref="DataException">there is only one pair</exception>
    public UnpairedHalves(PairSource pairs)
        : base(pairs.Settings) => _pairs = pairs.Count > 1 ? pairs : throw new DataException("one pair can't be split into two sets");

    public override int Count => _pairs.Count / 2;

    public override IReadOnlyList<string> Files => _pairs.Files;

    public override string NameOf(int index) => _pairs.NameOf(index);

    internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var input = _pairs.LoadPair(index, random);
        var target = _pairs.LoadPair(Count + random.NextInt(_pairs.Count - Count), random);
        return new PicturePair(input.A, target.B, input.Name);
    }

    internal override void CheckFile(int index) => _pairs.CheckFile(index);
}

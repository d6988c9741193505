namespace IlgpuGan.Models.Data;

/// <summary>
/// Where pairs of pictures come from. <c>A</c> is what the generator reads and <c>B</c> what it should make, after <see cref="Direction"/>.
/// </summary>
public abstract class PairSource : SampleSource
{
    protected PairSource(DataSettings settings) => Settings = settings;

    public DataSettings Settings { get; }

    /// <summary>Number of distinct inputs, which come first. Of two unpaired sets, the smaller one repeats.</summary>
    internal virtual int Inputs => Count;

    /// <summary>Distinct targets, likewise.</summary>
    internal virtual int Targets => Count;

    internal override bool IsSerial => Settings.Serial;

    /// <summary>Reads and preprocesses a pair. Safe to call from many threads.</summary>
    /// <param name="random">what the crop, the mirroring and the choice of partner are drawn from</param>
    /// <exception cref="DataException">a file can't be used</exception>
    internal abstract PicturePair LoadPair(int index, RandomSequence random);

    internal sealed override Sample Load(int index, RandomSequence random)
    {
        var pair = LoadPair(index, random);
        return new Sample(
            pair.Name, [new PictureField(PairFields.NameOfA, pair.A), new PictureField(PairFields.NameOfB, pair.B), .. pair.ExtraFields]);
    }

    private protected int Limited(int count) => Settings.MaxSamples > 0 ? Math.Min(count, Settings.MaxSamples) : count;

    /// <summary>Turns pictures of the domains A and B into input and target.</summary>
    private protected PicturePair Directed(Picture a, Picture b, string name) =>
        Settings.Direction == Direction.AToB ? new PicturePair(a, b, name) : new PicturePair(b, a, name);
}

/// <summary>A preprocessed sample: input, target, name.</summary>
internal sealed record PicturePair(Picture A, Picture B, string Name)
{
    /// <summary>Further information about the pair.</summary>
    public IReadOnlyList<SampleField> ExtraFields { get; init; } = [];
}

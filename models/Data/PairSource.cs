namespace IlgpuGan.Models.Data;

/// <summary>
/// A source of pairs of pictures. After applying <see cref="Direction"/>, <c>A</c> is the generator's input and <c>B</c> the target.
/// </summary>
public abstract class PairSource : SampleSource
{
    protected PairSource(DataSettings settings) => Settings = settings;

    public DataSettings Settings { get; }

    /// <summary>Number of distinct inputs, which come first. In unpaired data the smaller set repeats.</summary>
    internal virtual int Inputs => Count;

    /// <summary>Name of the input of a sample, where <see cref="SampleSource.NameOf"/> may be that of the target.</summary>
    internal virtual string NameOfInput(int index) => NameOf(index);

    /// <summary>Number of distinct targets, likewise.</summary>
    internal virtual int Targets => Count;

    internal override bool IsSerial => Settings.Serial;

    /// <summary>Reads and preprocesses a pair. Safe to call from many threads.</summary>
    /// <param name="random">random numbers for crop, mirroring and choice of partner</param>
    /// <exception cref="PictureException">a file can't be used</exception>
    protected internal abstract PicturePair LoadPair(int index, RandomSequence random);

    protected internal sealed override Sample Load(int index, RandomSequence random)
    {
        var pair = LoadPair(index, random);
        return new Sample(
            pair.Name, [new PictureField(PairFields.NameOfA, pair.A), new PictureField(PairFields.NameOfB, pair.B), .. pair.ExtraFields]);
    }

    private protected int Limited(int count) => Settings.MaxSamples > 0 ? Math.Min(count, Settings.MaxSamples) : count;

    /// <summary>Orders pictures of the domains A and B as input and target.</summary>
    private protected PicturePair Directed(Picture a, Picture b, string name) =>
        Settings.Direction == Direction.AToB ? new PicturePair(a, b, name) : new PicturePair(b, a, name);
}

/// <summary>A preprocessed sample: input, target, name.</summary>
public sealed record PicturePair(Picture A, Picture B, string Name)
{
    /// <summary>Further fields of the sample.</summary>
    public IReadOnlyList<SampleField> ExtraFields { get; init; } = [];
}

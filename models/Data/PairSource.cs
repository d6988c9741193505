using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Where pairs of pictures come from. <c>A</c> is what the generator reads and <c>B</c> what it should make, after <see cref="Direction"/>.
/// </summary>
public abstract class PairSource
{
    protected PairSource(DataSettings settings) => Settings = settings;

    public DataSettings Settings { get; }

    /// <summary>Samples of an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>Distinct inputs: the first so many samples. Of two sets without pairs, the smaller one begins again.</summary>
    internal virtual int Inputs => Count;

    /// <summary>Distinct targets, likewise.</summary>
    internal virtual int Targets => Count;

    /// <summary>Name of a sample for people and for file names: its path below the data set's folder, without extension.</summary>
    public abstract string NameOf(int index);

    /// <summary>The picture files, for checking (of pairs of files the first); empty where pictures are drawn.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Reads and preprocesses a sample. Safe to call from many threads.</summary>
    /// <param name="random">what the crop, the mirroring and the choice of partner are drawn from</param>
    /// <exception cref="DataException">a file can't be used</exception>
    internal abstract PicturePair Load(int index, RandomSequence random);

    /// <summary>Reads and preprocesses one of <see cref="Files"/> for nothing but its faults.</summary>
    /// <exception cref="DataException">the file can't be used</exception>
    internal abstract void CheckFile(int index);

    /// <summary>All samples in an order that depends on the seed and the epoch only (by name if <see cref="DataSettings.Serial"/>), in batches.</summary>
    public PairBatches Shuffled(ulong seed, int batchSize = 1) => new(this, seed, batchSize);

    /// <summary>All samples in the order of their names, in batches.</summary>
    public PairBatches InOrder(int batchSize = 1) => new(this, seed: 0, batchSize, inOrder: true);

    private protected int Limited(int count) => Settings.MaxSamples > 0 ? Math.Min(count, Settings.MaxSamples) : count;

    /// <summary>Turns pictures of the domains A and B into input and target.</summary>
    private protected PicturePair Directed(Picture a, Picture b, string name) =>
        Settings.Direction == Direction.AToB ? new PicturePair(a, b, name) : new PicturePair(b, a, name);

    private protected static string RelativeName(string folder, string file) =>
        Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/');
}

/// <summary>A preprocessed sample: input, target, name.</summary>
internal sealed record PicturePair(Picture A, Picture B, string Name);

namespace IlgpuGan.Models.Data;

/// <summary>A source of samples: a folder of pictures, or a synthetic data set.</summary>
public abstract class SampleSource
{
    /// <summary>Samples of an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>Name of a sample for people and for file names: its path below the data set's folder, without extension.</summary>
    public abstract string NameOf(int index);

    /// <summary>The files, for checking (of pairs of files the first); empty where samples are drawn.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Whether samples are taken in the order of their names.</summary>
    internal virtual bool IsSerial => false;

    /// <summary>Reads and preprocesses a sample. Safe to call from many threads.</summary>
    /// <param name="random">what crop, mirroring and choice of partner are drawn from</param>
    /// <exception cref="DataException">a file can't be used</exception>
    internal abstract Sample Load(int index, RandomSequence random);

    /// <summary>Reads and preprocesses one of <see cref="Files"/> for nothing but its faults.</summary>
    /// <exception cref="DataException">the file can't be used</exception>
    internal abstract void CheckFile(int index);

    /// <summary>
    /// A sentence on why the files may not be what they are taken for; null where nothing speaks against it. Reads some of them.
    /// </summary>
    /// <exception cref="DataException">a file can't be used</exception>
    public virtual string? Warning() => null;

    /// <summary>All samples in an order that depends on the seed and the epoch only (by name if the set is serial), in batches.</summary>
    /// <param name="seed">the run's</param>
    /// <param name="batchSize">samples of all ranks together</param>
    /// <param name="place">which of several ranks the batches are for: each has a share of every batch; null for all of it</param>
    public SampleBatches Shuffled(ulong seed, int batchSize = 1, (int Rank, int Ranks)? place = null) =>
        new(this, seed, batchSize) { Place = place ?? (0, 1) };

    /// <summary>All samples in the order of their names, in batches.</summary>
    /// <param name="batchSize">samples of all ranks together</param>
    /// <param name="place">which of several ranks the batches are for: each has a share of every batch; null for all of it</param>
    public SampleBatches InOrder(int batchSize = 1, (int Rank, int Ranks)? place = null) =>
        new(this, seed: 0, batchSize, inOrder: true) { Place = place ?? (0, 1) };
}

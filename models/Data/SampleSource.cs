namespace IlgpuGan.Models.Data;

/// <summary>
/// A source of samples: a folder of pictures, or a synthetic data set. Any number of threads may read it at once, as those that prefetch
/// batches do.
/// </summary>
public abstract class SampleSource
{
    /// <summary>Samples per epoch.</summary>
    public abstract int Count { get; }

    /// <summary>Name of a sample for display and file names: its path relative to the data set's folder, without extension.</summary>
    public abstract string NameOf(int index);

    /// <summary>The files to check (of pairs of files, the first); empty for synthetic data.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary><see cref="Files"/> and the files that belong to them, such as the other pictures of pairs.</summary>
    internal virtual IReadOnlyList<string> AllFiles => Files;

    /// <summary>Numbers of samples that are in none of <see cref="AllFiles"/>, in order: labels of a table, or points.</summary>
    internal virtual IEnumerable<float[]> LabelsAndPoints => [];

    /// <summary>Whether samples are in name order.</summary>
    internal virtual bool IsSerial => false;

    /// <summary>Reads and preprocesses a sample. Safe to call from many threads.</summary>
    /// <param name="random">random numbers for crop, mirroring and choice of partner</param>
    /// <exception cref="PictureException">a file can't be used</exception>
    protected internal abstract Sample Load(int index, RandomSequence random);

    /// <summary>
    /// Reads and preprocesses one of <see cref="Files"/> to check it: the sample of that number. Override it where files and samples do
    /// not correspond, or where less than the whole sample tells.
    /// </summary>
    /// <exception cref="PictureException">the file can't be used</exception>
    protected internal virtual void CheckFile(int index) => Load(index, new RandomSequence(default));

    /// <summary>
    /// A warning if the files are probably not what the settings assume, or if the settings change only some of them; otherwise null. Reads
    /// some of the files.
    /// </summary>
    /// <exception cref="PictureException">a file can't be used</exception>
    public virtual string? Warning() => null;

    /// <summary>
    /// The sizes of the pictures that a comparison of sets measures, spread evenly as <see cref="EvenPlaces"/> does, as they are prepared,
    /// by the headers of their files; without those that are not known, such as of arrays, of damaged files, and of sources other than
    /// folders.
    /// </summary>
    /// <param name="most">most samples, and of unpaired sets most pictures of each</param>
    internal virtual IEnumerable<(string File, int Width, int Height)> Sizes(int most) => [];

    /// <summary>Requires at least one sample.</summary>
    /// <exception cref="PictureException">there is none</exception>
    internal void RequireSamples() => PictureException.ThrowIf(
        Count < 1, $"{GetType().Name}: its {nameof(Count)} is {Count}, but a data set needs at least one sample");

    /// <summary>Batches of all samples, shuffled by the seed and the epoch (in name order if the set is serial).</summary>
    /// <param name="seed">seed of the run</param>
    /// <param name="batchSize">samples per batch</param>
    public SampleBatches Shuffled(ulong seed, int batchSize = 1) => Shuffled(seed, batchSize, place: null);

    /// <param name="seed">seed of the run</param>
    /// <param name="batchSize">samples per batch, over all ranks</param>
    /// <param name="place">rank and number of ranks, for a share of every batch; null for whole batches</param>
    internal SampleBatches Shuffled(ulong seed, int batchSize, (int Rank, int Ranks)? place) =>
        new(this, seed, batchSize) { Place = place ?? (0, 1) };

    /// <summary>Batches of all samples in name order.</summary>
    /// <param name="batchSize">samples per batch</param>
    public SampleBatches InOrder(int batchSize = 1) => InOrder(batchSize, place: null);

    /// <param name="batchSize">samples per batch, over all ranks</param>
    /// <param name="place">rank and number of ranks, for a share of every batch; null for whole batches</param>
    /// <param name="only">numbers of the samples to take; null for all</param>
    internal SampleBatches InOrder(int batchSize, (int Rank, int Ranks)? place, IReadOnlyList<int>? only = null) =>
        new(this, seed: 0, batchSize, inOrder: true, only) { Place = place ?? (0, 1) };
}

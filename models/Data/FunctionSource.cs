namespace IlgpuGan.Models.Data;

/// <summary>
/// A custom data set: a function creates each sample. As with the built-in data sets, batches are shuffled by a seed, prefetched on other
/// threads, and can start at any step.
/// </summary>
/// <param name="count">samples per epoch</param>
/// <param name="make">
/// creates the sample of an index, counted from 0. It must draw random numbers only from the given sequence, which depends on the seed, the
/// epoch and the position in the epoch. Called on several threads
/// </param>
public sealed class FunctionSource(int count, Func<int, RandomSequence, Sample> make) : SampleSource
{
    public override int Count { get; } = count > 0
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "a data set has at least one sample");

    public override IReadOnlyList<string> Files => [];

    /// <summary>The pictures of a folder and its subfolders as squares of one size, in the field <c>picture</c>.</summary>
    /// <param name="folder">folder with picture files</param>
    /// <param name="size">side to which the central square of each picture is scaled</param>
    /// <param name="flip">whether to mirror pictures with probability 1/2</param>
    /// <param name="channels">1 gray, 3 colour</param>
    /// <exception cref="PictureException">there is no such folder, or no picture in it; during iteration: a file can't be read</exception>
    public static FunctionSource OfPictures(string folder, int size, bool flip = true, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var files = PictureFolder.List(folder);
        return new FunctionSource(files.Count, (index, random) =>
        {
            var picture = PictureFile.Load(files[index]).ToChannels(channels, files[index]);
            var side = Math.Min(picture.Width, picture.Height);
            var square = picture.Crop((picture.Width - side) / 2, (picture.Height - side) / 2, side, side).Resize(size, size);
            return new Sample(
                Path.GetFileNameWithoutExtension(files[index]),
                new PictureField("picture", flip && random.NextSingle() < 0.5f ? square.FlipHorizontally() : square));
        });
    }

    public override string NameOf(int index) => $"sample{index:D4}";

    protected internal override Sample Load(int index, RandomSequence random) => make(index, random);
}

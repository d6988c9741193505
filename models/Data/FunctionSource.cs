namespace IlgpuGan.Models.Data;

/// <summary>
/// A custom data set: a function makes each sample. Its batches are ordered by a seed, prefetched on other threads, and can
/// be entered at any step, as those of the program's own data sets.
/// </summary>
/// <param name="count">samples of an epoch</param>
/// <param name="make">
/// makes a sample of its index, from 0; whatever it draws comes from the numbers given with it, which depend on seed, epoch and place
/// alone. Called from several threads
/// </param>
public sealed class FunctionSource(int count, Func<int, RandomSequence, Sample> make) : SampleSource
{
    public override int Count { get; } = count > 0
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "a data set has at least one sample");

    public override IReadOnlyList<string> Files => [];

    /// <summary>The pictures of a folder and of all folders in it, squares of one size, under the field <c>picture</c>.</summary>
    /// <param name="folder">with PNG or JPEG files</param>
    /// <param name="size">side to which the middle square of each is scaled</param>
    /// <param name="flip">whether every other picture, on average, is mirrored</param>
    /// <param name="channels">1 gray, 3 colour</param>
    /// <exception cref="DataException">
    /// there is no such folder, or no picture in it; while batches are made: a file can't be read
    /// </exception>
    public static FunctionSource OfPictures(string folder, int size, bool flip = true, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var files = PictureFolder.List(folder);
        return new FunctionSource(files.Count, (index, random) =>
        {
            var picture = PictureFile.Load(files[index]).WithChannels(channels, files[index]);
            var side = Math.Min(picture.Width, picture.Height);
            var square = picture.Cropped((picture.Width - side) / 2, (picture.Height - side) / 2, side, side).Resized(size, size);
            return new Sample(
                Path.GetFileNameWithoutExtension(files[index]),
                new PictureField("picture", flip && random.NextSingle() < 0.5f ? square.Mirrored() : square));
        });
    }

    public override string NameOf(int index) => $"sample{index:D4}";

    internal override Sample Load(int index, RandomSequence random) => make(index, random);

    internal override void CheckFile(int index) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, "a set made by a function has no files");
}

using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A paired data set that the program draws itself: A is a label map in flat colours, B a picture of that house front.
/// The n-th facade depends on the seed and n only.
/// </summary>
public sealed class SyntheticFacades : PairSource
{
    /// <summary>Its own stream: facades of a seed stay the same whatever else is drawn from that seed.</summary>
    private const uint Stream = 0x0FACADE;

    private readonly int _count;
    private readonly int _size;
    private readonly ulong _seed;
    private readonly uint _first;

    /// <param name="count">pairs of the set</param>
    /// <param name="size">side in pixels at which they are drawn</param>
    /// <param name="seed">whose facades</param>
    /// <param name="settings">how they are preprocessed; by default cropped from <paramref name="size"/> to nothing smaller</param>
    /// <param name="first">number of the first facade: sets with other numbers are held out from this one</param>
    public SyntheticFacades(int count, int size, ulong seed = 1, DataSettings? settings = null, uint first = 0)
        : base(settings ?? new DataSettings { LoadSize = size, CropSize = size })
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        (_count, _size, _seed, _first) = (count, size, seed, first);
    }

    public override int Count => Limited(_count);

    public override IReadOnlyList<string> Files => [];

    public override string NameOf(int index) => $"facade{_first + index:D4}";

    /// <summary>Draws a pair: label map and picture, size × size, RGB.</summary>
    public (Image Labels, Image Photo) Draw(int index)
    {
        var plan = Plan(index);
        var grain = new RandomSequence(new RandomKey(_seed, Stream, _first + (uint)index, 1)).NextUInt();
        return (
            new Image(_size, _size, 3, LabelPainter.Paint(plan, _size)),
            new Image(_size, _size, 3, PhotoPainter.Paint(plan, _size, grain)));
    }

    /// <summary>Writes all pairs as PNG files <c>facade0000.png</c>, …, label map left and picture right.</summary>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public void WriteTo(string folder)
    {
        OutputPath.MakeFolder(folder);
        Parallel.For(0, Count, i =>
        {
            var (labels, photo) = Draw(i);
            PictureFile.SaveSideBySide(Path.Combine(folder, NameOf(i) + ".png"), new Picture(labels), new Picture(photo));
        });
    }

    /// <summary>
    /// Writes pairs <c>surface0000.png</c>, … whose label maps have one class: what facades are made of, by itself. The n-th surface
    /// depends on n only, and classes take turns.
    /// </summary>
    /// <exception cref="IOException">the folder can't be written to</exception>
    internal static void WriteSurfacesTo(string folder, int first, int count, int size)
    {
        OutputPath.MakeFolder(folder);
        Parallel.For(first, first + count, i =>
        {
            var plan = new FacadePlan(FacadePlan.Surfaces[i % FacadePlan.Surfaces.Count]);
            PictureFile.SaveSideBySide(
                Path.Combine(folder, $"surface{i:D4}.png"), new Picture(new Image(size, size, 3, LabelPainter.Paint(plan, size))),
                new Picture(new Image(size, size, 3, PhotoPainter.Paint(plan, size, (uint)i))));
        });
    }

    /// <summary>
    /// Writes each facade as three PNG files of one name: the numbers of its classes to <c>SPLIT_label</c>, of its elements to
    /// <c>SPLIT_inst</c> (16 bits), the picture to <c>SPLIT_img</c>.
    /// </summary>
    /// <exception cref="IOException">the folders can't be written to</exception>
    public void WriteLabelsTo(string folder, string split)
    {
        string[] folders = [.. new[] { "label", "inst", "img" }.Select(what => Path.Combine(folder, $"{split}_{what}"))];
        Array.ForEach(folders, OutputPath.MakeFolder);
        Parallel.For(0, Count, i =>
        {
            var plan = Plan(i);
            Image[] images = [new(_size, _size, 1, LabelPainter.PaintClasses(plan, _size)),
                new(_size, _size, 1, LabelPainter.PaintInstances(plan, _size)), Draw(i).Photo];
            foreach (var (to, image) in folders.Zip(images))
            {
                PictureFile.Save(new Picture(image), Path.Combine(to, NameOf(i) + ".png"));
            }
        });
    }

    internal override void CheckFile(int index) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, "a set that is drawn has no files");

    private FacadePlan Plan(int index) => new(new RandomSequence(new RandomKey(_seed, Stream, _first + (uint)index, 0)));

    internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (labels, photo) = Draw(index);
        var name = NameOf(index);
        var a = new Picture(labels).WithChannels(Settings.ChannelsOfA, name);
        var b = new Picture(photo).WithChannels(Settings.ChannelsOfB, name);
        var transform = Transform.Draw(Settings, a.Width, a.Height, name, random);
        return Directed(transform.Apply(a, isMap: true), transform.Apply(b), name);
    }
}

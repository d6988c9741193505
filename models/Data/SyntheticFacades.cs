using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A synthetic paired data set: A is a label map in flat colours, B a picture of that house front. The n-th facade depends only on the seed
/// and n.
/// </summary>
public sealed class SyntheticFacades : PairSource
{
    /// <summary>A separate random stream, so that facades don't depend on what else is drawn with the seed.</summary>
    private const uint Stream = 0x0FACADE;

    private readonly int _count;
    private readonly int _size;
    private readonly ulong _seed;
    private readonly uint _first;

    /// <param name="count">number of pairs</param>
    /// <param name="size">side in pixels of the drawings</param>
    /// <param name="seed">seed of the data set</param>
    /// <param name="settings">preprocessing; by default load size and crop size are <paramref name="size"/></param>
    /// <param name="first">number of the first facade; disjoint ranges give held-out facades</param>
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
    internal DrawnFacade Draw(int index)
    {
        var plan = Plan(index);
        var grain = new RandomSequence(new RandomKey(_seed, Stream, _first + (uint)index, 1)).NextUInt();
        return new DrawnFacade(
            new Image(_size, _size, 3, LabelPainter.Paint(plan, _size)),
            new Image(_size, _size, 3, PhotoPainter.Paint(plan, _size, grain)));
    }

    /// <summary>Writes all pairs as PNG files <c>facade0000.png</c>, …, label map left and picture right.</summary>
    /// <param name="folder">the folder, which is made if it is not there</param>
    /// <param name="cancellationToken">ends the drawing between two pairs</param>
    /// <exception cref="IOException">the folder can't be written to</exception>
    /// <exception cref="OperationCanceledException">it was ended</exception>
    public void WriteTo(string folder, CancellationToken cancellationToken = default)
    {
        OutputPath.MakeFolder(folder);
        Parallel.For(0, Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            var (labels, photo) = Draw(i);
            PictureFile.SaveSideBySide(Path.Combine(folder, NameOf(i) + ".png"), new Picture(labels), new Picture(photo));
        });
    }

    /// <summary>
    /// Writes pairs <c>surface0000.png</c>, … whose label maps have a single class: the surfaces of facades. The n-th surface depends only
    /// on n and cycles through the classes.
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
    /// Writes each facade as three PNG files of the same name: class numbers to <c>SPLIT_label</c>, instance numbers to <c>SPLIT_inst</c>
    /// (16 bits), and the picture to <c>SPLIT_img</c>.
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

    private FacadePlan Plan(int index) => new(new RandomSequence(new RandomKey(_seed, Stream, _first + (uint)index, 0)));

    protected internal override PicturePair LoadPair(int index, RandomSequence random)
    {
        var (labels, photo) = Draw(index);
        var name = NameOf(index);
        var a = new Picture(labels).ToChannels(Settings.ChannelsOfA, name);
        var b = new Picture(photo).ToChannels(Settings.ChannelsOfB, name);
        var transform = PictureTransform.Draw(Settings, a.Width, a.Height, name, random);
        return Directed(transform.Apply(a, isMap: true), transform.Apply(b), name);
    }
}

/// <summary>A drawn house front.</summary>
/// <param name="Labels">its label map</param>
/// <param name="Photo">the picture that belongs to the map, of the same size</param>
internal readonly record struct DrawnFacade(Image Labels, Image Photo);

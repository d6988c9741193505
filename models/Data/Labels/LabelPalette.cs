using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>The class colours of a data set's label maps; a pixel belongs to the class with the nearest colour.</summary>
public sealed class LabelPalette
{
    /// <summary>Most colours of a palette.</summary>
    private const int MostClasses = 64;

    /// <summary>
    /// Largest spread, in levels, of the 3×3 neighbourhood of a flat pixel. Only flat pixels are counted, because edges are mixtures of
    /// colours.
    /// </summary>
    private const int FlatSpread = 24;

    /// <summary>Colours within this distance, in RGB levels, are one class with JPEG noise.</summary>
    private const int ClassRadius = 40;

    /// <summary>In label maps, flat pixels are within this distance of their class's colour; in photographs they scatter.</summary>
    private const int NoiseRadius = 16;

    /// <summary>
    /// Smallest share of flat pixels within <see cref="NoiseRadius"/>. Measured: 0.998 for the facades' JPEG maps, 0.2 to 0.4 for
    /// photographs.
    /// </summary>
    private const double LeastNear = 0.95;

    /// <summary>
    /// The same share of a single picture that may be a photograph if it is smaller. Measured: 0.978 or more for the facades' maps; 0.91 or
    /// less for their photographs, half of them below 0.6; a few maps saved again with quality 75 have less than this.
    /// </summary>
    private const double LeastOwnNear = 0.92;

    /// <summary>A colour with a smaller share of the flat pixels is noise.</summary>
    private const double LeastShare = 1e-4;

    /// <summary>Longer side, in pixels, of the copy in which the colours of a picture are compared with a palette.</summary>
    private const int ComparedSide = 256;

    /// <summary>Smallest share of flat pixels in a label map, which may be finely drawn.</summary>
    private const double LeastFlat = 0.02;

    /// <summary>In label maps with other losses, flat pixels are within this distance of a colour of the palette.</summary>
    private const int FitRadius = 24;

    /// <summary>
    /// Smallest share of flat pixels near a colour of the palette. Measured: 0.99 or more for the facades' JPEG maps; for 700 photographs
    /// 0.02 or less with their palette, and 0.76 or less with the grayish one of PASCAL VOC.
    /// </summary>
    private const double LeastFitting = 0.85;

    /// <summary>Smallest share in a picture of flat areas of a few colours: a palette that was found in a few maps lacks some.</summary>
    private const double LeastShared = 0.25;

    /// <summary>
    /// Smallest share of a map's pixels in flat areas of a colour that makes it a class: of some hundred maps alike, those of one alone are
    /// more than <see cref="LeastShare"/>. It is far above the noise, by what was measured for <see cref="LeastFitting"/>.
    /// </summary>
    private const double LeastArea = 0.05;

    private readonly (int R, int G, int B)[] _colours;

    /// <param name="colours">one colour per class, 0xRRGGBB</param>
    public LabelPalette(IEnumerable<int> colours)
    {
        Colours = [.. colours];
        _colours = [.. Colours.Select(Split)];
    }

    /// <summary>The colours, 0xRRGGBB; of a found palette the most frequent first, and last those that few maps have.</summary>
    public IReadOnlyList<int> Colours { get; }

    /// <summary>The colours as <c>--palette</c> has them.</summary>
    internal string Typed => string.Join(',', Colours.Select(c => c.ToString("X6", CultureInfo.InvariantCulture)));

    /// <summary>
    /// The palette with its colours where another has them. A colour of both is the nearest to the other's: JPEG changes colours a little.
    /// </summary>
    internal LabelPalette InOrderOf(LabelPalette other) => new(ClassOrder.Arranged(Colours, other.Colours, place =>
    {
        var own = Nearest(other.Colours[place]);
        var isSame = SquaredDistance(_colours[own], other._colours[place]) < ClassRadius * ClassRadius
            && other.Nearest(Colours[own]) == place;
        return isSame ? own : -1;
    }));

    /// <summary>Finds the palette of label maps; null if the pictures are no label maps.</summary>
    /// <param name="maps">preprocessed pictures of one domain</param>
    public static LabelPalette? Find(IReadOnlyList<Picture> maps) => FindAmong(maps, out _);

    /// <inheritdoc cref="Find"/>
    /// <param name="strays">indices of the pictures that are no label maps, as the others are: their colours are no classes</param>
    internal static LabelPalette? FindAmong(IReadOnlyList<Picture> maps, out IReadOnlyList<int> strays)
    {
        strays = [];
        if (maps.Count == 0 || maps[0].Layers.Count > 1 || maps[0].Channels != 3)
        {
            return null;
        }

        var searches = new Search[maps.Count];
        Parallel.For(0, maps.Count, i =>
        {
            searches[i] = new();
            searches[i].Add(maps[i].Layers[0].ToEightBits());
        });
        // A map with the noise of JPEG may scatter as much as a photograph, but has the colours of the others.
        var scatter = new bool[maps.Count];
        Parallel.For(0, maps.Count, i => scatter[i] = searches[i].Scatters);
        var (palette, ofOthers) = (Search.Of(searches).Find(), scatter.Contains(true) ? Of(scatter) : null);
        var isStray = new bool[maps.Count];
        Parallel.For(0, maps.Count, i => isStray[i] = scatter[i] && ofOthers?.Fits(maps[i]) != true);
        strays = [.. isStray.Index().Where(picture => picture.Item).Select(picture => picture.Index)];
        return palette is null || strays.Count == 0 ? palette : Of(isStray);

        LabelPalette? Of(bool[] without) => Search.Of(searches.Where((_, i) => !without[i])).Find();
    }

    /// <summary>The palette, followed by those of other colours that are of no class; null if there are more than of label maps.</summary>
    internal LabelPalette? With(IEnumerable<int> others)
    {
        List<int> colours = [.. Colours];
        foreach (var other in others)
        {
            if (colours.TrueForAll(colour => IsFar(other, Split(colour))))
            {
                colours.Add(other);
            }
        }

        return colours.Count <= MostClasses ? new LabelPalette(colours) : null;
    }

    /// <summary>
    /// The colours of considerable flat areas of a map that are of no class; null for a picture that seems to be a photograph: its colours
    /// scatter, and are not those of the classes.
    /// </summary>
    internal IReadOnlyList<int>? ColoursBeyond(Picture map)
    {
        var image = map.Converted(3).Layers[0].ToEightBits();
        var (known, flat, beyond) = (new Dictionary<int, int>(), 0L, new Dictionary<int, long>());
        var near = 0L;
        foreach (var colour in FlatColours(image))
        {
            if (!known.TryGetValue(colour, out var distance))
            {
                known.Add(colour, distance = SquaredDistance(Split(colour), _colours[Nearest(colour)]));
            }

            flat++;
            near += distance < FitRadius * FitRadius ? 1 : 0;
            if (distance >= ClassRadius * ClassRadius)
            {
                beyond[colour] = beyond.GetValueOrDefault(colour) + 1;
            }
        }

        var least = LeastArea * image.Width * image.Height;
        return flat >= least && near < LeastFitting * flat && near + Near(beyond) < LeastOwnNear * flat ? null
            : [.. Clusters(beyond).TakeWhile(c => c.Count >= least).Select(c => c.Colour)];
    }

    /// <summary>The class of every pixel, row-major.</summary>
    public int[] Classify(Picture map)
    {
        var image = map.Converted(3).Layers[0].ToEightBits();
        var classes = new int[image.Width * image.Height];
        var known = new Dictionary<int, int>();
        for (var i = 0; i < classes.Length; i++)
        {
            var colour = Join(image.Bytes, 3 * i);
            if (!known.TryGetValue(colour, out classes[i]))
            {
                known.Add(colour, classes[i] = Nearest(colour));
            }
        }

        return classes;
    }

    /// <summary>
    /// Whether a picture is a label map in these colours: its flat areas have them. Edges, which mix colours, and the noise of JPEG don't
    /// count.
    /// </summary>
    public bool Fits(Picture picture)
    {
        var scale = Math.Min(1, (double)ComparedSide / Math.Max(picture.Width, picture.Height));
        var small = picture.Resize(
            Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)), ResizeFilter.Nearest);
        var map = small.Converted(3).Layers[0].ToEightBits();
        var (flat, near) = (0, 0);
        foreach (var colour in FlatColours(map))
        {
            flat++;
            near += SquaredDistance(Split(colour), _colours[Nearest(colour)]) < FitRadius * FitRadius ? 1 : 0;
        }

        return flat >= LeastFlat * map.Width * map.Height
            && (near >= LeastFitting * flat || (near >= LeastShared * flat && Find([new Picture(map)]) is not null));
    }

    private int Nearest(int colour)
    {
        var (best, nearest) = (0, int.MaxValue);
        for (var c = 0; c < _colours.Length; c++)
        {
            var distance = SquaredDistance(Split(colour), _colours[c]);
            if (distance < nearest)
            {
                (best, nearest) = (c, distance);
            }
        }

        return best;
    }

    /// <summary>The colour of each flat pixel, row by row.</summary>
    private static IEnumerable<int> FlatColours(Image map)
    {
        for (var y = 1; y < map.Height - 1; y++)
        {
            for (var x = 1; x < map.Width - 1; x++)
            {
                if (IsFlat(map, x, y))
                {
                    yield return Join(map.Bytes, 3 * ((y * map.Width) + x));
                }
            }
        }
    }

    private static bool IsFlat(Image map, int centreX, int centreY)
    {
        for (var c = 0; c < 3; c++)
        {
            var (least, most) = (255, 0);
            for (var y = centreY - 1; y <= centreY + 1; y++)
            {
                for (var x = centreX - 1; x <= centreX + 1; x++)
                {
                    var level = map.Bytes[(3 * ((y * map.Width) + x)) + c];
                    (least, most) = (Math.Min(least, level), Math.Max(most, level));
                }
            }

            if (most - least > FlatSpread)
            {
                return false;
            }
        }

        return true;
    }

    private static LabelPalette? Cluster(Dictionary<int, long> flat, long pixels)
    {
        var total = flat.Values.Sum();
        if (total < pixels / 4)
        {
            return null; // Too few flat pixels for label maps.
        }

        var palette = new List<int>();
        var near = 0L;
        foreach (var cluster in Clusters(flat).Take(MostClasses + 1))
        {
            near += cluster.Near;
            if (cluster.Count < total * LeastShare)
            {
                break; // Later clusters are rarer still, or nearly so.
            }

            palette.Add(cluster.Colour);
        }

        return palette.Count is > 1 and <= MostClasses && near >= total * LeastNear ? new LabelPalette(palette) : null;
    }

    /// <summary>Number of flat pixels that are near a colour, in the largest clusters.</summary>
    private static long Near(Dictionary<int, long> flat) => Clusters(flat).Take(MostClasses + 1).Sum(cluster => cluster.Near);

    /// <summary>Greedy clustering: repeatedly takes the most frequent remaining colour with all colours near it.</summary>
    /// <returns>the colour, the pixels of the cluster, and those within <see cref="NoiseRadius"/></returns>
    private static IEnumerable<(int Colour, long Count, long Near)> Clusters(Dictionary<int, long> flat)
    {
        var left = flat.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => (Colour: c.Key, Rgb: Split(c.Key), Count: c.Value))
            .ToList();
        while (left.Count > 0)
        {
            var centre = left[0];
            var members = left.Where(c => !IsFar(c.Colour, centre.Rgb)).ToList();
            var near = members.Where(c => SquaredDistance(c.Rgb, centre.Rgb) < NoiseRadius * NoiseRadius);
            yield return (centre.Colour, members.Sum(c => c.Count), near.Sum(c => c.Count));
            left.RemoveAll(c => !IsFar(c.Colour, centre.Rgb));
        }
    }

    /// <summary>Whether a colour is of another class than the one with a given colour.</summary>
    private static bool IsFar(int colour, (int R, int G, int B) other) =>
        SquaredDistance(Split(colour), other) >= ClassRadius * ClassRadius;

    private static int Join(byte[] bytes, int i) => (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];

    private static (int R, int G, int B) Split(int colour) => (colour >> 16, (colour >> 8) & 255, colour & 255);

    private static int SquaredDistance((int R, int G, int B) p, (int R, int G, int B) q) =>
        ((p.R - q.R) * (p.R - q.R)) + ((p.G - q.G) * (p.G - q.G)) + ((p.B - q.B) * (p.B - q.B));

    /// <summary>Finds the palette of pictures that are added one by one.</summary>
    internal sealed class Search
    {
        private readonly Dictionary<int, long> _exact = [];
        private readonly Dictionary<int, long> _flat = [];
        private long _pixels;

        /// <summary>Whether the colours of flat areas scatter, as those of a photograph do.</summary>
        public bool Scatters =>
            _exact.Count > MostClasses && _flat.Values.Sum() is var flat && flat >= LeastFlat * _pixels
                && Near(_flat) < LeastOwnNear * flat;

        /// <summary>What was counted in parts.</summary>
        public static Search Of(IEnumerable<Search> parts)
        {
            var all = new Search();
            foreach (var part in parts)
            {
                all._pixels += part._pixels;
                foreach (var (colour, count) in part._exact)
                {
                    all.CountExact(colour, count);
                }

                foreach (var (colour, count) in part._flat)
                {
                    all._flat[colour] = all._flat.GetValueOrDefault(colour) + count;
                }
            }

            return all;
        }

        /// <summary>Counts a picture's colours: over all pixels, and over pixels away from edges.</summary>
        /// <param name="map">three channels of 8 bits</param>
        public void Add(Image map)
        {
            _pixels += (long)map.Width * map.Height;
            for (var i = 0; i < map.Bytes.Length; i += 3)
            {
                CountExact(Join(map.Bytes, i), 1);
            }

            foreach (var colour in FlatColours(map))
            {
                _flat[colour] = _flat.GetValueOrDefault(colour) + 1;
            }
        }

        /// <summary>The palette of the pictures; null if they are no label maps.</summary>
        public LabelPalette? Find() => _exact.Count is > 1 and <= MostClasses
            ? new LabelPalette(_exact.OrderByDescending(c => c.Value).ThenBy(c => c.Key).Select(c => c.Key))
            : Cluster(_flat, _pixels);

        private void CountExact(int colour, long count)
        {
            if (_exact.Count <= MostClasses)
            {
                _exact[colour] = _exact.GetValueOrDefault(colour) + count;
            }
        }
    }
}

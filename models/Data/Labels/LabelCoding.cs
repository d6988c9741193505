using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>The colour that a palette gives a class number.</summary>
/// <param name="Place">the file with the palette, for messages</param>
/// <param name="Id">the class number, an index of the palette</param>
/// <param name="Colour">0xRRGGBB</param>
internal readonly record struct IndexColour(string Place, int Id, int Colour);

/// <summary>
/// The meaning of the numbers or colours in a data set's label maps, and their one-hot encoding for a network: one plane per class.
/// </summary>
/// <param name="Classes">number of classes, from 0</param>
/// <param name="HasUnknown">whether there is an additional plane for pixels of the class <see cref="Unknown"/></param>
/// <param name="Palette">the colours of the classes; null if maps hold class numbers</param>
public sealed record LabelCoding(int Classes, bool HasUnknown, LabelPalette? Palette)
{
    /// <summary>The number that marks pixels of unknown class.</summary>
    public const int Unknown = 255;

    /// <summary>What is remarked of a photograph among label maps.</summary>
    internal const string NoMap =
        "seems to be a photograph, not a label map like the others, and its pixels are of the class of the nearest colour";

    /// <summary>Most maps of a data set in which colours are counted; in the others, those of no class yet are looked for.</summary>
    private const int MapsSearched = 200;

    /// <summary>
    /// The colours of class numbers in the palettes of the maps that the coding was found in, one for each number; none of maps without a
    /// palette. A map in which a number has another colour numbers its classes in another way.
    /// </summary>
    internal IReadOnlyList<IndexColour> IndexColours { get; init; } = [];

    /// <summary>Number of planes of the encoding.</summary>
    public int Planes => Classes + (HasUnknown ? 1 : 0);

    /// <summary>A colour for each plane, 0xRRGGBB: those of the palette, or without a palette the class colours of PASCAL VOC.</summary>
    public IReadOnlyList<int> Colours =>
        [.. Palette?.Colours ?? [.. Enumerable.Range(1, Classes).Select(VocColour)], .. HasUnknown ? new[] { 0 } : []];

    /// <summary>Finds the coding of a data set whose maps are all numbers, or all pictures with one palette.</summary>
    /// <param name="maps">the files, with a function that reads the map as a picture; palette indices are not converted to colours</param>
    /// <exception cref="PictureException">the maps are neither</exception>
    internal static LabelCoding Find(IReadOnlyList<(string File, Func<Picture> Read)> maps)
    {
        var first = maps[0].Read();
        return first is { Layers: [{ Channels: < 3 }] } ? OfNumbers(maps) : OfColours(maps);
    }

    /// <summary>Converts a picture of class numbers or colours to a label map.</summary>
    /// <param name="picture">the picture, as read by <see cref="PictureFile.LoadIndices(string)"/></param>
    /// <param name="file">the file's name, for messages</param>
    /// <exception cref="PictureException">a pixel has an unknown class, or the palette numbers the classes in another way</exception>
    internal LabelMap Read(Picture picture, string file)
    {
        if (Palette is not null)
        {
            return picture.Layers.Count == 1 && picture.Channels >= 3
                ? new LabelMap(picture.Width, picture.Height, Palette.Classify(picture))
                : throw new PictureException(
                    $"{file}: holds no colours, but the classes of this data set are {Palette.Colours.Count} colours");
        }

        var map = LabelMap.OfIds(picture, file);
        foreach (var id in map.Ids)
        {
            if (id >= Classes && !(HasUnknown && id == Unknown))
            {
                throw new PictureException(id == Unknown
                    ? $"{file}: has pixels of class 255, which means unknown; they need their own plane " +
                        "(--contain-dontcare-label)"
                    : $"{file}: has pixels of class {id}, but there are {Classes} classes, 0 to {Classes - 1} (--label-nc)");
            }
        }

        OneNumbering([.. IndexColours, .. ColoursOf(file, Occurring(map), picture.Palette)]);
        return map;
    }

    /// <summary>
    /// What is remarked of a photograph, or of a map with considerable flat areas that are of no class; null for any other picture.
    /// </summary>
    internal string? RemarkOn(Picture picture) =>
        Palette is null || picture is not { Layers.Count: 1, Channels: >= 3 } ? null
        : Palette.ColoursBeyond(picture) is not { } beyond ? NoMap
        : beyond is [var colour, ..]
            ? $"flat areas of the colour {colour:X6} are of no class, and are taken for the class of the nearest colour"
            : null;

    /// <summary>The coding of pictures from <see cref="Show"/>.</summary>
    public LabelCoding OfShown => Palette is null ? this with { Palette = new LabelPalette(Colours) } : this;

    /// <summary>A map in the colours of its classes.</summary>
    internal Picture Show(LabelMap map)
    {
        var colours = Colours;
        var bytes = new byte[3 * map.Ids.Length];
        for (var i = 0; i < map.Ids.Length; i++)
        {
            var colour = colours[Math.Min(map.Ids[i], colours.Count - 1)];
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
        }

        return new Picture(new Image(map.Width, map.Height, 3, bytes));
    }

    /// <summary>[<see cref="Planes"/>, H, W]: 1 in the plane of a pixel's class, else 0.</summary>
    internal float[] OneHot(LabelMap map)
    {
        var pixels = map.Ids.Length;
        var planes = new float[checked(Planes * pixels)];
        for (var i = 0; i < pixels; i++)
        {
            planes[(Math.Min(map.Ids[i], Classes) * pixels) + i] = 1;
        }

        return planes;
    }

    private static LabelCoding OfNumbers(IReadOnlyList<(string File, Func<Picture> Read)> maps)
    {
        var found = ReadAll(maps, (picture, file) =>
        {
            var map = LabelMap.OfIds(picture, file);
            var (most, some, occurs) = (-1, false, Occurring(map));
            foreach (var id in map.Ids)
            {
                some |= id == Unknown;
                most = id == Unknown ? most : Math.Max(most, id);
            }

            return (Most: most, Unknown: some, Occurs: occurs, Colours: ColoursOf(file, occurs, picture.Palette));
        });
        var colours = OneNumbering(found.SelectMany(f => f.Colours));
        var largest = found.Max(f => f.Most);
        var unknown = found.Any(f => f.Unknown);
        var classes = Enumerable.Range(0, Unknown).Count(id => found.Any(f => f.Occurs[id]));
        if (largest is >= 0 and < Unknown && classes < largest + 1 - classes)
        {
            PictureRemarks.Add(
                Path.GetDirectoryName(maps[0].File)!,
                $"the classes go up to {largest}, so there are {largest + 1} planes, but only {classes} " +
                    $"{(classes == 1 ? "class occurs" : "classes occur")}; numbers without gaps, from 0 on, take less memory and time");
        }

        return largest < 0 ? throw new PictureException($"{maps[0].File}: like all label maps here, has only pixels of unknown class (255)")
            : largest > Unknown ? throw new PictureException(
                $"{maps[0].File} and the others in its folder have classes up to {largest}, but 255 " +
                "means unknown: number the classes from 0 to at most 254")
            : new LabelCoding(largest + 1, unknown, null) { IndexColours = colours };
    }

    /// <summary>Whether each class number occurs in a map.</summary>
    private static bool[] Occurring(LabelMap map)
    {
        var occurs = new bool[Unknown];
        foreach (var id in map.Ids)
        {
            if (id < Unknown)
            {
                occurs[id] = true;
            }
        }

        return occurs;
    }

    /// <summary>
    /// The colours of the classes that occur; none without a palette. One in which each index is its own gray level, with black for the
    /// rest, is what programs write with numbers that have no colours.
    /// </summary>
    private static IndexColour[] ColoursOf(string file, bool[] occurs, IReadOnlyList<int>? palette) =>
        palette is null || palette.Index().All(entry => entry.Item == 0 || entry.Item == entry.Index * 0x010101) ? []
        : [.. palette.Index().Where(entry => entry.Index < Unknown && occurs[entry.Index])
            .Select(entry => new IndexColour(file, entry.Index, entry.Item))];

    /// <summary>The first colour of each index, which must be its only one, or the files number their classes in different ways.</summary>
    /// <exception cref="PictureException">an index has two colours; the message names both places</exception>
    internal static IReadOnlyList<IndexColour> OneNumbering(IEnumerable<IndexColour> colours)
    {
        var first = new Dictionary<int, IndexColour>();
        foreach (var own in colours)
        {
            if (!first.TryAdd(own.Id, own) && first[own.Id] is var other && other.Colour != own.Colour)
            {
                throw new PictureException(
                    $"{own.Place}: index {own.Id} of its palette is the colour {own.Colour:X6}, but {other.Colour:X6} in {other.Place}, " +
                        "so the indices are not the same classes; save all label maps with one palette, or as colours without a palette");
            }
        }

        return [.. first.Values];
    }

    /// <summary>The colours of the class numbers in maps of known classes.</summary>
    /// <param name="maps">the files, with a function that reads the map, as <see cref="Find"/> takes them</param>
    /// <exception cref="PictureException">the palettes differ</exception>
    internal static IReadOnlyList<IndexColour> IndexColoursOf(IReadOnlyList<(string File, Func<Picture> Read)> maps)
    {
        var colours = ReadSound<IndexColour[]>(
            maps, (map, file) => map.Palette is null ? [] : ColoursOf(file, Occurring(LabelMap.OfIds(map, file)), map.Palette), []);
        return OneNumbering(colours.SelectMany(ofMap => ofMap));
    }

    private static LabelCoding OfColours(IReadOnlyList<(string File, Func<Picture> Read)> maps)
    {
        var step = (maps.Count + MapsSearched - 1) / MapsSearched;
        var searched = maps.Where((_, i) => i % step == 0).ToList();
        var pictures = ReadAll(searched, (map, _) => map.HidesColours(3) ? map.Converted(3) : map);
        var palette = LabelPalette.FindAmong(pictures, out var strays);
        palette = palette?.With(ColoursBeyond(palette, [.. maps.Where((_, i) => i % step != 0)]))
            ?? throw new PictureException(
                (strays.Count > 0 && 2 * strays.Count < searched.Count
                    ? $"{searched[strays[0]].File} is no label map as others in its folder are: it doesn't"
                    : $"{maps[0].File} and the others in its folder are not label maps: they don't") +
                " consist of flat areas of a few colours; name the colours with --palette, or turn the --direction");
        foreach (var stray in strays)
        {
            PictureRemarks.Add(searched[stray].File, NoMap);
        }

        return new LabelCoding(palette.Colours.Count, false, palette);
    }

    /// <summary>The colours of no class in each map, in the order of the maps; a remark on each photograph.</summary>
    private static IEnumerable<int> ColoursBeyond(LabelPalette palette, IReadOnlyList<(string File, Func<Picture> Read)> maps)
    {
        var colours = ReadSound<IReadOnlyList<int>?>(
            maps, (map, _) => map is { Layers.Count: 1, Channels: >= 3 } ? palette.ColoursBeyond(map) : [], []);
        foreach (var (i, _) in colours.Index().Where(ofMap => ofMap.Item is null))
        {
            PictureRemarks.Add(maps[i].File, NoMap);
        }

        return colours.SelectMany(ofMap => ofMap ?? []);
    }

    /// <summary>Applies a function to each map, in parallel; results are in order.</summary>
    /// <exception cref="PictureException">a map can't be used; the message is that of the first one</exception>
    private static T[] ReadAll<T>(IReadOnlyList<(string File, Func<Picture> Read)> maps, Func<Picture, string, T> make)
    {
        var problems = new PictureException?[maps.Count];
        var results = ReadSound(maps, make, default!, problems);
        return problems.FirstOrDefault(p => p is not null) is { } first ? throw new PictureException(first.Message, first) : results;
    }

    /// <summary>The same where a map that can't be used has a result of its own: whoever checks or reads the map names it.</summary>
    /// <param name="problems">gets the problem of each such map; null for nobody</param>
    private static T[] ReadSound<T>(
        IReadOnlyList<(string File, Func<Picture> Read)> maps, Func<Picture, string, T> make, T ofUnusable,
        PictureException?[]? problems = null)
    {
        var results = new T[maps.Count];
        Parallel.For(0, maps.Count, i =>
        {
            try
            {
                results[i] = make(maps[i].Read(), maps[i].File);
            }
            catch (PictureException problem)
            {
                results[i] = ofUnusable;
                problems?[i] = problem;
            }
        });
        return results;
    }

    /// <summary>
    /// PASCAL VOC's colour of a class: the lowest three bits of the number are the highest bits of red, green and blue, the next three the
    /// next highest, and so on.
    /// </summary>
    private static int VocColour(int number)
    {
        var (r, g, b) = (0, 0, 0);
        for (var bit = 7; number > 0 && bit >= 0; bit--, number >>= 3)
        {
            r |= (number & 1) << bit;
            g |= ((number >> 1) & 1) << bit;
            b |= ((number >> 2) & 1) << bit;
        }

        return (r << 16) | (g << 8) | b;
    }
}

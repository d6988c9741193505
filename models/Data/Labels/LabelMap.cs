using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>An integer for each pixel of a picture: its class or its instance.</summary>
internal sealed class LabelMap
{
    private readonly int[] _ids;

    /// <param name="ids">the numbers in row-major order</param>
    public LabelMap(int width, int height, int[] ids)
    {
        if (ids.Length != (long)width * height)
        {
            throw new ArgumentException($"{ids.Length} numbers do not fill a map of {width}x{height} pixels", nameof(ids));
        }

        (Width, Height, _ids) = (width, height, ids);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The numbers in row-major order.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>The levels of a gray picture (8 or 16 bits), or the indices of a file with a palette.</summary>
    /// <exception cref="PictureException">the file can't be read, or holds colours</exception>
    public static LabelMap LoadIds(string path) => OfIds(PictureFile.LoadIndices(path), path);

    /// <summary>The levels of a gray picture.</summary>
    /// <param name="picture">a gray picture, or RGB with equal channels; alpha is ignored</param>
    /// <param name="file">the file's name, for messages</param>
    /// <exception cref="PictureException">the picture holds colours</exception>
    public static LabelMap OfIds(Picture picture, string file)
    {
        var image = picture.Layers[0];
        if (picture.Layers.Count > 1 || !IsGray(image))
        {
            throw new PictureException($"{file}: holds colours instead of class numbers; save it as a gray picture or a " +
                "PNG with a palette, or name the colours with --palette");
        }

        var ids = new int[image.Width * image.Height];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = Sample(image, i * image.Channels);
        }

        return new LabelMap(image.Width, image.Height, ids);
    }

    /// <summary>The map resized by nearest neighbour, with Pillow's rounding.</summary>
    public LabelMap Resize(int width, int height)
    {
        if ((width, height) == (Width, Height))
        {
            return this;
        }

        var columns = Array.ConvertAll([.. Enumerable.Range(0, width)], x => Nearest(x, Width, width));
        return Build(width, height, (x, y) => _ids[(Nearest(y, Height, height) * Width) + columns[x]]);
    }

    public LabelMap Crop(int left, int top, int width, int height) => (left, top, width, height) == (0, 0, Width, Height) ? this
        : Build(width, height, (x, y) => _ids[((top + y) * Width) + left + x]);

    public LabelMap FlipHorizontally() => Build(Width, Height, (x, y) => _ids[(y * Width) + Width - 1 - x]);

    /// <summary>
    /// 1 where a pixel's number differs from one of its four neighbours (on both sides of a border), otherwise 0; row-major.
    /// </summary>
    public float[] Borders()
    {
        var borders = new float[_ids.Length];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var i = (y * Width) + x;
                if (x + 1 < Width && _ids[i] != _ids[i + 1])
                {
                    borders[i] = borders[i + 1] = 1;
                }

                if (y + 1 < Height && _ids[i] != _ids[i + Width])
                {
                    borders[i] = borders[i + Width] = 1;
                }
            }
        }

        return borders;
    }

    /// <summary>For each pixel the row-major index of the first pixel with the same number; row-major.</summary>
    public float[] FirstPlaces()
    {
        var places = new float[_ids.Length];
        var first = new Dictionary<int, int>();
        for (var i = 0; i < places.Length; i++)
        {
            if (!first.TryGetValue(_ids[i], out var place))
            {
                first.Add(_ids[i], place = i);
            }

            places[i] = place;
        }

        return places;
    }

    private static int Nearest(int place, int from, int to) => (int)(((2L * place) + 1) * from / (2L * to));

    private static bool IsGray(Image image)
    {
        if (image.Channels < 3)
        {
            return true;
        }

        for (var i = 0; i < image.Width * image.Height * image.Channels; i += image.Channels)
        {
            if (Sample(image, i) != Sample(image, i + 1) || Sample(image, i) != Sample(image, i + 2))
            {
                return false;
            }
        }

        return true;
    }

    private static int Sample(Image image, int i) => image.BitsPerChannel == 8 ? image.Bytes[i] : image.Words[i];

    private static LabelMap Build(int width, int height, Func<int, int, int> id)
    {
        var ids = new int[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                ids[(y * width) + x] = id(x, y);
            }
        }

        return new LabelMap(width, height, ids);
    }
}

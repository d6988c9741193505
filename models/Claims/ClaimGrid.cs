using IlgpuGan.Imaging;
using IlgpuGan.Models.Evaluation;

namespace IlgpuGan.Claims;

/// <summary>Arranges rows of pictures with captions in one RGB picture.</summary>
internal static class ClaimGrid
{
    private const int Gap = 2;

    /// <param name="rows">rows of at least one picture; heights and numbers may differ</param>
    public static Picture Of(IReadOnlyList<(string Caption, IReadOnlyList<Picture> Pictures)> rows)
    {
        List<(string Caption, Picture Row)> joined = [.. rows.Select(r => (r.Caption, Joined(r.Pictures)))];
        var width = joined.Max(r => r.Row.Width);
        return Mosaic.Column(
            [.. joined.SelectMany(r => new[] { new Picture(PixelFont.Strip(r.Caption, width, scale: 1)), Widened(r.Row, width) })]);
    }

    private static Picture Joined(IReadOnlyList<Picture> pictures)
    {
        var height = pictures.Max(p => p.Height);
        return Mosaic.Row(
            [.. pictures.Select(p => Widened(p.Resize((int)Math.Round((double)p.Width * height / p.Height), height), null))]);
    }

    /// <summary>The picture in RGB, padded with black on the right to a width; by default by a gap.</summary>
    private static Picture Widened(Picture picture, int? width)
    {
        var image = picture.Layers[0].ToEightBits().ToChannels(3);
        var (from, to) = (image.Width * 3, (width ?? image.Width + Gap) * 3);
        var samples = new byte[to * image.Height];
        for (var y = 0; y < image.Height; y++)
        {
            image.Bytes.AsSpan(y * from, from).CopyTo(samples.AsSpan(y * to));
        }

        return new Picture(new Image(to / 3, image.Height, 3, samples));
    }
}

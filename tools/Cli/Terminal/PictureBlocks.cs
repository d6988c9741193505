using IlgpuGan.Imaging;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Draws a picture in a terminal: each character shows two pixels, one above the other.</summary>
internal static class PictureBlocks
{
    private const string UpperHalf = "▀";

    /// <param name="picture">of any size and pixel type</param>
    /// <param name="columns">the available width in characters; a smaller picture is not enlarged</param>
    public static Paragraph Of(Image picture, int columns)
    {
        var width = Math.Clamp(columns, 1, picture.Width);
        var rows = Math.Max(1, (int)Math.Round((double)picture.Height * width / picture.Width / 2));
        var pixels = picture.ToEightBits().ToChannels(3).Resize(width, 2 * rows, ResizeFilter.Box).Bytes;
        var blocks = new Paragraph();
        for (var row = 0; row < rows; row++)
        {
            for (var x = 0; x < width; x++)
            {
                var upper = ((2 * row * width) + x) * 3;
                blocks.Append(UpperHalf, new Style(ColorAt(upper), ColorAt(upper + (width * 3))));
            }

            blocks.Append("\n");
        }

        return blocks;

        Color ColorAt(int sample) => new(pixels[sample], pixels[sample + 1], pixels[sample + 2]);
    }
}

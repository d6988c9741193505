using IlgpuGan.Imaging;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>Three independent glyphs of ten classes, one in each colour channel: a thousand modes (after Metz et al. 2016).</summary>
/// <param name="classes">number of the classes that are drawn, the first by name</param>
internal sealed class DrawnStackedGlyphs(int classes = DrawnGlyphs.ClassCount) : DrawnData
{
    private const int Channels = 3;

    public override string Name => "stacked-glyphs";

    public override string Summary =>
        "three independent glyphs of ten classes, one in each colour channel, in train and val; train.csv and val.csv have their classes";

    public override string Unit => "picture";

    public override int DefaultSide => 32;

    public override void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default)
    {
        var place = Path.Combine(folder, split);
        OutputPath.MakeFolder(place);
        WriteAll(Path.Combine(folder, $"{split}.csv"), "file,red,green,blue", count, i =>
        {
            var number = first + i;
            var file = $"stacked{number:D5}.png";
            var glyphs = Enumerable.Range(0, Channels)
                .Select(channel => DrawnGlyphs.Any(seed, number, (uint)channel, side, classes)).ToArray();
            var pixels = new byte[Channels * side * side];
            for (var p = 0; p < pixels.Length; p++)
            {
                pixels[p] = glyphs[p % Channels].Pixels[p / Channels];
            }

            PictureFile.Save(new Picture(new Image(side, side, Channels, pixels)), Path.Combine(place, file));
            return Row([file, .. glyphs.Select(glyph => glyph.Class)]);
        }, cancellation);
    }
}

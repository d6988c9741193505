using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Translation;

/// <summary>Assembles a picture from full-width strips, from top to bottom.</summary>
/// <param name="width">width of strips and picture</param>
/// <param name="height">height of the picture</param>
internal sealed class PictureStrips(int width, int height)
{
    private readonly List<(int Channels, Array Samples)> _layers = [];
    private int _rows;

    public void Append(Picture strip)
    {
        for (var l = 0; l < strip.Layers.Count; l++)
        {
            var layer = strip.Layers[l];
            var eight = layer.BitsPerChannel == 8;
            if (_rows == 0)
            {
                var samples = width * height * layer.Channels;
                _layers.Add((layer.Channels, eight ? new byte[samples] : new ushort[samples]));
            }

            Array part = eight ? layer.Bytes : layer.Words;
            Array.Copy(part, 0, _layers[l].Samples, _rows * width * layer.Channels, part.Length);
        }

        _rows += strip.Height;
    }

    public Picture ToPicture() => new([.. _layers.Select(l => l.Samples is byte[] bytes
        ? new Image(width, height, l.Channels, bytes)
        : new Image(width, height, l.Channels, (ushort[])l.Samples))]);
}

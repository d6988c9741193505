using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A random change of a photograph's colours: brightness, contrast about the mean, saturation and hue, in this order. Alpha is unchanged.
/// </summary>
internal sealed class ColourJitter
{
    /// <summary>
    /// Limits at strength 1: factors from 0.5 to 1.5 for brightness, contrast and saturation, and a hue rotation by a tenth of the colour
    /// circle in either direction.
    /// </summary>
    private const float MostFactor = 0.5f;
    private const float MostHue = 0.1f * 2 * MathF.PI;

    private readonly float _brightness;
    private readonly float _contrast;

    /// <summary>Saturation and hue as a matrix that keeps the luma (Bt.601).</summary>
    private readonly float[] _chroma;

    /// <param name="strength">0 … 1</param>
    /// <param name="random">source of the random numbers</param>
    public ColourJitter(float strength, RandomSequence random)
    {
        (_brightness, _contrast) = (Factor(), Factor());
        var saturation = Factor();
        var hue = strength * MostHue * random.Between(-1, 1);
        _chroma = Matrix(saturation * MathF.Cos(hue), saturation * MathF.Sin(hue));

        float Factor() => 1 + (strength * MostFactor * random.Between(-1, 1));
    }

    /// <summary>
    /// The picture with changed colours. A picture of more than four channels is no photograph, and is returned unchanged.
    /// </summary>
    public Picture Apply(Picture picture) => picture.Layers.Count > 1 ? picture : new Picture(Apply(picture.Layers[0]));

    private Image Apply(Image image)
    {
        var colours = image.Channels - (image.HasAlpha ? 1 : 0);
        var most = image.BitsPerChannel == 8 ? byte.MaxValue : ushort.MaxValue;
        var levels = image.BitsPerChannel == 8
            ? Array.ConvertAll(image.Bytes, b => (float)b)
            : Array.ConvertAll(image.Words, w => (float)w);
        var mean = 0.0;
        for (var i = 0; i < levels.Length; i += image.Channels)
        {
            mean += colours == 3 ? (0.299 * levels[i]) + (0.587 * levels[i + 1]) + (0.114 * levels[i + 2]) : levels[i];
        }

        var middle = (float)(mean / ((double)image.Width * image.Height)) * _brightness;
        for (var i = 0; i < levels.Length; i += image.Channels)
        {
            for (var c = 0; c < colours; c++)
            {
                levels[i + c] = middle + (_contrast * ((_brightness * levels[i + c]) - middle));
            }

            if (colours == 3)
            {
                var (r, g, b) = (levels[i], levels[i + 1], levels[i + 2]);
                for (var c = 0; c < 3; c++)
                {
                    levels[i + c] = (_chroma[3 * c] * r) + (_chroma[(3 * c) + 1] * g) + (_chroma[(3 * c) + 2] * b);
                }
            }
        }

        return image.BitsPerChannel == 8
            ? new Image(image.Width, image.Height, image.Channels, Array.ConvertAll(levels, v => (byte)MathF.Round(Math.Clamp(v, 0, most))))
            : new Image(
                image.Width, image.Height, image.Channels, Array.ConvertAll(levels, v => (ushort)MathF.Round(Math.Clamp(v, 0, most))));
    }

    /// <summary>RGB to YIQ, scaling and rotation of I and Q, and back to RGB.</summary>
    private static float[] Matrix(float cos, float sin)
    {
        float[] luma = [0.299f, 0.587f, 0.114f];
        float[] i = [0.595716f, -0.274453f, -0.321263f];
        float[] q = [0.211456f, -0.522591f, 0.311135f];
        float[] fromI = [0.9562957f, -0.2721221f, -1.1069890f];
        float[] fromQ = [0.6210244f, -0.6473806f, 1.7046149f];
        var matrix = new float[9];
        for (var to = 0; to < 3; to++)
        {
            for (var from = 0; from < 3; from++)
            {
                matrix[(3 * to) + from] =
                    luma[from] + (fromI[to] * ((cos * i[from]) - (sin * q[from]))) + (fromQ[to] * ((sin * i[from]) + (cos * q[from])));
            }
        }

        return matrix;
    }
}

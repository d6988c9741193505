using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Translates a big picture in overlapping squares and blends them where they meet. Norms take each tile's own statistics, so tiles may
/// differ in contrast from the whole picture's translation; the blending hides the seams, not that.
/// </summary>
/// <param name="side">of a tile, in pixels</param>
/// <param name="overlap">pixels that neighbours share</param>
/// <param name="translate">a part of the picture to [1, C, H, W]</param>
internal sealed class TiledTranslation(int side, int overlap, Func<Picture, Tensor> translate)
{
    public Picture Run(Picture input, Device device, bool sixteenBits)
    {
        var (width, height) = (input.Width, input.Height);
        float[]? sums = null;
        var weights = new float[width * height];
        foreach (var y in Starts(height))
        {
            foreach (var x in Starts(width))
            {
                using var step = device.Step();
                var tile = input.Cropped(x, y, Math.Min(side, width), Math.Min(side, height));
                var output = translate(tile);
                sums ??= new float[output.Shape[1] * width * height];
                Blend(output, x, y, width, height, sums, weights);
            }
        }

        var channels = sums!.Length / weights.Length;
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] /= weights[i % weights.Length];
        }

        return PictureTensors.ToPicture(Tensor.From(sums, new Shape(1, channels, height, width), device), 0, sixteenBits);
    }

    /// <summary>Where tiles begin: evenly apart, the last one ending at the border.</summary>
    private IEnumerable<int> Starts(int length)
    {
        if (length <= side)
        {
            return [0];
        }

        var gaps = (length - overlap - 1) / (side - overlap);
        return Enumerable.Range(0, gaps + 1).Select(i => (int)((long)i * (length - side) / gaps));
    }

    private void Blend(Tensor output, int left, int top, int width, int height, float[] sums, float[] weights)
    {
        var (channels, h, w) = (output.Shape[1], output.Shape[2], output.Shape[3]);
        var values = output.ToArray();
        for (var y = 0; y < h; y++)
        {
            for (var x = 0; x < w; x++)
            {
                var weight = Ramp(x, left, w, width) * Ramp(y, top, h, height);
                var place = ((top + y) * width) + left + x;
                weights[place] += weight;
                for (var c = 0; c < channels; c++)
                {
                    sums[(c * weights.Length) + place] += weight * values[(((c * h) + y) * w) + x];
                }
            }
        }
    }

    /// <summary>Rises over the overlap at a tile's inner borders; 1 elsewhere.</summary>
    private float Ramp(int position, int start, int length, int whole)
    {
        var fromStart = start == 0 ? float.PositiveInfinity : position + 1;
        var fromEnd = start + length == whole ? float.PositiveInfinity : length - position;
        return MathF.Min(1, MathF.Min(fromStart, fromEnd) / (overlap + 1));
    }
}

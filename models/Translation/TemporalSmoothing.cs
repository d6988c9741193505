using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Keeps what a translation makes of a clip from flickering: each frame is drawn towards the one before, moved as the input has moved
/// (<see cref="BlockMotion"/>), where the input shows the same. A recursive filter along the motion (Dubois and Sabri 1984, "Noise
/// reduction in image sequences using motion-compensated temporal filtering"), steered by the input, which does not flicker.
/// </summary>
/// <param name="strength">part of the frame before where the input has not changed at all, from 0 to below 1</param>
public sealed class TemporalSmoothing(double strength)
{
    /// <summary>Gray levels by which the input differs where the frame before counts for 1/e of what it does elsewhere.</summary>
    private const float Scale = 8;

    private readonly float _strength = strength is >= 0 and < 1
        ? (float)strength
        : throw new ArgumentOutOfRangeException(nameof(strength), strength, "must be from 0 to below 1");

    /// <summary>The input before, and the samples [H, W, C] that came of it, unrounded.</summary>
    private (Picture Input, float[] Samples)? _before;

    /// <summary>What is shown for the next frame.</summary>
    /// <param name="input">the clip's frame; scaled where its size is another</param>
    /// <param name="made">what was made of it, of one to four channels; always of one size</param>
    public Picture Next(Picture input, Picture made)
    {
        var image = made.Layers[0].ToEightBits();
        var seen = input.Resized(image.Width, image.Height);
        var samples = Array.ConvertAll(image.Bytes, sample => (float)sample);
        if (_before is { } before)
        {
            var motion = BlockMotion.Between(before.Input, seen);
            Draw(samples, motion.Move(before.Samples, image.Channels), motion.Differences, image.Channels);
        }

        _before = (seen, samples);
        return new Picture(
            new Image(image.Width, image.Height, image.Channels, Array.ConvertAll(samples, sample => (byte)MathF.Round(sample))));
    }

    private void Draw(float[] samples, float[] towards, float[] differences, int channels)
    {
        for (var pixel = 0; pixel < differences.Length; pixel++)
        {
            var difference = differences[pixel] / Scale;
            var part = _strength * MathF.Exp(-difference * difference);
            for (var i = pixel * channels; i < (pixel + 1) * channels; i++)
            {
                samples[i] += part * (towards[i] - samples[i]);
            }
        }
    }
}

using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Reduces the flicker of a translated clip by a motion-compensated recursive filter (Dubois and Sabri 1984, "Noise reduction in image
/// sequences using motion-compensated temporal filtering"): where the input has not changed, each output frame is blended with the one
/// before. Motion (<see cref="BlockMotion"/>) and change are measured in the input, which does not flicker.
/// </summary>
/// <param name="strength">weight of the frame before where the input has not changed at all, from 0 to below 1</param>
public sealed class TemporalSmoothing(double strength)
{
    /// <summary>Difference of the input, in gray levels, at which the weight of the frame before has fallen to 1/e.</summary>
    private const float Scale = 8;

    private readonly float _strength = strength is >= 0 and < 1
        ? (float)strength
        : throw new ArgumentOutOfRangeException(nameof(strength), strength, "must be from 0 to below 1");

    /// <summary>The input before, and its output samples [H, W, C], unrounded.</summary>
    private (Picture Input, float[] Samples)? _before;

    /// <summary>The filtered output of the next frame.</summary>
    /// <param name="input">the clip's frame; resized to the output where they differ in size</param>
    /// <param name="made">its translation, of one to four channels, the same size for all frames</param>
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

using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Reduces the flicker of a translated clip by a motion-compensated recursive filter (Dubois and Sabri 1984, "Noise reduction in image
/// sequences using motion-compensated temporal filtering"): where the input has not changed, each output frame is blended with the previous
/// one. Motion (<see cref="BlockMotion"/>) and change are measured in the input, which does not flicker.
/// </summary>
/// <param name="strength">weight of the previous frame where the input has not changed, in [0, 1)</param>
internal sealed class TemporalSmoothing(double strength)
{
    /// <summary>
    /// Difference of the input, in gray levels, at which the weight of the previous frame has fallen to 1/e of its maximum.
    /// </summary>
    private const float Scale = 8;

    private readonly float _strength = strength is >= 0 and < 1
        ? (float)strength
        : throw new ArgumentOutOfRangeException(nameof(strength), strength, "must be from 0 to below 1");

    /// <summary>The previous input and its output samples [H, W, C], unrounded.</summary>
    private (Picture Input, float[] Samples)? _previous;

    /// <summary>The filtered output of the next frame.</summary>
    /// <param name="input">the clip's frame; resized to the size of the output</param>
    /// <param name="output">its translation, with one to four channels and the same size for all frames</param>
    public Picture Next(Picture input, Picture output)
    {
        var image = output.Layers[0].ToEightBits();
        var resized = input.Resize(image.Width, image.Height);
        var samples = Array.ConvertAll(image.Bytes, sample => (float)sample);
        if (_previous is { } previous)
        {
            var motion = BlockMotion.Between(previous.Input, resized);
            Blend(samples, motion.Move(previous.Samples, image.Channels), motion.Differences, image.Channels);
        }

        _previous = (resized, samples);
        return new Picture(
            new Image(image.Width, image.Height, image.Channels, Array.ConvertAll(samples, sample => (byte)MathF.Round(sample))));
    }

    private void Blend(float[] samples, float[] previous, float[] differences, int channels)
    {
        for (var pixel = 0; pixel < differences.Length; pixel++)
        {
            var difference = differences[pixel] / Scale;
            var part = _strength * MathF.Exp(-difference * difference);
            for (var i = pixel * channels; i < (pixel + 1) * channels; i++)
            {
                samples[i] += part * (previous[i] - samples[i]);
            }
        }
    }
}

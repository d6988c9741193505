using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Mean absolute difference of successive frames over pixels and frames, as a fraction of full scale.</summary>
/// <param name="Plain">without motion compensation, so motion counts, too</param>
/// <param name="Warped">difference from the previous frame, warped by the motion of the input, where the input has not changed</param>
internal sealed record FrameChange(double Plain, double Warped);

/// <summary>The flicker of a translated clip.</summary>
/// <param name="Frames">number of frames</param>
/// <param name="Outputs">flicker of the translation</param>
/// <param name="Inputs">flicker of the clip itself, from noise and changing light</param>
/// <param name="Followed">
/// fraction of the pixels that were found in the previous frame; <see cref="FrameChange.Warped"/> is over these
/// </param>
internal sealed record FlickerReport(int Frames, FrameChange Outputs, FrameChange Inputs, double Followed);

/// <summary>
/// Measures flicker as the warping error of Lai et al. 2018, "Learning blind video temporal consistency", section 4.2: the output against
/// the previous output, warped by the motion of the input and masked where that motion is unreliable. Motion is found by block matching
/// (<see cref="BlockMotion"/>) and differences are absolute; the paper uses optical flow from a network, and squared differences.
/// </summary>
internal sealed class FlickerMeter
{
    /// <summary>Largest change of the input, in gray levels averaged over 5×5 pixels, that counts as unchanged.</summary>
    private const float Same = 8;

    private const double FullScale = 255;

    private readonly Sums _outputs = new();
    private readonly Sums _inputs = new();
    private (Picture Input, Picture Output)? _previous;
    private int _frames;
    private long _pixels;
    private long _pixelsFollowed;

    /// <summary>The result so far; all zero before the second frame.</summary>
    public FlickerReport Report =>
        new(_frames, _outputs.Mean, _inputs.Mean, _pixels == 0 ? 0 : (double)_pixelsFollowed / _pixels);

    /// <summary>Adds the next frame.</summary>
    /// <param name="input">scaled to the output's size if they differ; its colours count, whatever its channels</param>
    /// <param name="output">the output, with the size and channels of the previous one</param>
    public void Add(Picture input, Picture output)
    {
        var resized = input.Converted(3).Resize(output.Width, output.Height);
        if (_previous is { } previous)
        {
            var motion = BlockMotion.Between(previous.Input, resized);
            _outputs.Add(previous.Output, output, motion);
            _inputs.Add(previous.Input, resized, motion);
            _pixels += motion.Differences.Length;
            _pixelsFollowed += motion.Differences.Count(difference => difference <= Same);
        }

        _frames++;
        _previous = (resized, output);
    }

    /// <summary>Differences of successive frames, added up, with the numbers of samples that they are of.</summary>
    private sealed class Sums
    {
        private double _plain;
        private double _warped;
        private long _samples;
        private long _followed;

        public FrameChange Mean => new(MeanOf(_plain, _samples), MeanOf(_warped, _followed));

        public void Add(Picture before, Picture after, BlockMotion motion)
        {
            var channels = after.Layers[0].Channels;
            var (then, now) = (SamplesOf(before), SamplesOf(after));
            var moved = motion.Move(then, channels);
            for (var i = 0; i < now.Length; i++)
            {
                _plain += Math.Abs(now[i] - then[i]);
                if (motion.Differences[i / channels] <= Same)
                {
                    _warped += Math.Abs(now[i] - moved[i]);
                    _followed++;
                }
            }

            _samples += now.Length;
        }

        private static double MeanOf(double sum, long count) => count == 0 ? 0 : sum / count / FullScale;

        private static float[] SamplesOf(Picture picture) =>
            Array.ConvertAll(picture.Layers[0].ToEightBits().Bytes, sample => (float)sample);
    }
}

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Evaluation;

/// <summary>How much each frame differs from the one before, in parts of full scale, averaged over pixels and frames.</summary>
/// <param name="Plain">pixel by pixel: motion counts as well</param>
/// <param name="Warped">from the frame before moved as the input has moved, where the input shows the same as before</param>
public sealed record FrameChange(double Plain, double Warped);

/// <summary>How a translated clip flickers.</summary>
/// <param name="Frames">of the clip</param>
/// <param name="Outputs">what was made</param>
/// <param name="Inputs">what it was made of: what noise and light do to the clip itself</param>
/// <param name="Followed">
/// part of all pixels that could be found in the frame before; <see cref="FrameChange.Warped"/> is over these
/// </param>
public sealed record FlickerReport(int Frames, FrameChange Outputs, FrameChange Inputs, double Followed);

/// <summary>
/// Measures flicker as the warping error of Lai et al. 2018, "Learning blind video temporal consistency", section 4.2: the output against
/// the output before, moved by the motion of the input and masked where that is not to be trusted. The motion is that of blocks
/// (<see cref="BlockMotion"/>) and the difference absolute, where the paper has an optical flow network and squares.
/// </summary>
public sealed class FlickerMeter
{
    /// <summary>Gray levels by which the input may differ from where it was, averaged over 5×5 pixels, and still show the same.</summary>
    private const float Same = 8;

    private const double FullScale = 255;

    private (Picture Input, Picture Output)? _before;
    private int _frames;
    private double _outputPlain;
    private double _outputWarped;
    private double _inputPlain;
    private double _inputWarped;
    private long _outputSamples;
    private long _inputSamples;
    private long _outputFollowed;
    private long _inputFollowed;
    private long _pixels;
    private long _pixelsFollowed;

    /// <summary>What was measured so far; all zero before the second frame.</summary>
    public FlickerReport Report => new(
        _frames,
        new FrameChange(Mean(_outputPlain, _outputSamples), Mean(_outputWarped, _outputFollowed)),
        new FrameChange(Mean(_inputPlain, _inputSamples), Mean(_inputWarped, _inputFollowed)),
        _pixels == 0 ? 0 : (double)_pixelsFollowed / _pixels);

    /// <summary>Adds the next frame.</summary>
    /// <param name="input">scaled to the output's size where its own is another</param>
    /// <param name="output">of the size and the channels of the one before</param>
    public void Add(Picture input, Picture output)
    {
        var seen = input.Resized(output.Width, output.Height);
        if (_before is { } before)
        {
            var motion = BlockMotion.Between(before.Input, seen);
            Compare(before.Output, output, motion, ref _outputPlain, ref _outputSamples, ref _outputWarped, ref _outputFollowed);
            Compare(before.Input, seen, motion, ref _inputPlain, ref _inputSamples, ref _inputWarped, ref _inputFollowed);
            _pixels += motion.Differences.Length;
            _pixelsFollowed += motion.Differences.Count(difference => difference <= Same);
        }

        _frames++;
        _before = (seen, output);
    }

    private static double Mean(double sum, long count) => count == 0 ? 0 : sum / count / FullScale;

    private static void Compare(
        Picture before, Picture after, BlockMotion motion, ref double plain, ref long samples, ref double warped, ref long followed)
    {
        var channels = after.Layers[0].Channels;
        var (then, now) = (SamplesOf(before), SamplesOf(after));
        var moved = motion.Move(then, channels);
        for (var i = 0; i < now.Length; i++)
        {
            plain += Math.Abs(now[i] - then[i]);
            if (motion.Differences[i / channels] <= Same)
            {
                warped += Math.Abs(now[i] - moved[i]);
                followed++;
            }
        }

        samples += now.Length;
    }

    private static float[] SamplesOf(Picture picture) =>
        Array.ConvertAll(picture.Layers[0].ToEightBits().Bytes, sample => (float)sample);
}

using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Measures the flicker of a translated clip, or of a folder of numbered frames.</summary>
internal static class ClipEvaluation
{
    /// <summary>Opens the frames of a clip or a folder.</summary>
    /// <exception cref="PictureException">there are no frames, or ffmpeg is not installed</exception>
    public static IFrameSource Open(string path) => Directory.Exists(path) ? NumberedFrames.Open(path) : ClipReader.Open(path);

    /// <summary>Refuses a generator that takes a label, since an evaluation names none.</summary>
    /// <exception cref="RunException">the generator takes a label, or there is no such model</exception>
    public static void RequireNoLabel(string model)
    {
        try
        {
            using var file = NetworkFile.Open(model);
            if (file.Networks[0] is { Generator.Conditions.Labels.Count: > 0, Options.Model: var labelled })
            {
                throw new RunException(
                    $"{model}: a {labelled} translates to a label, which an evaluation does not name; only 'translate' takes one");
            }
        }
        catch (InteropException)
        {
            // No network that is known: whether its graph can be run is seen when it is opened.
        }
    }

    /// <param name="translator">the model</param>
    /// <param name="frames">read from the current frame to the end</param>
    /// <param name="name">the clip's name, for messages</param>
    /// <param name="temporal">strength of <see cref="TemporalSmoothing"/>; 0 for independent frames</param>
    /// <param name="progress">called after each frame with the number of finished frames</param>
    /// <param name="cancellation">stops the evaluation</param>
    /// <exception cref="PictureException">a frame can't be read or translated, or there are fewer than two</exception>
    /// <exception cref="OperationCanceledException">the evaluation was cancelled</exception>
    public static FlickerReport Run(
        Translator translator, IFrameSource frames, string name, double temporal = 0, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        var (translation, meter, done) = (new FrameTranslation(translator, name, temporal), new FlickerMeter(), 0);
        while (frames.Next() is { } frame)
        {
            cancellation.ThrowIfCancellationRequested();
            meter.Add(frame, translation.Next(frame));
            progress?.Invoke(++done);
        }

        return done > 1 ? meter.Report : throw new PictureException($"{name}: has {Counted.Of(done, "frame")}; flicker needs two or more");
    }
}

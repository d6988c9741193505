using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>What became of a clip.</summary>
/// <param name="Output">the file</param>
/// <param name="Frames">that it has</param>
/// <param name="Width">of its frames, without what an odd side gained</param>
/// <param name="Height">of its frames</param>
public sealed record TranslatedClip(string Output, int Frames, int Width, int Height);

/// <summary>Translates a clip frame by frame; its sound stays. A few frames are in memory at a time, however long it is.</summary>
public static class ClipTranslation
{
    /// <summary>Ctrl-C reaches ffmpeg as well, which may say so before this program has noticed.</summary>
    private static readonly TimeSpan s_noticed = TimeSpan.FromSeconds(0.3);

    /// <summary>A frame is decoded and another one encoded while one is translated.</summary>
    /// <param name="open">opens what translates them</param>
    /// <param name="clip">read from where it is to its end</param>
    /// <param name="output">a file; its folder exists</param>
    /// <param name="temporal">strength of <see cref="TemporalSmoothing"/>; 0 for each frame by itself</param>
    /// <param name="progress">told after each frame how many are done</param>
    /// <param name="cancellation">ends it; nothing is left of the output then</param>
    /// <exception cref="DataException">the clip can't be read, translated or written; the message says why</exception>
    /// <exception cref="OperationCanceledException">it was cancelled</exception>
    public static TranslatedClip Run(
        Func<Translator> open, ClipReader clip, string output, double temporal = 0, Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        _ = ClipFile.FormatOf(output);
        var next = Task.Run(() => clip.Next(), CancellationToken.None);
        var written = Task.CompletedTask;
        ClipWriter? writer = null;
        try
        {
            var frames = new FrameTranslation(open(), clip.Info.File, temporal);
            var (done, width, height) = (0, 0, 0);
            while (Awaited(next, cancellation) is { } frame)
            {
                next = Task.Run(() => clip.Next(), CancellationToken.None);
                var made = frames.Next(frame);
                Await(written, cancellation);
                if (writer is null)
                {
                    (width, height) = (made.Width, made.Height);
                    writer = new ClipWriter(clip.Ffmpeg, output, width, height, clip.Info);
                }

                ClipWriter to = writer;
                written = Task.Run(() => to.Write(made), CancellationToken.None);
                progress?.Invoke(++done);
            }

            Await(written, cancellation);
            var last = writer ?? throw new DataException($"{clip.Info.File}: holds no frames");
            written = Task.Run(() => last.Finish(), CancellationToken.None);
            Await(written, cancellation);
            return new TranslatedClip(output, done, width, height);
        }
        catch (DataException) when (cancellation.CanBeCanceled && cancellation.WaitHandle.WaitOne(s_noticed))
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            clip.Stop();
            writer?.Stop();
            next.AwaitEnd();
            written.AwaitEnd();
            writer?.Dispose();
        }
    }

    private static Picture? Awaited(Task<Picture?> frame, CancellationToken cancellation)
    {
        Await(frame, cancellation);
        return frame.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Waits for its end, which an ffmpeg that hangs would never let come, or until it is cancelled; throws what it threw.
    /// </summary>
    private static void Await(Task task, CancellationToken cancellation)
    {
        Task.WaitAny([task], cancellation);
        task.GetAwaiter().GetResult();
    }
}

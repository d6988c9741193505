using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>The result of translating a clip.</summary>
/// <param name="Output">the file</param>
/// <param name="Frames">that it has</param>
/// <param name="Width">of its frames, without the padding of an odd side</param>
/// <param name="Height">of its frames, likewise</param>
public sealed record TranslatedClip(string Output, int Frames, int Width, int Height);

/// <summary>Translates a clip frame by frame and keeps its sound. A few frames are in memory at a time, however long it is.</summary>
public static class ClipTranslation
{
    /// <summary>Ctrl-C reaches ffmpeg as well, which may fail before this program's own handler has run.</summary>
    private static readonly TimeSpan s_noticed = TimeSpan.FromSeconds(0.3);

    /// <summary>While one frame is translated, the next is decoded and the last encoded.</summary>
    /// <param name="open">opens the translator</param>
    /// <param name="clip">read from its current frame to its end</param>
    /// <param name="output">a file; its folder exists</param>
    /// <param name="temporal">strength of <see cref="TemporalSmoothing"/>; 0 for each frame by itself</param>
    /// <param name="progress">told after each frame how many are done</param>
    /// <param name="cancellation">stops it; the unfinished output is deleted</param>
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
    /// Waits until the task ends or is cancelled, for an ffmpeg that hangs would never let it end; rethrows its exception.
    /// </summary>
    private static void Await(Task task, CancellationToken cancellation)
    {
        Task.WaitAny([task], cancellation);
        task.GetAwaiter().GetResult();
    }
}

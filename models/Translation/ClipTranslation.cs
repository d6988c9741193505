using System.Security.Cryptography;
using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Translation;

/// <summary>The result of translating a clip.</summary>
/// <param name="Output">the written file</param>
/// <param name="Frames">number of frames</param>
/// <param name="Width">width of the frames, without padding of odd sides</param>
/// <param name="Height">height of the frames, likewise</param>
internal sealed record TranslatedClip(string Output, int Frames, int Width, int Height)
{
    /// <summary>Whether it has sound of the clip.</summary>
    public bool HasSound { get; init; }
}

/// <summary>
/// Translates a clip frame by frame and keeps its sound. Only a few frames are in memory at a time. Frames of a translation that breaks off
/// stay beside the output, playable, and the next one of the same clip by the same model goes on after them.
/// </summary>
internal static class ClipTranslation
{
    /// <summary>
    /// Wait before an error is reported: Ctrl-C also reaches ffmpeg, which may fail before this program's handler has run.
    /// </summary>
    private static readonly TimeSpan s_cancellationDelay = TimeSpan.FromSeconds(0.3);

    /// <summary>Time for the last frame to be written when the work breaks off.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs the translation. While one frame is translated, the next is decoded and the previous one encoded.</summary>
    /// <param name="open">opens the translator</param>
    /// <param name="clip">read from its current frame to its end</param>
    /// <param name="output">the file; its folder must exist</param>
    /// <param name="temporal">strength of <see cref="TemporalSmoothing"/>; 0 for independent frames</param>
    /// <param name="progress">called after each frame with the number of finished frames</param>
    /// <param name="cancellation">stops the translation; what is done stays, and <see cref="PictureRemarks"/> says where</param>
    /// <exception cref="PictureException">the clip can't be read, translated or written; the message gives the reason</exception>
    /// <exception cref="OperationCanceledException">the translation was cancelled</exception>
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
            var translator = open();
            var frames = new FrameTranslation(translator, clip.Info.File, temporal);
            var (done, width, height) = (0, 0, 0);
            for (; Awaited(next, cancellation) is { } frame; done++, progress?.Invoke(done))
            {
                next = Task.Run(() => clip.Next(), CancellationToken.None);
                if (done > 0 && done < writer?.Done - frames.Memory)
                {
                    frames.Skip();
                    continue;
                }

                foreach (var remark in done == 0 ? translator.RemarksOn(frame, isFrame: true) : [])
                {
                    PictureRemarks.Add(clip.Info.File, remark);
                }

                var translated = frames.Next(frame);
                Await(written, cancellation);
                if (writer is null)
                {
                    (width, height) = (translated.Width, translated.Height);
                    writer = new ClipWriter(
                        clip.Ffmpeg, output, width, height, clip.Info, IdentityOf(clip.Info, translator, translated, temporal));
                    writer.TellOfEarlier("the translation");
                }

                if (done < writer.Done)
                {
                    continue;
                }

                ClipWriter to = writer;
                written = Task.Run(() => to.Write(translated), CancellationToken.None);
            }

            Await(written, cancellation);
            var last = writer ?? throw new PictureException($"{clip.Info.File}: holds no frames");
            written = Task.Run(() => last.Finish(), CancellationToken.None);
            Await(written, cancellation);
            return new TranslatedClip(output, done, width, height) { HasSound = last.HasSound };
        }
        catch (PictureException) when (cancellation.CanBeCanceled && cancellation.WaitHandle.WaitOne(s_cancellationDelay))
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            clip.Stop();
            next.AwaitEnd();
            if (!((IAsyncResult)written).AsyncWaitHandle.WaitOne(s_patience))
            {
                writer?.Stop(); // ffmpeg may hang.
            }

            written.AwaitEnd();
            writer?.Dispose();
        }
    }

    /// <summary>
    /// Tells a translation from others: by the clip, the weights and the settings. So a model that was trained further does not go on with
    /// frames of the earlier one, even where both make the same of a black picture. Of a graph, whose operators are unknown here, what it
    /// makes of the first frame counts, too.
    /// </summary>
    private static string IdentityOf(ClipInfo clip, Translator translator, Picture first, double temporal)
    {
        var file = new FileInfo(clip.File);
        var made = translator.IsGraph ? Convert.ToHexString(SHA256.HashData(first.Layers[0].Bytes)) : "";
        return Invariant.Text(
            $"{file.FullName}\n{file.Length} {file.LastWriteTimeUtc:O} {clip.Rate} {temporal}\n{translator.Identity}\n{made}\n");
    }

    private static Picture? Awaited(Task<Picture?> frame, CancellationToken cancellation)
    {
        Await(frame, cancellation);
        return frame.GetAwaiter().GetResult();
    }

    /// <summary>Waits until the task ends or the call is cancelled, because ffmpeg may hang. Rethrows the task's exception.</summary>
    private static void Await(Task task, CancellationToken cancellation)
    {
        Task.WaitAny([task], cancellation);
        task.GetAwaiter().GetResult();
    }
}

using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.Models.Generation;

/// <summary>Writes generated pictures that follow each other as a clip. Needs ffmpeg.</summary>
internal static class GeneratedClip
{
    /// <summary>Frames a second, as in the authors' films of one picture.</summary>
    private static readonly FrameRate s_rate = new(10, 1);

    /// <param name="pictures">the frames, of one size</param>
    /// <param name="output">the file; its folder must exist</param>
    /// <param name="identity">tells these frames from others; those of a call that broke off are gone on with</param>
    /// <param name="cancellation">breaks off; what is done stays beside the output, playable</param>
    /// <returns>number and size of the frames</returns>
    /// <exception cref="PictureException">ffmpeg is missing or failed, or clips can't be written with that extension</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public static (int Frames, int Width, int Height) Write(
        IEnumerable<Picture> pictures, string output, string identity, CancellationToken cancellation)
    {
        _ = ClipFile.FormatOf(output);
        var ffmpeg = Ffmpeg.Find(output);
        ClipWriter? writer = null;
        var (frames, width, height) = (0, 0, 0);
        try
        {
            foreach (var picture in pictures)
            {
                (width, height) = (picture.Width, picture.Height);
                if (writer is null)
                {
                    writer = new ClipWriter(ffmpeg, output, width, height, ClipInfo.OfFrames(output, width, height, s_rate), identity);
                    writer.TellOfEarlier("the film");
                }

                if (frames++ >= writer.Done)
                {
                    writer.Write(picture.ToChannels(3, output));
                }

                cancellation.ThrowIfCancellationRequested();
            }

            writer?.Finish();
            return (frames, width, height);
        }
        finally
        {
            writer?.Dispose();
        }
    }
}

using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// Writes a clip frame by frame, with the sound of its source. The file gets its final name when it is complete. Codecs store colours at
/// half resolution, so odd sides are padded by repeating the last row or column.
/// </summary>
internal sealed class ClipWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _frame;
    private readonly FfmpegProcess _process;
    private bool _isWhole;

    /// <param name="ffmpeg">the programs</param>
    /// <param name="path">the file; its folder must exist</param>
    /// <param name="width">width of the frames</param>
    /// <param name="height">height of the frames</param>
    /// <param name="source">the clip from which frame rate, pixel aspect ratio and sound are taken</param>
    /// <exception cref="DataException">ffmpeg can't be started, or the file's extension is not supported</exception>
    public ClipWriter(Ffmpeg ffmpeg, string path, int width, int height, ClipInfo source)
    {
        (_path, _temporary, _width, _height) = (path, path + AtomicFile.TemporarySuffix, width, height);
        _frame = new byte[3 * Even(width) * Even(height)];
        _process = FfmpegProcess.Start(ffmpeg.Program, path, Arguments(source));
    }

    /// <param name="picture">8-bit RGB, of the size given to the constructor</param>
    /// <exception cref="DataException">ffmpeg failed; the message gives the reason</exception>
    public void Write(Picture picture)
    {
        if ((picture.Width, picture.Height, picture.Channels) != (_width, _height, 3))
        {
            throw new ArgumentException(
                $"a frame has {picture.Width}x{picture.Height} pixels, where the first had {_width}x{_height}", nameof(picture));
        }

        var samples = picture.Layers[0].Bytes.AsSpan();
        var (row, padded) = (3 * _width, 3 * Even(_width));
        for (var y = 0; y < Even(_height); y++)
        {
            var line = samples.Slice(Math.Min(y, _height - 1) * row, row);
            line.CopyTo(_frame.AsSpan(y * padded));
            if (padded > row)
            {
                line[^3..].CopyTo(_frame.AsSpan((y * padded) + row));
            }
        }

        Send(() => _process.Input.Write(_frame));
    }

    /// <summary>Waits until the file is complete, then renames it to its final name.</summary>
    /// <exception cref="DataException">ffmpeg failed, or the file can't be renamed</exception>
    public void Finish()
    {
        Send(_process.CloseInput);
        if (_process.Failure() is { } reason)
        {
            throw Stopped(reason);
        }

        try
        {
            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{_path}: {e.Message}", e);
        }

        _isWhole = true;
    }

    /// <summary>Kills ffmpeg; a thread that waits in <see cref="Write"/> wakes up.</summary>
    public void Stop() => _process.Kill();

    public void Dispose()
    {
        _process.Dispose();
        if (!_isWhole)
        {
            File.Delete(_temporary);
        }
    }

    /// <summary>Writes to the pipe. If ffmpeg has closed it, throws with ffmpeg's own error message.</summary>
    private void Send(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw Stopped(_process.Failure() ?? e.Message);
        }
    }

    private DataException Stopped(string reason) => new($"{_path}: ffmpeg can't write it: {reason}");

    /// <summary>Colours are converted to BT.709 and tagged as such, so that players need not guess.</summary>
    private string[] Arguments(ClipInfo source)
    {
        var format = ClipFile.FormatOf(_path);
        var isKept = source.Sound.All(codec => format.KeptSound.Contains(codec));
        var shape = source.PixelAspect is { } aspect ? $",setsar={aspect.Replace(':', '/')}" : "";
        string[] sound = source.Sound.Count > 0 ? ["-i", ClipFile.Address(source.File)] : [];
        string[] kept = source.Sound.Count > 0 ? ["-map", "1:a", "-c:a", isKept ? "copy" : format.Sound] : [];
        return
        [
            "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{Even(_width)}x{Even(_height)}",
            "-framerate", $"{source.Rate}", "-i", "pipe:0", .. sound, "-map", "0:v", .. kept,
            "-vf", $"scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p{shape}",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
            .. format.Pictures, "-f", format.Muxer, ClipFile.Address(_temporary),
        ];
    }

    private static int Even(int side) => side + (side & 1);
}

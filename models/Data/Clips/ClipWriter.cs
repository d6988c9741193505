using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// Writes a clip frame by frame: the pictures into parts (<see cref="ClipParts"/>), which stay if the work breaks off, and from these, when
/// they are complete, the film with the sound of its source. Codecs store colours at half resolution, so odd sides are padded by repeating
/// the last row or column.
/// </summary>
internal sealed class ClipWriter : IDisposable
{
    /// <summary>Time for ffmpeg to encode the frames that it still holds when the work breaks off.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>How ffmpeg names a full disk.</summary>
    private const string NoSpace = "No space left";

    private readonly Ffmpeg _ffmpeg;
    private readonly ClipInfo _source;
    private readonly ClipFormat _format;
    private readonly ClipTracks _tracks;
    private readonly ClipParts _parts;
    private readonly string _path;
    private readonly string _temporary;
    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _frame;
    private FfmpegProcess? _process;
    private int _written;
    private bool _isWhole;
    private volatile bool _isStopped;

    /// <param name="ffmpeg">the programs</param>
    /// <param name="path">the file; its folder must exist</param>
    /// <param name="width">width of the frames</param>
    /// <param name="height">height of the frames</param>
    /// <param name="source">the clip from which frame rate, pixel aspect ratio, sound, subtitles and titles are taken</param>
    /// <param name="identity">tells this translation from others, whose parts are not gone on with</param>
    /// <exception cref="PictureException">ffmpeg can't be started, or the file's extension is not supported</exception>
    public ClipWriter(Ffmpeg ffmpeg, string path, int width, int height, ClipInfo source, string identity = "")
    {
        (_ffmpeg, _source, _path, _temporary, _width, _height) =
            (ffmpeg, source, path, AtomicFile.TemporaryOf(path), width, height);
        _format = ClipFile.FormatOf(path);
        _frame = new byte[3 * Even(width) * Even(height)];
        _tracks = new ClipTracks(ffmpeg, source, path, _format);
        _parts = new ClipParts(ffmpeg, path, identity);
        Done = _parts.Frames;
        _tracks.Remarks.ForEach(remark => PictureRemarks.Add(source.File, remark));
    }

    /// <summary>Frames that an earlier translation has left; the first to be written is the next one.</summary>
    public int Done { get; }

    /// <summary>Tells that frames of an earlier call are gone on with, if there are any.</summary>
    /// <param name="what">what goes on, as the start of a sentence</param>
    public void TellOfEarlier(string what)
    {
        if (Done > 0)
        {
            PictureRemarks.Add(_path, $"{what} goes on after the {Counted.Of(Done, "frame")} of an earlier one");
        }
    }

    /// <summary>Whether the film has sound.</summary>
    public bool HasSound => _tracks.HasSound;

    /// <param name="picture">8-bit RGB, of the size given to the constructor</param>
    /// <exception cref="PictureException">ffmpeg failed; the message gives the reason</exception>
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

        var process = _process ??= FfmpegProcess.Start(_ffmpeg.Program, _path, PictureArguments());
        try
        {
            process.Input.Write(_frame);
        }
        catch (IOException e)
        {
            throw Stopped(process.Failure() ?? e.Message);
        }

        _written++;
    }

    /// <summary>Waits until all frames are encoded, and writes the film.</summary>
    /// <exception cref="PictureException">ffmpeg failed, or the file can't be renamed</exception>
    public void Finish()
    {
        try
        {
            if (_process is { } process)
            {
                ClosePart(process);
            }

            var list = _parts.WriteList(_source.Rate);
            if (Joining(list, _tracks.Arguments) is { } reason)
            {
                // A track may be why: each is tried by itself, unless the pictures alone fail, too.
                if (_isStopped || reason.Contains(NoSpace, StringComparison.Ordinal)
                    || Joining(list, ClipTracks.ArgumentsFor([])) is not null)
                {
                    throw Stopped(reason);
                }

                foreach (var remark in _tracks.WithoutFailing(tracks => Joining(list, tracks)))
                {
                    if (_isStopped)
                    {
                        throw Stopped(reason);
                    }

                    PictureRemarks.Add(_source.File, remark);
                }

                if (Joining(list, _tracks.Arguments) is { } still)
                {
                    throw Stopped(still);
                }
            }

            _isWhole = true; // What is renamed in vain is kept.
            AtomicFile.KeepMode(_path, _temporary);
            AtomicFile.Rename(_temporary, _path);
            _parts.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(e.Message.StartsWith(_path, StringComparison.Ordinal) ? e.Message : $"{_path}: {e.Message}", e);
        }
    }

    /// <summary>Kills ffmpeg; a thread that waits in <see cref="Write"/> or <see cref="Finish"/> wakes up.</summary>
    public void Stop()
    {
        _isStopped = true;
        _process?.Kill();
    }

    /// <summary>Of a film that is not whole, leaves the frames that are done, and says where they are and how to go on.</summary>
    public void Dispose()
    {
        if (!_isWhole)
        {
            Leave();
        }

        _process?.Dispose();
        _parts.Dispose();
    }

    private void Leave()
    {
        try
        {
            Disk.Current.Delete(_temporary);
            if (_process?.End(s_patience) == 0)
            {
                _parts.Add(_written);
            }
            else
            {
                _parts.Recover(); // After Ctrl-C, which reaches ffmpeg, too, or on a full disk it may lack the last frames.
            }

            if (_parts.Frames is > 0 and var frames)
            {
                PictureRemarks.Add(
                    _path, $"{(frames == 1 ? "1 frame is" : $"{frames} frames are")} done and can be played in {_parts.Folder}; the same " +
                        "command goes on from there");
            }
            else
            {
                _parts.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PictureException)
        {
            PictureRemarks.Add(_path, $"what is done of it could not be kept: {e.Message}");
        }
    }

    private void ClosePart(FfmpegProcess process)
    {
        try
        {
            process.CloseInput();
        }
        catch (IOException e)
        {
            throw Stopped(process.Failure() ?? e.Message);
        }

        if (process.Failure() is { } reason)
        {
            throw Stopped(reason);
        }

        _parts.Add(_written);
        (_process, _written) = (null, 0);
        process.Dispose();
    }

    private PictureException Stopped(string reason) => new($"{_path}: ffmpeg can't write it: {reason}");

    /// <summary>Colours are converted to BT.709 and tagged as such, so that players need not guess.</summary>
    private string[] PictureArguments()
    {
        var shape = _source.PixelAspect is { } aspect ? $",setsar={aspect.Replace(':', '/')}" : "";
        return
        [
            "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", $"{Even(_width)}x{Even(_height)}",
            "-framerate", $"{_source.Rate}", "-i", "pipe:0", "-map", "0:v",
            "-vf", $"scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p{shape}",
            "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
            .. _format.Pictures, .. ClipParts.Options, ClipFile.Address(_parts.Next),
        ];
    }

    /// <summary>Joins parts and tracks.</summary>
    /// <returns>the reason of a failure; null on success</returns>
    private string? Joining(string list, IReadOnlyList<string> tracks)
    {
        if (_isStopped)
        {
            return "it was stopped";
        }

        using var process = _process = FfmpegProcess.Start(_ffmpeg.Program, _path,
        [
            "-v", "error", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i", ClipFile.Address(list),
            .. _source.IsFile ? (string[])["-i", ClipFile.Address(_source.File)] : [],
            "-map", "0:v", "-c:v", "copy", .. _source.IsFile ? tracks : [], .. _format.Options, "-f", _format.Muxer,
            ClipFile.Address(_temporary),
        ]);
        try
        {
            return process.Failure();
        }
        finally
        {
            _isStopped |= process.WasInterrupted;
            _process = null;
        }
    }

    private static int Even(int side) => side + (side & 1);
}

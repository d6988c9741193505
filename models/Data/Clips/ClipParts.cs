using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The frames of a film that is not whole yet, in a folder beside it: MP4 files in fragments, which can be played even if a program was
/// killed while it wrote them. A later translation of the same clip by the same model adds to them.
/// </summary>
internal sealed class ClipParts
{
    private const string Ending = ".unfinished";
    private const string Record = "film.txt";

    /// <summary>The ending of a part that is being written.</summary>
    private const string Open = ".open.mp4";

    /// <summary>ffmpeg's options for a part: fragments of a second or two, each from a key frame on.</summary>
    public static readonly string[] Options = ["-g", "60", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"];

    private readonly Ffmpeg _ffmpeg;
    private readonly List<(string File, int Frames)> _whole = [];

    /// <param name="ffmpeg">the programs</param>
    /// <param name="film">path of the film</param>
    /// <param name="identity">tells the clip, the model and its settings from others</param>
    /// <exception cref="DataException">the folder can't be made, or its parts can't be read</exception>
    public ClipParts(Ffmpeg ffmpeg, string film, string identity)
    {
        (_ffmpeg, Folder) = (ffmpeg, AtomicFile.TemporaryOf(film, Ending));
        try
        {
            var record = Path.Combine(Folder, Record);
            if (Directory.Exists(Folder) && (!File.Exists(record) || Disk.ReadText(record) != identity))
            {
                PictureRemarks.Add(film, $"{Folder} is of another model, clip or other options, and is replaced");
                Delete();
            }

            Directory.CreateDirectory(Folder);
            Mend();
            File.WriteAllText(record, identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Folder}: {e.Message}", e);
        }
    }

    public string Folder { get; }

    /// <summary>Frames in all parts.</summary>
    public int Frames => _whole.Sum(part => part.Frames);

    /// <summary>Path of the part that is being written.</summary>
    public string Next => Path.Combine(Folder, $"{_whole.Count + 1}{Open}");

    /// <summary>Adds the part that has been written to its end.</summary>
    /// <param name="frames">its frames; null to count them</param>
    public void Add(int? frames)
    {
        var count = frames ?? CountOf(Next).All;
        var file = NameOf(_whole.Count + 1);
        Disk.Current.Move(Next, file);
        _whole.Add((file, count));
    }

    /// <summary>Writes the list that ffmpeg's concat demuxer reads: parts, each as long as its frames.</summary>
    public string WriteList(FrameRate rate)
    {
        var list = Path.Combine(Folder, "parts.txt");
        File.WriteAllLines(list, _whole.SelectMany(part => (string[])[
            $"file '{Path.GetFileName(part.File)}'",
            string.Create(CultureInfo.InvariantCulture, $"duration {part.Frames / rate.PerSecond:F6}")]));
        return list;
    }

    /// <summary>Frames that can be recovered from the part that was being written.</summary>
    public int Recoverable() => File.Exists(Next) && new FileInfo(Next).Length > 0 ? CountOf(Next).BeforeLastKey : 0;

    public void Delete() => Disk.Current.DeleteFolder(Folder);

    private string NameOf(int number) => Path.Combine(Folder, $"{number}.mp4");

    /// <summary>Finds the parts. One that a program was killed over is cut before its last key frame: all before it is whole.</summary>
    private void Mend()
    {
        while (File.Exists(NameOf(_whole.Count + 1)))
        {
            _whole.Add((NameOf(_whole.Count + 1), CountOf(NameOf(_whole.Count + 1)).All));
        }

        var frames = Recoverable();
        if (frames == 0)
        {
            Disk.Current.Delete(Next);
            return;
        }

        var (cut, open) = (Next + AtomicFile.TemporarySuffix, Next);
        using (var process = FfmpegProcess.Start(_ffmpeg.Program, Folder,
            ["-v", "error", "-nostdin", "-y", "-i", ClipFile.Address(open), "-map", "0:v", "-c", "copy", "-frames:v", $"{frames}",
                .. Options[2..], ClipFile.Address(cut)]))
        {
            if (process.Failure() is { } reason)
            {
                throw new DataException($"{open}: ffmpeg can't read it: {reason}; remove it to translate its frames again");
            }
        }

        Disk.Current.Move(cut, NameOf(_whole.Count + 1));
        Disk.Current.Delete(open);
        _whole.Add((NameOf(_whole.Count + 1), frames));
    }

    /// <summary>The frames of a part, and those before its last key frame; none if it can't be read.</summary>
    private (int All, int BeforeLastKey) CountOf(string file)
    {
        using var probe = FfmpegProcess.Start(_ffmpeg.Probe, file,
            ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=flags", "-of", "csv=p=0", "-i", ClipFile.Address(file)]);
        var flags = (ClipInfo.ReadAll(probe.Output) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _ = probe.Failure(); // Of a file that breaks off, what precedes its end counts.
        return (flags.Length, Math.Max(0, Array.FindLastIndex(flags, f => f.StartsWith('K'))));
    }
}

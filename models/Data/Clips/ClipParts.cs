using System.Buffers.Binary;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>
/// The frames of a film that is not whole yet, in a folder beside it: MP4 files in fragments, which can be played even if a program was
/// killed while it wrote them. A later translation of the same clip by the same model adds to them. One program has the folder at a time.
/// </summary>
internal sealed class ClipParts : IDisposable
{
    private const string Ending = ".unfinished";

    /// <summary>The ending of a part that is being written.</summary>
    private const string Open = ".open.mp4";

    /// <summary>Bytes of the header of a box, which hold its length and its name (ISO/IEC 14496-12, 4.2).</summary>
    private const int HeaderLength = 8;

    /// <summary>ffmpeg's options for a part: fragments of a second or two, each from a key frame on.</summary>
    public static readonly string[] Options = ["-g", "60", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"];

    private readonly Ffmpeg _ffmpeg;
    private readonly string _film;
    private readonly List<(string File, int Frames)> _whole = [];
    private readonly FileStream _held;

    /// <param name="ffmpeg">the programs</param>
    /// <param name="film">path of the film</param>
    /// <param name="identity">tells the clip, the model and its settings from others</param>
    /// <exception cref="PictureException">
    /// the folder can't be made, its parts can't be read, or another program is writing them
    /// </exception>
    public ClipParts(Ffmpeg ffmpeg, string film, string identity)
    {
        (_ffmpeg, _film, Folder) = (ffmpeg, film, AtomicFile.TemporaryOf(film, Ending));
        try
        {
            Directory.CreateDirectory(Folder);
            _held = FileLock.Take(LockFile, TimeSpan.Zero);
            if (!File.Exists(RecordFile) || Disk.ReadText(RecordFile) != identity)
            {
                PutAside();
                AtomicFile.WriteText(RecordFile, identity); // Once: frames without a whole record would be put aside.
            }

            for (var number = 1; File.Exists(NameOf(number)); number++)
            {
                _whole.Add((NameOf(number), CountOf(NameOf(number))));
            }

            Recover();
        }
        catch (FileHeldException e) when (_held is null)
        {
            throw new PictureException($"{_film}: another program is writing it now; wait for it, or stop it first", e);
        }
        catch (PictureException)
        {
            Dispose();
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new PictureException($"{Folder}: {e.Message}", e);
        }
    }

    public string Folder { get; }

    /// <summary>Frames in all parts.</summary>
    public int Frames => _whole.Sum(part => part.Frames);

    /// <summary>Path of the part that is being written.</summary>
    public string Next => OpenAfter(_whole.Count);

    private string LockFile => Path.Combine(Folder, "lock");

    private string ListFile => Path.Combine(Folder, "parts.txt");

    /// <summary>Says which film the parts are of.</summary>
    private string RecordFile => Path.Combine(Folder, "film.txt");

    /// <summary>Adds the part that has been written to its end.</summary>
    public void Add(int frames)
    {
        var file = NameOf(_whole.Count + 1);
        Disk.Current.Move(Next, file);
        _whole.Add((file, frames));
    }

    /// <summary>
    /// Adds what is whole of a part over which a program ended, cut in its place: where a disk is full, there is no room for another file.
    /// </summary>
    public void Recover()
    {
        if (!File.Exists(Next))
        {
            return;
        }

        using (var file = new FileStream(Next, FileMode.Open, FileAccess.ReadWrite))
        {
            file.SetLength(WholeFragments(file));
        }

        var frames = new FileInfo(Next).Length > 0 ? CountOf(Next) : 0;
        if (frames > 0)
        {
            Add(frames);
        }
        else
        {
            Disk.Current.Delete(Next);
        }
    }

    /// <summary>
    /// Writes the list that ffmpeg's concat demuxer reads: parts, each as long as its frames. ffmpeg looks for names beside the list, but
    /// cuts the list's path at a # or a ?; there parts have their full names, in which a line break could not be written.
    /// </summary>
    public string WriteList(FrameRate rate)
    {
        var isCut = Path.GetFullPath(Folder).AsSpan().ContainsAny('#', '?');
        File.WriteAllLines(ListFile, _whole.SelectMany(part => (string[])[
            $"file '{(isCut ? Quoted(ClipFile.Address(part.File)) : Path.GetFileName(part.File))}'",
            Invariant.Text($"duration {part.Frames / rate.PerSecond:F6}")]));
        return ListFile;

        static string Quoted(string name) => name.Replace("'", @"'\''", StringComparison.Ordinal);
    }

    /// <summary>
    /// Deletes its own files, the record first: parts without it are never gone on with. The folder stays if it holds other files.
    /// </summary>
    public void Delete()
    {
        foreach (var file in (string[])[RecordFile, ListFile, Next, .. _whole.Select(part => part.File)])
        {
            Disk.Current.Delete(file);
        }

        Dispose();
        Disk.Current.Delete(LockFile);
        if (Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            PictureRemarks.Add(_film, $"{Folder} holds files that are not of the film, and so it stays; move them or delete it");
        }
        else
        {
            Disk.Current.DeleteFolder(Folder);
        }
    }

    public void Dispose() => _held?.Dispose();

    private string NameOf(int number) => Path.Combine(Folder, $"{number}.mp4");

    private string OpenAfter(int parts) => Path.Combine(Folder, $"{parts + 1}{Open}");

    /// <summary>
    /// Moves the parts of another film to a folder beside, with their record, so that they can be played, or brought back and gone on with.
    /// </summary>
    private void PutAside()
    {
        var whole = Enumerable.Range(1, int.MaxValue).Select(NameOf).TakeWhile(File.Exists).ToList();
        string[] parts = [.. whole.Append(OpenAfter(whole.Count)).Where(File.Exists)];
        if (parts.Length == 0)
        {
            return;
        }

        var aside = Enumerable.Range(1, int.MaxValue).Select(n => Invariant.Text($"{Folder}-{n}")).First(name => !Path.Exists(name));
        Directory.CreateDirectory(aside);
        foreach (var file in parts.Append(RecordFile).Where(File.Exists))
        {
            Disk.Current.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        }

        PictureRemarks.Add(
            _film, $"{Folder} was of another model, clip or other options; its frames are in {aside} now, which can be deleted");
    }

    /// <summary>Length of a file up to the end of its last whole fragment, a <c>moof</c> and its <c>mdat</c>; 0 if there is none.</summary>
    private static long WholeFragments(FileStream file)
    {
        var (end, whole) = (0L, 0L);
        Span<byte> header = stackalloc byte[HeaderLength];
        while (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            end += length;
            if (length < HeaderLength || end > file.Length)
            {
                break;
            }

            whole = header[4..].SequenceEqual("mdat"u8) ? end : whole;
            file.Position = end;
        }

        return whole;
    }

    /// <summary>The frames of a part; none if it can't be read.</summary>
    private int CountOf(string file) => _ffmpeg.Answer(
        _ffmpeg.Probe, file,
        ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=flags", "-of", "csv=p=0", "-i", ClipFile.Address(file)])
        is ({ } packets, null)
        ? packets.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length
        : 0;
}

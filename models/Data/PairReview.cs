using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>A reviewer's decision about a pair.</summary>
/// <param name="Bad">the pair is left out</param>
/// <param name="Swapped">the halves are swapped</param>
/// <param name="Crop">the part of both halves to keep; null for all</param>
internal sealed record PairDecision(bool Bad = false, bool Swapped = false, HalfCrop? Crop = null);

/// <summary>A part of a half, in pixels.</summary>
internal sealed record HalfCrop(int X, int Y, int Width, int Height)
{
    /// <summary>Whether it lies in a half of a size. No sum overflows, whatever a client sends.</summary>
    public bool IsWithin(Picture half) =>
        X >= 0 && Y >= 0 && Width >= 1 && Height >= 1 && X <= half.Width - Width && Y <= half.Height - Height;
}

/// <summary>
/// Manual review of pairs (A left, B right): which are bad, which have swapped halves, what to crop. Decisions are stored in a file beside
/// the pairs. The pairs themselves are never changed; <see cref="WriteKept"/> writes a new data set of those that are kept.
/// Thread-safe.
/// </summary>
internal sealed class PairReview
{
    /// <summary>The file of the decisions, in the folder of the pairs.</summary>
    public const string FileName = "review.json";

    /// <summary>Held by a program from before it reads the decisions until it has saved one. Hidden, as no picture is.</summary>
    private const string LockName = ".review";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions s_json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly IReadOnlyList<string> _files;
    private Dictionary<string, PairDecision> _decisions;

    private PairReview(string folder, IReadOnlyList<string> files, Dictionary<string, PairDecision> decisions)
    {
        (_folder, _files, _decisions) = (folder, files, decisions);
        Names = [.. files.Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))];
    }

    /// <summary>Relative paths of the pairs, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The decision about a pair.</summary>
    public PairDecision this[int index]
    {
        get
        {
            lock (_lock)
            {
                return _decisions.GetValueOrDefault(Names[index]) ?? new PairDecision();
            }
        }
    }

    /// <param name="folder">the pairs, including subfolders, and the earlier decisions</param>
    /// <exception cref="PictureException">there is no such folder, or no PNG or JPEG in it, or the decisions are damaged</exception>
    public static PairReview Open(string folder)
    {
        var files = PictureFolder.List(folder).Where(file => PictureFile.IsPngOrJpeg(file) && !PictureFile.IsLayers(file)).ToList();
        PictureException.ThrowIf(files.Count == 0, $"{folder}: holds no pairs as .png or .jpg to review");

        return new PairReview(folder, files, Read(folder));
    }

    /// <exception cref="PictureException">the decisions are damaged</exception>
    private static Dictionary<string, PairDecision> Read(string folder)
    {
        var kept = Path.Combine(folder, FileName);
        try
        {
            var decisions = File.Exists(kept)
                ? JsonSerializer.Deserialize<Dictionary<string, PairDecision?>>(Disk.ReadBytes(kept), s_json)
                    ?? throw new JsonException("it holds no decisions")
                : [];
            return decisions.Where(d => d.Value is not null).ToDictionary(d => d.Key, d => d.Value!, StringComparer.Ordinal);
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{kept}: can't be read: {problem.Message.Split('\n')[0]}", problem);
        }
    }

    /// <summary>The original file of a pair.</summary>
    public string FileOf(int index) => _files[index];

    /// <summary>Changes a decision as it is stored now: another reviewer of the folder, or an editor, may have changed it since.</summary>
    /// <param name="index">of the pair</param>
    /// <param name="change">makes the new decision from the stored one; called more than once</param>
    /// <exception cref="PictureException">
    /// the crop lies outside the halves, or the file can't be used, or the decisions read, or the decision saved
    /// </exception>
    public void Decide(int index, Func<PairDecision, PairDecision> change)
    {
        // A stored crop that the change leaves alone is not checked again: a pair whose file is damaged since can be marked as bad.
        if (change(new PairDecision()).Crop is { } crop)
        {
            var (half, _) = AlignedFolder.Halves(PictureFile.Load(_files[index]), _files[index]);
            if (!crop.IsWithin(half))
            {
                throw new PictureException($"{Names[index]}: a half of {half.Width}x{half.Height} pixels has no part of " +
                    $"{crop.Width}x{crop.Height} at {crop.X}, {crop.Y}");
            }
        }

        using var turn = TakeTurn(); // Before the lock: while it waits for another program, the decisions can be read.
        lock (_lock)
        {
            _decisions = Read(_folder);
            var before = this[index];
            Set(change(before));
            var kept = Path.Combine(_folder, FileName);
            try
            {
                AtomicFile.Write(
                    kept,
                    stream =>
                        JsonSerializer.Serialize(
                            stream, new SortedDictionary<string, PairDecision>(_decisions, StringComparer.Ordinal), s_json));
            }
            catch (IOException problem)
            {
                Set(before); // Roll back: the decision was not saved.
                throw new PictureException(problem.Message, problem);
            }
        }

        void Set(PairDecision made)
        {
            if (made == new PairDecision())
            {
                _decisions.Remove(Names[index]);
            }
            else
            {
                _decisions[Names[index]] = made;
            }
        }
    }

    private FileStream TakeTurn()
    {
        var file = Path.Combine(_folder, LockName);
        try
        {
            return FileLock.Take(file, s_patience);
        }
        catch (FileHeldException problem)
        {
            throw new PictureException(problem.Message, problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{file}: {OutputPath.ObstacleOf(file, problem)}", problem);
        }
    }

    /// <summary>
    /// Writes all pairs except the bad ones, under the same relative paths. Unchanged pairs are copied byte for byte; changed ones become
    /// PNG files.
    /// </summary>
    /// <param name="output">a folder that does not exist yet or is empty</param>
    /// <exception cref="PictureException">the folder is not empty, or lies within that of the pairs</exception>
    /// <exception cref="IOException">the folder can't be created</exception>
    public BuildOutcome WriteKept(string output)
    {
        RequireOutside(output);
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new PictureException(
                $"{output}: already holds files, which would be mixed with the new ones; choose another folder, or empty it");
        }

        OutputPath.MakeFolder(output);
        var (problems, counts) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < _files.Count; i++)
        {
            var decision = this[i];
            if (decision.Bad)
            {
                continue;
            }

            try
            {
                var target = Path.Combine(output, Path.GetRelativePath(_folder, _files[i]));
                WritePair(_files[i], target, decision);
                var part = Path.GetDirectoryName(target)!;
                counts[part] = counts.GetValueOrDefault(part) + 1;
            }
            catch (Exception problem) when (problem is PictureException or IOException or UnauthorizedAccessException)
            {
                problems.Add(problem.Message);
            }
        }

        return new BuildOutcome(output, counts, problems);
    }

    /// <summary>As <see cref="WriteKept"/>, split randomly into train, val and test, as <see cref="SplitBuilder"/> does.</summary>
    /// <param name="output">a folder whose parts don't exist yet or are empty</param>
    /// <param name="val">fraction of the pairs for val, rounded</param>
    /// <param name="test">fraction for test, rounded</param>
    /// <param name="seed">seed of the random split</param>
    /// <exception cref="PictureException">
    /// a part is not empty, nothing would be left to train on, or the folder lies within that of the pairs
    /// </exception>
    /// <exception cref="IOException">the folder can't be created</exception>
    public BuildOutcome WriteSplit(string output, double val, double test, ulong seed)
    {
        RequireOutside(output);
        var all = Path.Combine(
            Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))) ?? output, $"review-{Guid.NewGuid():N}");
        try
        {
            var problems = WriteKept(all).Problems;
            var divided = SplitBuilder.Split(all, output, val, test, seed);
            return divided with { Problems = [.. problems, .. divided.Problems] };
        }
        finally
        {
            if (Directory.Exists(all))
            {
                Disk.Current.DeleteFolder(all);
            }
        }
    }

    private void RequireOutside(string output) => PictureException.ThrowIf(
        Originals.IsWithin(output, _folder), $"{output}: is inside the folder of the reviewed pairs; choose another folder");

    /// <summary>Writes a pair as decided; with a crop or swapped halves as PNG, whatever the target's extension.</summary>
    private static void WritePair(string file, string target, PairDecision decision)
    {
        OutputPath.MakeFolderOf(target);
        var isUnchanged = decision is { Swapped: false, Crop: null };
        target = isUnchanged ? target : Path.ChangeExtension(target, ".png");
        PictureException.ThrowIf(
            File.Exists(target), $"{file}: there is a pair of the same name but for its extension; it is left out");
        if (isUnchanged)
        {
            PictureFile.RequireBytes(file);
            AtomicFile.Copy(file, target, durable: false);
            return;
        }

        var both = PictureFile.Load(file);
        if (both.Layers[0].BitsPerChannel > 8)
        {
            throw new PictureException($"{file}: has 16 bits per channel, which would be lost in a changed pair; it is left out");
        }

        var (a, b) = AlignedFolder.Halves(both, file);
        var crop = decision.Crop ?? new HalfCrop(0, 0, a.Width, a.Height);
        if (!crop.IsWithin(a))
        {
            throw new PictureException($"{file}: is smaller than when it was reviewed; it is left out");
        }

        (a, b) = (Cropped(a), Cropped(b));
        PictureFile.SaveSideBySide(target, decision.Swapped ? [b, a] : [a, b]);

        Picture Cropped(Picture half) => half.Crop(crop.X, crop.Y, crop.Width, crop.Height);
    }
}

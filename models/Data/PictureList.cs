using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>The pictures found in a folder and its subfolders, and what was left out.</summary>
internal sealed class PictureList
{
    /// <summary>Endings of pictures that are not read, and have to be converted.</summary>
    private static readonly HashSet<string> s_convertible = new(StringComparer.OrdinalIgnoreCase)
    {
        ".heic", ".heif", ".hif", ".heics", ".avif", ".avifs", ".jxl", ".jp2", ".j2k", ".jpx", ".svg", ".psd", ".psb", ".xcf", ".tga",
        ".pcx", ".dds", ".ico", ".exr", ".hdr", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw",
    };

    /// <summary>Files beside pictures that are no pictures: tables, decisions about pairs, and what file browsers store.</summary>
    private static readonly HashSet<string> s_companions = new(StringComparer.OrdinalIgnoreCase)
    {
        AttributeTable.CelebaName, PairReview.FileName, "Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r",
    };

    private PictureList(string folder, IReadOnlyList<string> pictures, IReadOnlyList<string> problems) =>
        (Folder, Pictures, Problems) = (folder, pictures, problems);

    public string Folder { get; }

    /// <summary>Paths of the pictures in <see cref="PathOrder"/>; at least one. A folder of layers is one picture.</summary>
    public IReadOnlyList<string> Pictures { get; }

    /// <summary>A message for each subfolder that can't be read.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>
    /// Lists a folder. <see cref="PictureRemarks"/> hears of files that are left out for their endings, of the system's folders, and of
    /// links to the same file, which counts once, under the first of its names; and of runs, whose own pictures are passed over.
    /// </summary>
    /// <exception cref="PictureException">there is no such folder, it can't be read, or there is no picture in it</exception>
    public static PictureList Of(string folder) => Of(folder, everyName: false);

    /// <summary>The same where names decide which files belong together: a file counts under each of its names.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static PictureList OfNames(string folder) => Of(folder, everyName: true);

    /// <summary>The same where the pictures are no data: those that runs have made are wanted, too.</summary>
    /// <inheritdoc cref="Of(string)"/>
    public static PictureList OfInput(string folder) => Of(folder, everyName: false, entersRuns: true);

    private static PictureList Of(string folder, bool everyName, bool entersRuns = false)
    {
        if (!Directory.Exists(folder))
        {
            throw new PictureException(
                File.Exists(folder) ? $"{folder}: a file, where a folder of pictures is expected"
                    : FolderWalk.NotUtf8(folder) ?? $"{folder}: there is no such folder");
        }

        var walk = new FolderWalk(folder) { EntersRuns = entersRuns };
        var (pictures, seen) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var leftOut = new List<string>();
        try
        {
            foreach (var file in walk.Files())
            {
                if (!PictureFile.HasPictureName(file.Path))
                {
                    leftOut.Add(file.Path);
                }
                else if (PictureOf(file.Path, folder) is { } layers)
                {
                    pictures.Add(layers);
                }
                else if (everyName || seen.Add(RealPath(file)))
                {
                    pictures.Add(file.Path);
                }
                else
                {
                    PictureRemarks.Add(file.Path, FolderWalk.LinksBack);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{folder}: {e.Message}", e);
        }

        pictures.UnionWith(LeftOutFiles.GoneFrom(folder));
        leftOut.RemoveAll(IsCompanion);
        foreach (var file in leftOut)
        {
            PictureRemarks.Add(file, LeftOut(file));
        }

        return pictures.Count > 0 ? new PictureList(folder, [.. pictures.Order(PathOrder.Here)], walk.Problems)
            : walk.Problems.Count > 0 ? throw new PictureException(Summary(walk.Problems))
            : throw new PictureException($"{folder}: holds no pictures ({PictureFile.Endings})" +
                (walk.Run is null ? "" : " but those that a run has made") +
                (leftOut.Find(IsConvertible) is { } other ? $"; {Path.GetFileName(other)}: {LeftOut(other)}" : ""));
    }

    /// <summary>The first pictures of a folder; the others are not looked for.</summary>
    /// <exception cref="IOException">the folder can't be read</exception>
    /// <exception cref="UnauthorizedAccessException">the folder may not be read</exception>
    public static IReadOnlyList<string> FirstOf(string folder, int count)
    {
        using var silence = PictureRemarks.Silence(); // Who lists the folder is told.
        return [.. new FolderWalk(folder).Files().Select(file => file.Path).Where(PictureFile.HasPictureName).Take(count)];
    }

    /// <summary>Whether there is a picture in a folder, usable or not. A folder that can't be read counts as one with pictures.</summary>
    public static bool IsIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) && FirstOf(folder, 1).Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // Whoever opens it says why it can't be read.
        }
    }

    /// <summary>The list itself, if nothing is left out that might belong to it.</summary>
    /// <exception cref="PictureException">there are problems; the message is that of the first and counts the others</exception>
    public PictureList Complete() => Problems.Count == 0 ? this : throw new PictureException(Summary(Problems));

    private static string Summary(IReadOnlyList<string> problems) =>
        problems[0] + (problems.Count > 1 ? $" ({Counted.Of(problems.Count - 1, "other folder")} can't be read either)" : "");

    /// <summary>The path of a file with all links resolved.</summary>
    private static string RealPath(FolderWalk.Found file)
    {
        var path = Path.Combine(file.RealFolder, Path.GetFileName(file.Path));
        return new FileInfo(path).LinkTarget is null ? path : FileStatus.RealPath(path);
    }

    /// <summary>The outermost folder of layers that contains a file; null if there is none.</summary>
    private static string? PictureOf(string file, string folder)
    {
        string? picture = null;
        var root = folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Length;
        for (var parent = Path.GetDirectoryName(file); parent is not null && parent.Length > root; parent = Path.GetDirectoryName(parent))
        {
            picture = PictureFile.HasLayersName(parent) ? parent : picture;
        }

        return picture;
    }

    private static bool IsCompanion(string file) =>
        s_companions.Contains(Path.GetFileName(file)) || Path.GetExtension(file).Equals(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsConvertible(string file) => s_convertible.Contains(Path.GetExtension(file));

    private static string LeftOut(string file) => IsConvertible(file)
        ? $"left out: {Path.GetExtension(file)[1..].ToUpperInvariant()} is not read; convert such pictures first, for example with " +
            "ImageMagick (magick INPUT OUTPUT.png)"
        : "left out for the ending";
}

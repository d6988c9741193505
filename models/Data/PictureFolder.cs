using ADRaffy.ENSNormalize;

namespace IlgpuGan.Models.Data;

/// <summary>The pictures of a folder and its subfolders, in name order; a folder of layers is one picture.</summary>
public static class PictureFolder
{
    /// <summary>
    /// Paths of the pictures, ordered by ordinal comparison with '/' between folders, so that the order is the same on every machine. A
    /// picture that links lead to is listed once, under the first of its names.
    /// </summary>
    /// <exception cref="PictureException">
    /// there is no such folder, or no picture in it, or a subfolder can't be read
    /// </exception>
    public static IReadOnlyList<string> List(string folder) => PictureList.Of(folder).Complete().Pictures;

    /// <summary>Name of a picture for display and file names: its relative path without extension, with '/' between folders.</summary>
    public static string NameIn(string folder, string file) =>
        Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Pictures by <see cref="NameIn"/> in Unicode's form NFC.</summary>
    /// <exception cref="PictureException">two pictures have the same name</exception>
    internal static Dictionary<string, string> ByName(PictureList pictures)
    {
        var shared = new List<(string Name, string Problem)>();
        var files = ByName(pictures, shared);
        return shared.Count == 0 ? files : throw new PictureException(shared[0].Problem);
    }

    /// <summary>The same; of pictures that share a name, the first.</summary>
    /// <param name="pictures">the pictures</param>
    /// <param name="shared">receives the name of each of the others, and a message</param>
    internal static Dictionary<string, string> ByName(PictureList pictures, List<(string Name, string Problem)> shared)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in pictures.Pictures)
        {
            var name = NameIn(pictures.Folder, file);
            var composed = Composed(name);
            if (!files.TryAdd(composed, file))
            {
                shared.Add((composed, name == NameIn(pictures.Folder, files[composed])
                    ? $"{file}: {files[composed]} has the same name but for its extension; remove one of them"
                    : $"{file}: {files[composed]} has the same name, with its accents in Unicode's other form (NFC, NFD); rename or " +
                        "remove one of them"));
            }
        }

        return files;
    }

    /// <summary>
    /// A name with its accents composed (Unicode's form NFC), to be compared: macOS writes them apart. .NET itself leaves names as they are
    /// where, as here, it runs without ICU.
    /// </summary>
    internal static string Composed(string name) =>
        HasNoMarks(name) ? name : ENSNormalize.NF.NFC(string.Concat(name.EnumerateRunes()));

    /// <summary>A path, or that of the file or folder beside it whose name differs only in how its accents are stored.</summary>
    internal static string Existing(string path) =>
        Ascii.IsValid(path) || Path.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)) ? path
            : Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).FirstOrDefault(
                other => Composed(Path.GetFileName(other)) == Composed(Path.GetFileName(path))) ?? path;

    /// <summary>Whether all characters come before Unicode's combining marks, so that there is nothing to compose.</summary>
    private static bool HasNoMarks(string name) => name.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0;
}

using System.Text.RegularExpressions;

namespace IlgpuGan.Models.Data.Clips;

/// <summary>The pictures of a folder as frames, ordered by the numbers in their names (2 before 10), the first number first.</summary>
internal sealed partial class NumberedFrames : IFrameSource
{
    private readonly IReadOnlyList<string> _files;
    private (int Width, int Height)? _size;
    private int _next;

    private NumberedFrames(IReadOnlyList<string> files) => _files = files;

    public int? Count => _files.Count;

    /// <exception cref="PictureException">
    /// there is no such folder, no picture in it, or one whose name has no number, or the numbers of another's
    /// </exception>
    public static NumberedFrames Open(string folder)
    {
        PictureException.ThrowIf(!Directory.Exists(folder), $"{folder}: there is no such folder");

        try
        {
            var files = Directory.EnumerateFiles(folder)
                .Where(file => PictureFile.HasPictureName(file) && !FolderWalk.IsPassedOver(Path.GetFileName(file)))
                .Order(StringComparer.Ordinal).ToList();
            return files.Find(file => OrderOf(file).Length == 0) is { } unnumbered
                ? throw new PictureException($"{unnumbered}: has no number in its name, by which frames are put in order")
                : files.Count == 0 ? throw new PictureException($"{folder}: holds no pictures")
                : files.GroupBy(OrderOf).Select(group => group.ToList()).FirstOrDefault(group => group.Count > 1) is { } alike
                ? throw new PictureException($"{alike[0]}: has the same numbers in its name as {Path.GetFileName(alike[1])}, so their " +
                    "order is unknown; give each frame a number of its own")
                : new NumberedFrames([.. files.OrderBy(OrderOf, StringComparer.Ordinal)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{folder}: {e.Message}", e);
        }
    }

    public Picture? Next()
    {
        if (_next == _files.Count)
        {
            return null;
        }

        var file = _files[_next++];
        var picture = PictureFile.Load(file);
        var (width, height) = _size ??= (picture.Width, picture.Height);
        return (picture.Width, picture.Height) == (width, height)
            ? picture
            : throw new PictureException(
                $"{file}: has {picture.Width}x{picture.Height} pixels, but the first frame has {width}x{height}");
    }

    public void Dispose()
    {
    }

    /// <summary>The numbers in a file's name, each behind its length, so that their order is that of the text.</summary>
    private static string OrderOf(string file) => string.Concat(
        Digits().Matches(Path.GetFileNameWithoutExtension(file)).Select(run => run.Value.TrimStart('0')).Select(
            number => $"{(char)number.Length}{number}"));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}

namespace IlgpuGan.Models.Data.Clips;

/// <summary>The pictures of a folder as frames, ordered by the last number in their names (2 before 10).</summary>
internal sealed class NumberedFrames : IFrameSource
{
    private readonly IReadOnlyList<string> _files;
    private (int Width, int Height)? _size;
    private int _next;

    private NumberedFrames(IReadOnlyList<string> files) => _files = files;

    public int? Count => _files.Count;

    /// <exception cref="PictureException">
    /// there is no such folder, no picture in it, or one without a number of its own
    /// </exception>
    public static NumberedFrames Open(string folder)
    {
        PictureException.ThrowIf(!Directory.Exists(folder), $"{folder}: there is no such folder");

        try
        {
            var files = Directory.EnumerateFiles(folder)
                .Where(file => PictureFile.HasPictureName(file) && !FolderWalk.IsPassedOver(Path.GetFileName(file)))
                .Order(StringComparer.Ordinal).ToList();
            return files.Find(file => NumberIn(file).Length == 0) is { } unnumbered
                ? throw new PictureException($"{unnumbered}: has no number in its name, by which frames are put in order")
                : files.Count == 0 ? throw new PictureException($"{folder}: holds no pictures")
                : files.GroupBy(SignificantIn).Select(group => group.ToList()).FirstOrDefault(group => group.Count > 1) is { } alike
                ? throw new PictureException($"{alike[0]}: the last number in its name, {NumberIn(alike[0])}, is also that of " +
                    $"{Path.GetFileName(alike[1])}, so their order is unknown; end each frame's name in a number of its own")
                : new NumberedFrames([.. files.OrderBy(f => SignificantIn(f).Length).ThenBy(SignificantIn, StringComparer.Ordinal)]);
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

    /// <summary>The last run of digits in a file's name.</summary>
    private static string NumberIn(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var end = name.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        var start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
        {
            start--;
        }

        return name[start..end];
    }

    private static string SignificantIn(string file) => NumberIn(file).TrimStart('0');
}

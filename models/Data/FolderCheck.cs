using System.Globalization;

namespace IlgpuGan.Models.Data;

/// <summary>What decoding all pictures of a folder, or a picture alone, showed.</summary>
/// <param name="Pictures">files looked at</param>
/// <param name="Problems">a sentence for each file that can't be used, naming it</param>
/// <param name="Sizes">the commonest sizes, with how often each occurs, and how many pictures have another</param>
public sealed record FolderReport(int Pictures, IReadOnlyList<string> Problems, IReadOnlyList<string> Sizes)
{
    /// <summary>A sentence for each split that has classes as folders or attributes as a table, and for each file of points.</summary>
    public IReadOnlyList<string> Layout { get; init; } = [];

    /// <summary>Files of points and of their labels, which are no pictures.</summary>
    public int Points { get; init; }
}

/// <summary>Decodes every picture of a folder, whatever kind of data set it is; or the one picture that a data set may be.</summary>
public static class FolderCheck
{
    private const int SizesNamed = 5;

    /// <param name="path">a folder, or a picture</param>
    /// <exception cref="DataException">it is missing, or a folder without pictures</exception>
    public static FolderReport Run(string path)
    {
        var isFolder = Directory.Exists(path) && !PictureFile.IsLayers(path);
        var files = isFolder || !Path.Exists(path) ? PictureFolder.List(path) : [path];
        var (problems, sizes, points) = (new string?[files.Count], new string?[files.Count], new IReadOnlyList<int>?[files.Count]);
        Parallel.For(0, files.Count, i =>
        {
            try
            {
                points[i] = PictureFile.TryReadNumbers(files[i]);
                if (points[i] is null)
                {
                    var picture = PictureFile.Load(files[i]);
                    sizes[i] = $"{picture.Width}x{picture.Height}";
                }
            }
            catch (DataException problem)
            {
                problems[i] = problem.Message;
            }
        });
        var found = problems.OfType<string>().ToList();
        var layout = isFolder ? FolderLayout.Describe(path, [.. files.Where((_, i) => points[i] is null)], found) : [];
        return new FolderReport(points.Count(p => p is null), found, [.. Commonest(sizes.OfType<string>())])
        {
            Layout = [.. layout, .. files.Zip(points).Where(f => f.Second is not null).Select(f => Describe(f.First, f.Second!))],
            Points = points.Count(p => p is not null),
        };
    }

    private static string Describe(string file, IReadOnlyList<int> shape) => shape is [var count, var numbers]
        ? string.Create(CultureInfo.InvariantCulture, $"{file}: {Counted.Of(count, "point")} of {Counted.Of(numbers, "number")}")
        : $"{file}: {Counted.Of(shape[0], "label")}";

    private static IEnumerable<string> Commonest(IEnumerable<string> sizes)
    {
        var counts = sizes.CountBy(s => s).OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        var others = counts.Skip(SizesNamed).Sum(s => s.Value);
        return counts.Take(SizesNamed).Select(s => $"{s.Value} of {s.Key}").Concat(others > 0 ? [$"{others} of others"] : []);
    }
}

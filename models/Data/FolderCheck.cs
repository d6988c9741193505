namespace IlgpuGan.Models.Data;

/// <summary>What decoding all pictures of a folder showed.</summary>
/// <param name="Pictures">files looked at</param>
/// <param name="Problems">a sentence for each file that can't be used, naming it</param>
/// <param name="Sizes">the commonest sizes, with how often each occurs, and how many pictures have another</param>
public sealed record FolderReport(int Pictures, IReadOnlyList<string> Problems, IReadOnlyList<string> Sizes)
{
    /// <summary>A sentence for each split that has classes as folders or attributes as a table.</summary>
    public IReadOnlyList<string> Layout { get; init; } = [];
}

/// <summary>Decodes every picture of a folder, whatever kind of data set it is.</summary>
public static class FolderCheck
{
    private const int SizesNamed = 5;

    /// <exception cref="DataException">the folder is missing or holds no pictures</exception>
    public static FolderReport Run(string folder)
    {
        var files = PictureFolder.List(folder);
        var (problems, sizes) = (new string?[files.Count], new string?[files.Count]);
        Parallel.For(0, files.Count, i =>
        {
            try
            {
                var picture = PictureFile.Load(files[i]);
                sizes[i] = $"{picture.Width}x{picture.Height}";
            }
            catch (DataException problem)
            {
                problems[i] = problem.Message;
            }
        });
        var found = problems.OfType<string>().ToList();
        var layout = FolderLayout.Describe(folder, files, found).ToList();
        return new FolderReport(files.Count, found, [.. Commonest(sizes.OfType<string>())]) { Layout = layout };
    }

    private static IEnumerable<string> Commonest(IEnumerable<string> sizes)
    {
        var counts = sizes.CountBy(s => s).OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        var others = counts.Skip(SizesNamed).Sum(s => s.Value);
        return counts.Take(SizesNamed).Select(s => $"{s.Value} of {s.Key}").Concat(others > 0 ? [$"{others} of others"] : []);
    }
}

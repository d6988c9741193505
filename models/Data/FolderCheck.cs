using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>The result of decoding all pictures of a folder, or a single picture.</summary>
/// <param name="Pictures">files looked at</param>
/// <param name="Problems">a sentence for each file that can't be used, naming it</param>
/// <param name="Sizes">the commonest sizes, with how often each occurs, and how many pictures have another</param>
public sealed record FolderReport(int Pictures, IReadOnlyList<string> Problems, IReadOnlyList<string> Sizes)
{
    /// <summary>A sentence for each split that has classes as folders or attributes as a table, and for each file of points.</summary>
    public IReadOnlyList<string> Layout { get; init; } = [];

    /// <summary>How many of <see cref="Problems"/> are files that can't be decoded; the others are of folders and tables.</summary>
    public int Damaged { get; init; }

    /// <summary>Files of points and of their labels, which are no pictures.</summary>
    public int Points { get; init; }
}

/// <summary>Decodes every picture of a folder, whatever kind of data set it is; or the one picture that a data set may be.</summary>
public static class FolderCheck
{
    private const int SizesNamed = 5;

    /// <param name="path">a folder, or a picture</param>
    /// <param name="ranks">who shares the pictures, each by a call like this; null for this process alone</param>
    /// <exception cref="DataException">it is missing, or a folder without pictures</exception>
    public static FolderReport Run(string path, IRanks? ranks = null)
    {
        var isFolder = Directory.Exists(path) && !PictureFile.IsLayers(path);
        var all = ranks ?? new SoleRank();
        var files = all.Together(() => isFolder || !Path.Exists(path) ? PictureFolder.List(path) : [path]);
        var looked = all.Shared(files, LookAt);
        var found = looked.Select(f => f.Problem).OfType<string>().ToList();
        var layout = isFolder ? FolderLayout.Describe(path, [.. files.Where((_, i) => looked[i].Points is null)], found) : [];
        return new FolderReport(looked.Count(f => f.Points is null), found, [.. Commonest(looked.Select(f => f.Size).OfType<string>())])
        {
            Layout =
            [
                .. layout,
                .. files.Zip(looked, (file, look) => (file, look.Points)).Where(f => f.Points is not null)
                    .Select(f => Describe(f.file, f.Points!)),
            ],
            Damaged = looked.Count(f => f.Problem is not null),
            Points = looked.Count(f => f.Points is not null),
        };
    }

    private static IReadOnlyList<FileLook> LookAt(IReadOnlyList<string> files)
    {
        var looks = new FileLook[files.Count];
        Parallel.For(0, files.Count, i => looks[i] = LookAt(files[i]));
        return looks;
    }

    private static FileLook LookAt(string file)
    {
        try
        {
            if (PictureFile.TryReadNumbers(file) is { } points)
            {
                return new FileLook { Points = points };
            }

            var picture = PictureFile.Load(file);
            return new FileLook { Size = $"{picture.Width}x{picture.Height}" };
        }
        catch (DataException problem)
        {
            return new FileLook { Problem = problem.Message };
        }
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

    /// <summary>The result of checking a file: a problem, the shape of its points, or a picture's size.</summary>
    private sealed record FileLook
    {
        public string? Problem { get; init; }

        public IReadOnlyList<int>? Points { get; init; }

        public string? Size { get; init; }
    }
}

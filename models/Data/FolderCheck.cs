using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>The result of decoding all pictures of a folder, or a single picture.</summary>
/// <param name="Pictures">number of pictures checked</param>
/// <param name="Problems">a message for each file that can't be used, which names it</param>
/// <param name="Sizes">the most common sizes with their counts, and the count of all other sizes</param>
internal sealed record FolderReport(int Pictures, IReadOnlyList<string> Problems, IReadOnlyList<string> Sizes)
{
    /// <summary>A line for each split with class folders or an attribute table, and for each file of points.</summary>
    public IReadOnlyList<string> Layout { get; init; } = [];

    /// <summary>How many of <see cref="Problems"/> are files that can't be decoded; the others concern folders and tables.</summary>
    public int Damaged { get; init; }

    /// <summary>Number of files with points or labels instead of pictures.</summary>
    public int Points { get; init; }
}

/// <summary>Decodes every picture of a folder, for any kind of data set, or a data set of a single picture.</summary>
internal static class FolderCheck
{
    private const int SizesNamed = 5;

    /// <param name="path">a folder, or a picture</param>
    /// <param name="ranks">the ranks that share the work, each with a call like this; null for this process alone</param>
    /// <exception cref="PictureException">it is missing, or a folder without pictures</exception>
    public static FolderReport Run(string path, IRanks? ranks = null)
    {
        var isFolder = Directory.Exists(path) && !PictureFile.IsLayers(path);
        var all = ranks ?? new SoleRank();
        string[][] listed = all.OfLeader<string[][]>(() => (isFolder || !Path.Exists(path) ? PictureList.Of(path) : null) is { } list
            ? [[.. list.Pictures], [.. list.Problems]]
            : [[path], []]);
        var (files, unread) = (listed[0], listed[1]);
        var results = all.Shared(files, Check);
        List<string> found = [.. unread, .. results.Select(f => f.Problem).OfType<string>()];
        foreach (var (file, result) in files.Zip(results).Where(f => f.Second.Problem is null))
        {
            foreach (var remark in result.Remarks)
            {
                PictureRemarks.Add(file, remark);
            }

            if (result.AsPair is { } halved && isFolder && FolderLayout.MayHoldPairs(path, file))
            {
                PictureRemarks.Add(file, halved);
            }
        }

        var layout = isFolder ? FolderLayout.Describe(path, [.. files.Where((_, i) => results[i].Points is null)], found) : [];
        return new FolderReport(results.Count(f => f.Points is null), found, [.. MostCommon(results.Select(f => f.Size).OfType<string>())])
        {
            Layout =
            [
                .. layout,
                .. files.Zip(results, (file, result) => (file, result.Points)).Where(f => f.Points is not null)
                    .Select(f => Describe(f.file, f.Points!)),
            ],
            Damaged = results.Count(f => f.Problem is not null) + unread.Length,
            Points = results.Count(f => f.Points is not null),
        };
    }

    private static IReadOnlyList<FileResult> Check(IReadOnlyList<string> files)
    {
        var results = new FileResult[files.Count];
        Parallel.For(0, files.Count, i => results[i] = Check(files[i]));
        return results;
    }

    private static FileResult Check(string file)
    {
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        try
        {
            if (PictureFile.TryReadNumbers(file) is { } points)
            {
                return new FileResult { Points = points };
            }

            var picture = PictureFile.Load(file);
            return new FileResult
            {
                Size = $"{picture.Width}x{picture.Height}",
                Remarks =
                [
                    .. remarks,
                    .. new[] { HiddenColours.RemarkOn(picture), NpyFile.RemarkOn(picture, file) }.OfType<string>(),
                ],
                AsPair = picture.Width == 1 ? AlignedFolder.OneColumn
                    : picture.Width % 2 != 0 && picture.Width * 2L >= picture.Height * 3L ? AlignedFolder.OddWidth : null,
            };
        }
        catch (PictureException problem)
        {
            return new FileResult { Problem = problem.Message };
        }
    }

    private static string Describe(string file, IReadOnlyList<int> shape) => shape is [var count, var numbers]
        ? Invariant.Text($"{file}: {Counted.Of(count, "point")} of {Counted.Of(numbers, "number")}")
        : $"{file}: {Counted.Of(shape[0], "label")}";

    private static IEnumerable<string> MostCommon(IEnumerable<string> sizes)
    {
        var counts = sizes.CountBy(s => s).OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        var others = counts.Skip(SizesNamed).Sum(s => s.Value);
        return counts.Take(SizesNamed).Select(s => $"{s.Value} of {s.Key}").Concat(others > 0 ? [$"{others} of others"] : []);
    }

    /// <summary>The result of checking a file: a problem, the shape of its points, or a picture's size.</summary>
    private sealed record FileResult
    {
        public string? Problem { get; init; }

        public IReadOnlyList<int>? Points { get; init; }

        public string? Size { get; init; }

        public IReadOnlyList<string> Remarks { get; init; } = [];

        /// <summary>
        /// What is to be remarked if it is a pair side by side: of a single column, or of an odd width that is large enough for two
        /// pictures; null if nothing is.
        /// </summary>
        public string? AsPair { get; init; }
    }
}

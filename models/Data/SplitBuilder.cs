using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>Splits a folder of pictures into training and held-out parts.</summary>
internal static class SplitBuilder
{
    /// <summary>A separate random stream, so that a seed splits a folder the same way everywhere.</summary>
    private const uint Stream = 0x5B117;

    private static readonly string[] s_parts = ["train", "val", "test"];

    /// <summary>
    /// Copies the pictures to OUT/train, OUT/val and OUT/test, keeping relative paths. What training reads together goes to the same part,
    /// and each part has the rows of its pictures in the <see cref="AttributeTable"/>, if there is one that can be read.
    /// </summary>
    /// <param name="val">fraction of the pictures for val, rounded</param>
    /// <param name="test">fraction for test, rounded</param>
    /// <exception cref="PictureException">
    /// the folder is missing or empty, nothing would be left to train on, or one of the parts already holds files
    /// </exception>
    /// <exception cref="IOException">the output can't be created</exception>
    public static BuildOutcome Split(string folder, string output, double val, double test, ulong seed)
    {
        var list = PictureList.Of(folder);
        var groups = Groups(folder, list.Pictures);
        var (vals, tests) = ((int)Math.Round(groups.Length * val), (int)Math.Round(groups.Length * test));
        if (vals + tests >= groups.Length)
        {
            throw new PictureException($"{folder}: of {Counted.Of(list.Pictures.Count, "picture")} none would be left to train on");
        }

        if (s_parts.Select(part => Path.Combine(output, part))
            .FirstOrDefault(part => Directory.Exists(part) && Directory.EnumerateFileSystemEntries(part).Any()) is { } taken)
        {
            throw new PictureException(
                $"{taken}: holds files already, and held-out pictures must not be trained on; choose another output");
        }

        OutputPath.MakeFolder(output);
        var random = new RandomSequence(new RandomKey(seed, Stream, 0, 0));
        random.Shuffle(groups);
        var (problems, counts) = (list.Problems.ToList(), s_parts.ToDictionary(part => part, _ => 0));
        AttributeTable? table = null;
        try
        {
            table = AttributeTable.IsIn(folder) ? AttributeTable.Read(folder) : null;
        }
        catch (PictureException problem)
        {
            problems.Add($"{problem.Message}; the parts go without a table"); // Any program may call a table so.
        }

        var copied = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < groups.Length; i++)
        {
            var part = i < vals ? "val" : i < vals + tests ? "test" : "train";
            foreach (var file in groups[i])
            {
                var target = Path.Combine(output, part, Path.GetRelativePath(folder, file));
                try
                {
                    OutputPath.MakeFolderOf(target);
                    Copy(file, target);
                    counts[part]++;
                    copied[Path.GetFullPath(file)] = part;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or PictureException)
                {
                    problems.Add(FolderWalk.NotUtf8(file) ?? e.Message);
                }
            }
        }

        if (table is not null)
        {
            var rows = table.Rows.ToLookup(row => copied.GetValueOrDefault(Path.GetFullPath(row.File), ""));
            problems.AddRange(
                rows[""].Select(row => $"{AttributeTable.PathIn(folder)}: names {row.File}, which was not copied; its row is left out"));
            foreach (var part in s_parts.Where(rows.Contains))
            {
                table.WriteRows(rows[part], folder, Path.Combine(output, part));
            }
        }

        return new BuildOutcome(output, counts, problems);
    }

    /// <summary>
    /// The pictures in groups of those that training reads together, in the order of their first: those whose names differ in the extension
    /// (a picture and its embedding) or in the folder (A and B; label, img and inst). Folders of other names are classes.
    /// </summary>
    private static string[][] Groups(string folder, IReadOnlyList<string> pictures)
    {
        string[] names = [.. pictures.Select(file => PictureFolder.Composed(PictureFolder.NameIn(folder, file)))];
        string[] keys = [.. names];

        // Among other folders, A and B are classes, too.
        var sets = Array.TrueForAll(names, name => !name.Contains('/') || name[..2] is "A/" or "B/") ? s_parts.Prepend("") : s_parts;
        foreach (var set in sets)
        {
            Join(set + "A/", set + "B/", (_, others) => others);
        }

        foreach (var set in s_parts.Select(part => part + "_").Prepend(""))
        {
            Join(set + "label/", set + "img/", Partners.Renamed);
            Join(set + "label/", set + "inst/", Partners.Renamed);
        }

        return [.. pictures.Zip(keys).GroupBy(p => p.Second, p => p.First, StringComparer.Ordinal).Select(group => group.ToArray())];

        // Gives the pictures of a folder the names of their partners in the first.
        void Join(string first, string other, Func<string[], string[], string[]> rename)
        {
            var (own, others) = (In(first), In(other));
            if (own.Length == 0 || others.Length == 0)
            {
                return;
            }

            var renamed = rename(
                Array.ConvertAll(own, i => names[i][first.Length..]), Array.ConvertAll(others, i => names[i][other.Length..]));
            foreach (var (i, name) in others.Zip(renamed))
            {
                keys[i] = first + name;
            }
        }

        int[] In(string place) => [.. Enumerable.Range(0, names.Length).Where(i => names[i].StartsWith(place, StringComparison.Ordinal))];
    }

    /// <summary>Copies a file, or a folder of layers with the files in it; under its name is the whole or nothing.</summary>
    private static void Copy(string picture, string target)
    {
        if (!PictureFile.IsLayers(picture))
        {
            PictureFile.RequireBytes(picture);
            AtomicFile.Copy(picture, target, durable: false);
            return;
        }

        // Hidden until it is whole: readers of pictures pass it over.
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, "." + Path.GetFileName(target));
        Directory.CreateDirectory(unfinished);
        try
        {
            foreach (var layer in Directory.EnumerateFiles(picture))
            {
                AtomicFile.Copy(layer, Path.Combine(unfinished, Path.GetFileName(layer)), durable: false);
            }

            Disk.Current.Move(unfinished, target);
        }
        catch
        {
            Disk.Current.DeleteFolder(unfinished);
            throw;
        }
    }
}

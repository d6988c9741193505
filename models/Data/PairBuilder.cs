using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>The result of building a data set from folders.</summary>
/// <param name="Folder">folder of the data set</param>
/// <param name="Counts">number of files in each part</param>
/// <param name="Problems">a message for each skipped file</param>
internal sealed record BuildOutcome(string Folder, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<string> Problems);

/// <summary>Joins pictures of the same name in two folders to pairs.</summary>
internal static class PairBuilder
{
    /// <summary>
    /// Writes OUT/path/name.png, A left and B right, for each picture that both folders hold under the same path, whatever the extensions.
    /// Files that have no partner or two, differ in size, hold more than colours and alpha or are damaged are skipped and reported; so are
    /// pairs in the place of another picture.
    /// </summary>
    /// <exception cref="PictureException">a folder is missing or empty, or nothing matches, or a pair would overwrite a picture</exception>
    /// <exception cref="IOException">the output can't be created</exception>
    public static BuildOutcome Combine(string folderA, string folderB, string output)
    {
        var (listA, listB) = (PictureList.OfNames(folderA), PictureList.OfNames(folderB));
        var shared = new List<(string Name, string Problem)>();
        var (a, b) = (PictureFolder.ByName(listA, shared), PictureFolder.ByName(listB, shared));
        foreach (var (name, _) in shared)
        {
            a.Remove(name);
            b.Remove(name);
        }

        var names = a.Keys.Where(b.ContainsKey).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            throw new PictureException(
                shared.Count > 0 ? shared[0].Problem : $"{folderA} and {folderB}: no picture has the same name in both");
        }

        new Originals(listA.Pictures.Concat(listB.Pictures)).RefuseOver(names.Select(PairOf));
        OutputPath.MakeFolder(output);
        var problems = new string?[names.Count];
        Parallel.For(0, names.Count, i =>
        {
            try
            {
                Join(a[names[i]], b[names[i]], PairOf(names[i]));
            }
            catch (PictureException problem)
            {
                problems[i] = problem.Message;
            }
        });
        List<string> all =
        [
            .. listA.Problems, .. listB.Problems, .. shared.Select(s => s.Problem), .. problems.OfType<string>(),
            .. a.Keys.Where(n => !b.ContainsKey(n)).Order(StringComparer.Ordinal)
                .Select(n => $"{a[n]}: {folderB} holds no picture of that name"),
            .. b.Keys.Where(n => !a.ContainsKey(n)).Order(StringComparer.Ordinal)
                .Select(n => $"{b[n]}: {folderA} holds no picture of that name"),
        ];
        return new BuildOutcome(output, new Dictionary<string, int> { [output] = problems.Count(p => p is null) }, all);

        string PairOf(string name) => Path.Combine(output, PictureFolder.NameIn(folderA, a[name]) + ".png");
    }

    private static void Join(string fileA, string fileB, string output)
    {
        var (a, b) = (Load(fileA), Load(fileB));
        if ((a.Width, a.Height) != (b.Width, b.Height))
        {
            throw new PictureException(
                $"{fileA}: has {a.Width}x{a.Height} pixels but {fileB} {b.Width}x{b.Height}; halves of a pair have one size, since " +
                    "it is cut in the middle");
        }

        var pair = Mosaic.Row(a, b);
        if (File.Exists(output))
        {
            RequireSame(pair, output);
            return;
        }

        try
        {
            OutputPath.MakeFolderOf(output);
        }
        catch (IOException e)
        {
            throw new PictureException(e.Message, e);
        }

        foreach (var (picture, file) in new[] { (a, fileA), (b, fileB) })
        {
            if (picture.Layers[0].BitsPerChannel == 16)
            {
                PictureRemarks.Add(file, "its 16 bits a channel become 8 in the pair");
            }
        }

        PictureFile.Save(pair, output);
    }

    private static Picture Load(string file)
    {
        var picture = PictureFile.Load(file);
        return picture.Layers.Count == 1 ? picture : throw new PictureException(
            $"{file}: its {picture.Channels} channels are not gray or colours with or without alpha, which is all that a pair side by " +
                "side holds; train with the two folders themselves, as trainA and trainB");
    }

    /// <summary>The same command again changes nothing; a pair of other pictures may be the only copy of it.</summary>
    private static void RequireSame(Picture pair, string output)
    {
        var (made, there) = (pair.Layers[0], PictureFile.Load(output).Layers[0]);
        if (made.BitsPerChannel != there.BitsPerChannel || (made.Width, made.Channels) != (there.Width, there.Channels)
            || !made.Bytes.AsSpan().SequenceEqual(there.Bytes))
        {
            throw new PictureException($"{output}: is another picture, and is left as it is; delete it, or choose another --out");
        }
    }
}

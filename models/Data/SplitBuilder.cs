using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>Splits a folder of pictures into training and held-out parts.</summary>
internal static class SplitBuilder
{
    /// <summary>A separate random stream, so that a seed splits a folder the same way everywhere.</summary>
    private const uint Stream = 0x5B117;

    /// <summary>Copies the pictures to OUT/train, OUT/val and OUT/test, keeping relative paths.</summary>
    /// <param name="val">fraction of the pictures for val, rounded</param>
    /// <param name="test">fraction for test, rounded</param>
    /// <exception cref="PictureException">
    /// the folder is missing or empty, nothing would be left to train on, or one of the parts already holds files
    /// </exception>
    /// <exception cref="IOException">the output can't be created</exception>
    public static BuildOutcome Split(string folder, string output, double val, double test, ulong seed)
    {
        var list = PictureList.Of(folder);
        var files = list.Pictures.ToArray();
        var (vals, tests) = ((int)Math.Round(files.Length * val), (int)Math.Round(files.Length * test));
        if (vals + tests >= files.Length)
        {
            throw new PictureException($"{folder}: of {Counted.Of(files.Length, "picture")} none would be left to train on");
        }

        string[] parts = ["train", "val", "test"];
        if (parts.Select(part => Path.Combine(output, part))
            .FirstOrDefault(part => Directory.Exists(part) && Directory.EnumerateFileSystemEntries(part).Any()) is { } taken)
        {
            throw new PictureException(
                $"{taken}: holds files already, and held-out pictures must not be trained on; choose another output");
        }

        OutputPath.MakeFolder(output);
        var random = new RandomSequence(new RandomKey(seed, Stream, 0, 0));
        random.Shuffle(files);
        var (problems, counts) = (list.Problems.ToList(), parts.ToDictionary(part => part, _ => 0));
        for (var i = 0; i < files.Length; i++)
        {
            var part = i < vals ? "val" : i < vals + tests ? "test" : "train";
            var target = Path.Combine(output, part, Path.GetRelativePath(folder, files[i]));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                Copy(files[i], target);
                counts[part]++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PictureException)
            {
                problems.Add(e is PictureException ? e.Message : FolderWalk.NotUtf8(files[i]) ?? $"{target}: {e.Message}");
            }
        }

        return new BuildOutcome(output, counts, problems);
    }

    /// <summary>Copies a file, or a folder of layers with the files in it.</summary>
    private static void Copy(string picture, string target)
    {
        if (!PictureFile.IsLayers(picture))
        {
            PictureFile.RequireBytes(picture);
            File.Copy(picture, target);
            return;
        }

        Directory.CreateDirectory(target);
        foreach (var layer in Directory.EnumerateFiles(picture))
        {
            File.Copy(layer, Path.Combine(target, Path.GetFileName(layer)));
        }
    }
}

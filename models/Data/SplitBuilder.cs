using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data;

/// <summary>Divides a folder of pictures into parts to train on and to keep back.</summary>
public static class SplitBuilder
{
    /// <summary>Its own stream of random numbers, so that a seed divides one folder the same way everywhere.</summary>
    private const uint Stream = 0x5B117;

    /// <summary>Copies the pictures to OUT/train, OUT/val and OUT/test, keeping the paths below the folder.</summary>
    /// <param name="val">share of the pictures that go to val, rounded</param>
    /// <param name="test">share that goes to test, rounded</param>
    /// <exception cref="DataException">the folder is missing or empty, or nothing would be left to train on</exception>
    public static BuildOutcome Split(string folder, string output, double val, double test, ulong seed)
    {
        var files = PictureFolder.List(folder).ToArray();
        var (vals, tests) = ((int)Math.Round(files.Length * val), (int)Math.Round(files.Length * test));
        if (vals + tests >= files.Length)
        {
            throw new DataException($"{folder}: of {files.Length} pictures none would be left to train on");
        }

        var random = new RandomSequence(new RandomKey(seed, Stream, 0, 0));
        random.Shuffle(files);
        var (problems, counts) = (new List<string>(), new Dictionary<string, int> { ["train"] = 0, ["val"] = 0, ["test"] = 0 });
        for (var i = 0; i < files.Length; i++)
        {
            var part = i < vals ? "val" : i < vals + tests ? "test" : "train";
            var target = Path.Combine(output, part, Path.GetRelativePath(folder, files[i]));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(files[i], target, overwrite: false);
                counts[part]++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{target}: {e.Message}");
            }
        }

        return new BuildOutcome(output, counts, problems);
    }
}

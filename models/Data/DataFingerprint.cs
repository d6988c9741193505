using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Names and lengths of the files of a data set, by which two copies of it are told apart without reading them, and its labels and points.
/// </summary>
internal static class DataFingerprint
{
    private const int ShownDigits = 16;

    /// <summary>What stands in a file's place for all labels and points; no file has the name.</summary>
    private const string Labels = "";

    /// <summary>A short hash over the names and lengths; null for a set without files.</summary>
    /// <param name="source">the set</param>
    /// <param name="root">its folder: files are named within it, so that a set that has moved is the same</param>
    public static string? Of(SampleSource source, string root) =>
        source.AllFiles.Count == 0 ? null : HashOf([.. Entries(source, root)]);

    /// <summary>A short hash over labels and points, in order; null for a set without.</summary>
    public static string? OfLabels(SampleSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var any = false;
        foreach (var values in source.LabelsAndPoints)
        {
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            any = true;
        }

        return any ? Convert.ToHexStringLower(hash.GetHashAndReset())[..ShownDigits] : null;
    }

    /// <summary>Requires that all ranks have the same files.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="source">this rank's set</param>
    /// <param name="root">its folder; may differ between ranks</param>
    /// <exception cref="RankFailedException">the files of a rank differ from those of rank 0, which reports it</exception>
    public static void RequireSamePictures(this IRanks ranks, SampleSource source, string root)
    {
        if (ranks.Count == 1)
        {
            return;
        }

        string[] own = [.. Entries(source, root), $"{Labels}\0{OfLabels(source)}"];
        var hashes = ranks.GatherAll(Encoding.UTF8.GetBytes($"{source.Count} {HashOf(own)}"));
        if (Array.Exists(hashes, hash => !hash.AsSpan().SequenceEqual(hashes[0])))
        {
            var folder = source.AllFiles is [var first, ..] ? Path.GetDirectoryName(first) : root;
            ranks.RequireAlike($"other pictures in {folder}", JsonSerializer.Serialize(own), Difference);
        }
    }

    /// <summary>How a rank's files differ from those of rank 0: <c>10, not 12; facade0003.png is missing</c>.</summary>
    private static string Difference(string others, string firsts)
    {
        var (theirs, expected) = (Parsed(others), Parsed(firsts));
        _ = (theirs.Remove(Labels, out var label), expected.Remove(Labels, out var expectedLabel));
        var counts = theirs.Count == expected.Count ? "" : $"{theirs.Count}, not {expected.Count}; ";
        foreach (var (name, length) in expected.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (!theirs.TryGetValue(name, out var its))
            {
                return $"{counts}{name} is missing";
            }

            if (its != length)
            {
                return $"{counts}{name} has {its} bytes, not {length}";
            }
        }

        return theirs.Keys.Except(expected.Keys).Order(StringComparer.Ordinal).FirstOrDefault() is { } further
            ? $"{counts}rank 0 has no {further}"
            : counts + (label != expectedLabel ? "other labels or points" : "the same files, taken otherwise");
    }

    private static Dictionary<string, string> Parsed(string entries) => JsonSerializer.Deserialize<string[]>(entries)!
        .Select(entry => entry.Split('\0')).ToDictionary(entry => entry[0], entry => entry[1], StringComparer.Ordinal);

    private static IEnumerable<string> Entries(SampleSource source, string root)
    {
        var names = new LeftOutFiles(root, takesMore: false);
        return source.AllFiles.Distinct(StringComparer.Ordinal).Select(file => $"{names.NameOf(file)}\0{LengthOf(file)}");
    }

    private static string LengthOf(string file) =>
        new FileInfo(file) is { Exists: true } info ? info.Length.ToString(CultureInfo.InvariantCulture) : "-";

    private static string HashOf(string[] entries) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', entries))))[..ShownDigits];
}

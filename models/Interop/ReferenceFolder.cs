using System.Text.RegularExpressions;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// A folder of the reference program's checkpoints, a file a network: <c>latest_net_G.pth</c>, <c>latest_net_D_A.pth</c>,
/// <c>20_net_G.pth</c>, with its <c>--save_by_iter</c> also <c>iter_5000_net_G.pth</c>. Its <c>--continue_train</c> takes such a folder.
/// </summary>
internal static partial class ReferenceFolder
{
    private const string Latest = "latest";
    private const string Iteration = "iter_";

    /// <summary>
    /// The networks of the latest epoch that the folder has, or without one of the latest iteration, by their names in a run (<c>netG</c>,
    /// <c>netD_A</c>), and their files; empty if the folder holds a run, or none of the reference's files.
    /// </summary>
    public static IReadOnlyList<(string Network, string File)> FilesIn(string folder)
    {
        if (!Directory.Exists(folder) || new RunDirectory(folder).Exists)
        {
            return [];
        }

        var epochs = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Select(file => (Match: Name().Match(Path.GetFileName(file)), File: file)).Where(f => f.Match.Success)
            .GroupBy(f => f.Match.Groups["epoch"].Value, StringComparer.Ordinal);
        return epochs.MaxBy(e => OrderOf(e.Key)) is { } last
            ? [.. last.Select(f => ($"net{f.Match.Groups["network"].Value}", f.File))]
            : [];

        // Nothing says in which epoch an iteration was: it counts before all of them.
        static (int Kind, int Number) OrderOf(string epoch) => epoch == Latest ? (2, 0)
            : epoch.StartsWith(Iteration, StringComparison.Ordinal) ? (0, NumberOf(epoch[Iteration.Length..])) : (1, NumberOf(epoch));

        static int NumberOf(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
    }

    /// <summary>The folder's only generator: a file that stands for the folder; null if it has none.</summary>
    /// <exception cref="InteropException">it has several; the message names them</exception>
    public static string? GeneratorIn(string folder) => FilesIn(folder).Select(f => f.File)
        .Where(file => Name().Match(Path.GetFileName(file)).Groups["network"].Value.StartsWith('G')).ToList() switch
    {
        [] => null,
        [var only] => only,
        var several => throw new InteropException(
            $"{folder}: holds {string.Join(" and ", several.Select(Path.GetFileName))}; name one of them"),
    };

    [GeneratedRegex(@"^(?<epoch>latest|(?:iter_)?[0-9]{1,9})_net_(?<network>[A-Z][A-Z0-9]?(?:_[AB])?)\.pth$")]
    private static partial Regex Name();
}

using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>inspect</c> is asked for.</summary>
internal sealed record InspectOptions
{
    [Option("A safetensors, .pth or .onnx file, zoo:NAME, or a run (its latest checkpoint).", Values = "RUN|FILE"), Required, Positional]
    public string File { get; init; } = "";

    [Option("Compare its tensors with those of this file or run, bit by bit; ends with 1 if they differ.", Values = "RUN|FILE")]
    public string? Compare { get; init; }

    [Option("Only the tensors under this name: params_ema.", Values = "NAME")]
    public string? Network { get; init; }
}

/// <summary><c>inspect FILE</c>: the contents of a checkpoint of any known format, or of a run's latest checkpoint.</summary>
internal static class InspectCommand
{
    private const int LongestMetadata = 2000;
    private const int LongestList = 20;

    /// <summary>The examples of an exported model: pictures as text, for no one to read.</summary>
    private const string ExamplesKey = "examples";

    public static Command Create() => Verb.Of<InspectOptions>(
        "inspect", "Lists the tensors, shapes and metadata of a checkpoint of any known format.", (asked, screen) =>
            asked.Compare is { } second
                ? Compare(screen, FileOf(second), FileOf(asked.File), asked.Network)
                : Run(screen, FileOf(asked.File), asked.Network));

    private static string FileOf(string path) => new RunDirectory(path) is { Exists: true, Latest: var latest } ? latest : path;

    /// <summary>Compares the tensors of two files by name: <c>inspect --compare A B</c>.</summary>
    private static int Compare(Screen screen, string first, string second, string? network)
    {
        using var a = ZooModel.OpenTensors(first);
        using var b = ZooModel.OpenTensors(second);
        var shapes = EntriesOf(b, second, network).ToDictionary(e => e.Name, e => e.ToString(), StringComparer.Ordinal);
        List<(string Name, string Difference)> differing = [];
        var equal = 0;
        foreach (var entry in EntriesOf(a, first, network))
        {
            var difference = !shapes.Remove(entry.Name, out var its) ? $"only in {first}"
                : its != entry.ToString() ? $"{entry.ToString()[entry.Name.Length..].Trim()} and {its[entry.Name.Length..].Trim()}"
                : Difference(a.Read(entry.Name), b.Read(entry.Name));
            if (difference is null)
            {
                equal++;
            }
            else
            {
                differing.Add((entry.Name, difference));
            }
        }

        differing.AddRange(shapes.Keys.Select(name => (name, $"only in {second}")));
        screen.Result(
            new { first, second, equal, differing = differing.Select(d => new { name = d.Name, difference = d.Difference }) },
            [
                differing.Count == 0
                    ? $"All {Counted.Of(equal, "tensor")} are equal, bit by bit."
                    : $"{Counted.Of(equal, "tensor")} equal, {differing.Count} not:",
                .. differing.Select(d => $"  {d.Name,-72} {d.Difference}"),
            ]);
        return differing.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>How two arrays of one type and shape differ; null if they don't.</summary>
    private static string? Difference(NamedArray a, NamedArray b)
    {
        if (a.Bytes.Span.SequenceEqual(b.Bytes.Span))
        {
            return null;
        }

        var (first, second) = (a.ToSingle(), b.ToSingle());
        var size = a.Type.Size;
        var (others, most) = (0, 0f);
        for (var i = 0; i < first.Length; i++)
        {
            // By their bytes: 0 and -0 are equal as numbers.
            if (!a.Bytes.Span.Slice(i * size, size).SequenceEqual(b.Bytes.Span.Slice(i * size, size)))
            {
                others++;
                most = Math.Max(most, Math.Abs(first[i] - second[i]));
            }
        }

        return Invariant.Text($"{others} of {first.Length} values differ, by {most:g3} at most");
    }

    private static int Run(Screen screen, string path, string? network)
    {
        using var file = ZooModel.OpenTensors(path);
        var metadata = file.Metadata.ToDictionary(StringComparer.Ordinal);
        if (file.Format == "ONNX")
        {
            metadata["onnx.graph"] = GraphOf(path);
        }

        foreach (var (key, pictures) in file.Metadata.Where(m => m.Key.Split('.')[^1] == ExamplesKey))
        {
            metadata[key] = Counted.Of(pictures.Split(' ').Length, "picture");
        }

        foreach (var (name, type) in file.UnreadObjects)
        {
            metadata[name] = $"an object of {type}, which is not read";
        }

        var entries = EntriesOf(file, path, network);
        var values = entries.Sum(e => e.Shape.Aggregate(1L, (product, extent) => product * extent));
        screen.Result(
            new
            {
                file = path,
                format = file.Format,
                values,
                metadata,
                tensors = entries.Select(e => new { name = e.Name, type = e.Type.ToString(), shape = e.Shape }),
            },
            [
                $"{path}: {file.Format}, {Counted.Of(entries.Count, "tensor")}, " +
                    $"{values.ToString("N0", CultureInfo.InvariantCulture)} values",
                .. metadata.Select(
                    m => $"  {m.Key} = {(m.Value.Length > LongestMetadata ? m.Value[..LongestMetadata] + "…" : m.Value)}"),
                .. entries.Select(e => $"  {e.Name,-72} {e.Type,-5} [{string.Join(", ", e.Shape)}]"),
            ]);
        return ExitCode.Done;
    }

    /// <summary>The tensors of a file, or those of one network in it.</summary>
    private static IReadOnlyList<TensorEntry> EntriesOf(TensorFile file, string path, string? network)
    {
        if (network is null)
        {
            return file.Entries;
        }

        List<TensorEntry> found = [.. file.Entries.Where(e => $".{e.Name}".Contains($".{network}.", StringComparison.Ordinal))];
        return found.Count > 0 ? found
            : throw new InteropException($"{path}: has no tensors under '{network}'; it has " +
                string.Join(", ", file.Entries.Select(e => e.Name.Split('.')[0]).Distinct(StringComparer.Ordinal).Take(LongestList)));
    }

    /// <summary>Says whether this program can run a graph: its inputs and outputs, or the reason why not.</summary>
    private static string GraphOf(string path)
    {
        try
        {
            var graph = GraphNetwork.Read(path);
            return $"runs here, in {Counted.Of(graph.NodeCount, "node")}: {string.Join("; ", graph.Inputs)} to " +
                $"{string.Join("; ", graph.Outputs)}";
        }
        catch (IOException problem)
        {
            return $"does not run here: {problem.Message}";
        }
    }
}

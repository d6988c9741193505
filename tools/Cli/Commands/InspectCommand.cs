using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>inspect FILE</c>: the contents of a checkpoint of any known format, or of a run's latest checkpoint.</summary>
internal static class InspectCommand
{
    private const int LongestMetadata = 2000;

    public static Command Create()
    {
        var file = new Argument<string>(
            "RUN|FILE") { Description = "A safetensors, .pth or .onnx file, zoo:NAME, or a run (its latest checkpoint)." };
        var command = new Command("inspect", "Lists the tensors, shapes and metadata of a checkpoint of any known format.") { file };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var run = new RunDirectory(path);
            return Run(Screen.Of(parsed), run.Exists ? run.Latest : path);
        });
        return command;
    }

    private static int Run(Screen screen, string path)
    {
        using var file = ZooModel.OpenTensors(path);
        var metadata = file.Metadata.ToDictionary(StringComparer.Ordinal);
        if (file.Format == "ONNX")
        {
            metadata["onnx.graph"] = GraphOf(path);
        }

        var values = file.Entries.Sum(e => e.Shape.Aggregate(1L, (product, extent) => product * extent));
        screen.Result(
            new
            {
                file = path,
                format = file.Format,
                values,
                metadata,
                tensors = file.Entries.Select(e => new { name = e.Name, type = e.Type.ToString(), shape = e.Shape }),
            },
            [
                $"{path}: {file.Format}, {Counted.Of(file.Entries.Count, "tensor")}, " +
                    $"{values.ToString("N0", CultureInfo.InvariantCulture)} values",
                .. metadata.Select(
                    m => $"  {m.Key} = {(m.Value.Length > LongestMetadata ? m.Value[..LongestMetadata] + "…" : m.Value)}"),
                .. file.Entries.Select(e => $"  {e.Name,-72} {e.Type,-5} [{string.Join(", ", e.Shape)}]"),
            ]);
        return ExitCode.Done;
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

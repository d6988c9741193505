using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>models</c> is asked for.</summary>
internal sealed record ModelsOptions
{
    [Option("Model whose card is shown: data, licence, steps, seed, scores, commands to reproduce it, limitations.", Values = "NAME")]
    [Positional]
    public string? Name { get; init; }
}

/// <summary><c>models [NAME]</c>: the bundled models, or the model card of one.</summary>
internal static class ModelsCommand
{
    public static Command Create() => Verb.Of<ModelsOptions>(
        "models", "Lists the bundled small models, for translate and serve: zoo:NAME.", (asked, screen) => asked.Name is { } given
            ? Show(screen, ZooModel.Find(ZooModel.IsName(given) ? given : ZooModel.Prefix + given))
            : List(screen));

    private static int List(Screen screen)
    {
        var width = ZooModel.All.Max(m => m.Path.Length);
        screen.Result(
            ZooModel.All.Select(Described),
            [
                .. ZooModel.All.Select(m => $"{m.Path.PadRight(width)}  {m.Summary} ({Megabytes(m)} MB)"),
                "",
                $"ilgpugan translate --model {ZooModel.All[0].Path} --input PICTURE --out ANSWER.png",
                $"ilgpugan serve --model {ZooModel.All[0].Path}",
                $"ilgpugan models {ZooModel.All[0].Name}   (its card: data, scores, commands to reproduce it, limitations)",
            ]);
        return ExitCode.Done;
    }

    private static int Show(Screen screen, ZooModel model)
    {
        screen.Result(Described(model), model.Card.TrimEnd().Split('\n'));
        return ExitCode.Done;
    }

    private static object Described(ZooModel model)
    {
        using var file = NetworkFile.Open(model.Path);
        return new
        {
            name = model.Name,
            model = model.Path,
            family = file.Networks[0].Options.Model,
            networks = file.Networks.Select(n => n.Name),
            bytes = model.Bytes,
            summary = model.Summary,
            card = model.Card,
        };
    }

    private static string Megabytes(ZooModel model) => (model.Bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}

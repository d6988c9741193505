using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>import</c> is asked for.</summary>
internal sealed record ImportOptions
{
    [Option("A generator of the reference or of PyTorch-GAN: .pth, safetensors or .onnx.", Values = "FILE"), Required]
    public string From { get; init; } = "";

    [Option("Folder of the run; a generator of the other direction is added to an existing one.", Values = "RUN"), Required]
    public string Out { get; init; } = "";

    [Option("Direction of the generator (default AtoB).")]
    public Direction? Direction { get; init; }

    [Option("Network of a file that holds several, by its name there: params_ema, generator_AB.", Values = "NAME")]
    public string? Network { get; init; }
}

/// <summary><c>import --from FILE --out RUN</c>: converts another program's generator to a run.</summary>
internal static class ImportCommand
{
    public static Command Create() => Verb.Of<ImportOptions>(
        "import", "Converts a generator of another program to a run; the network is recognised by its tensors.", Run);

    private static int Run(ImportOptions asked, Screen screen)
    {
        var output = asked.Out;
        var run = NetworkImporter.Import(asked.From, output, asked.Direction, asked.Network);
        var family = FamilyCatalog.Of(run.Options);
        var generator = family.Generators(run.Options)[0];
        var layers = run.Options as TranslationOptions; // Only the reference's networks have ngf and norm.
        var (input, made) = generator.ReadsPictures || layers is null
            ? (generator.InputChannels, generator.OutputChannels)
            : (layers.InputNc, layers.OutputNc);
        List<string> lines =
        [
            $"{output}: {string.Join(", ", run.Networks)} for {family.Info.Title}, {generator.Description}" +
            $"{(layers is null ? "" : $" of ngf {layers.Ngf}, norm {OptionsJson.TextOf(layers.Norm)}")}, {input} to {made} channels",
        ];
        lines.AddRange(run.Remarks);
        var filters = run.Dropped.Count(SavedConstants.IsFilter);
        if (run.Dropped.Count > filters)
        {
            lines.Add($"Left out {run.Dropped.Count - filters} statistics of instance norms: here each picture has its own.");
        }

        if (filters > 0)
        {
            lines.Add($"Left out {Counted.Of(filters, "filter")} of blurs, which the layers here have themselves.");
        }

        lines.Add(run.Lacks.Count == 0
            ? "Try it:    " + ShellWord.Line("ilgpugan", "translate", "--model", output, "--input", "PICTURE", "--out", "RESULT")
            : $"It can't translate: {asked.From} lacks {string.Join(", ", run.Lacks)}, which {generator.Network} takes values from. " +
                $"Where it was made: {ExportCommand.AllOf([generator.Network, .. run.Lacks])}");
        screen.Result(
            new
            {
                run = output,
                networks = run.Networks,
                generator = generator.Description,
                ngf = layers?.Ngf,
                norm = layers is null ? null : OptionsJson.TextOf(layers.Norm),
                inputNc = input,
                outputNc = made,
                dropped = run.Dropped,
            },
            lines);
        return ExitCode.Done;
    }
}

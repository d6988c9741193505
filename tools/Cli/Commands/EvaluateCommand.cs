using System.CommandLine;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>evaluate --model RUN --data DIR --split val</c>.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "A run's folder or a checkpoint.", HelpName = "RUN|FILE", Required = true };
        var data = new Option<string>("--data") { Description = "A data set of pairs.", HelpName = "DIR", Required = true };
        var split = new Option<string>("--split") { Description = "Which part of it (default val).", DefaultValueFactory = _ => "val" };
        var eval = new Option<bool>("--eval") { Description = "Batch norm by the running statistics of training." };
        var csv = new Option<string>("--csv") { Description = "Write the score of each picture to this file.", HelpName = "FILE" };
        var pictures = new Option<string>("--pictures") { Description = "Write input, output and target of each picture to this folder.", HelpName = "DIR" };
        var device = new Option<string>("--device") { Description = "Where to compute (default auto).", DefaultValueFactory = _ => "auto" };
        var threads = new Option<int>("--threads") { Description = "Threads of the CPU device (default 0: all)." };
        var command = new Command("evaluate", "Measures translations against the targets of pairs kept back: L1, PSNR, SSIM.")
        {
            model, data, split, eval, csv, pictures, device, threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var translator = Translator.Open(parsed.GetRequiredValue(model), on, new TranslationSettings { Eval = parsed.GetValue(eval) });
            var options = translator.Options with { Data = parsed.GetRequiredValue(data), Model = ModelKind.Pix2Pix };
            var pairs = RunData.OpenSplit(options, parsed.GetRequiredValue(split), forEvaluation: true);
            var folder = parsed.GetValue(pictures);
            var report = Evaluator.Run(translator, pairs, on, (score, input, output, target) => SaveRow(folder, score.Name, input, output, target), cancellation);
            if (parsed.GetValue(csv) is { } file)
            {
                File.WriteAllText(file, report.ToCsv());
            }

            Print(Screen.Of(parsed), report);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void SaveRow(string? folder, string name, params Picture[] row)
    {
        if (folder is not null)
        {
            var path = Path.Combine(folder, name + ".png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            PictureFile.SaveSideBySide(path, row);
        }
    }

    private static void Print(Screen screen, EvaluationReport report)
    {
        if (screen.Json)
        {
            screen.Output.WriteLine(report.ToJson());
            return;
        }

        screen.Say($"{report.Images.Count} pictures        L1    PSNR (dB)   SSIM");
        foreach (var (name, score) in new[] { ("this model", report.Mean), ("mean colour", report.Baseline) })
        {
            screen.Say($"{name,-14} {score.L1,8:0.0000} {score.Psnr,10:0.00} {score.Ssim,8:0.000}");
        }

        screen.Say($"colours shared with the targets: L {report.Colours.L:0.00}, a {report.Colours.A:0.00}, b {report.Colours.B:0.00} (of 1)");
    }
}

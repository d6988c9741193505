using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Cli.Web;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Cli.Commands;

/// <summary>
/// <c>export --model RUN|FILE --to onnx|safetensors|pth|web --out FILE|DIR</c>: writes networks for other programs, or for a browser.
/// </summary>
internal static class ExportCommand
{
    private enum Format
    {
        Onnx,
        Safetensors,
        Pth,
        Web,
    }

    /// <summary>How a file is written, and what it says of itself.</summary>
    private sealed record Described(ExportSettings Settings, bool HasStatistics, int? LongSide, bool Examples)
    {
        /// <summary>The same with the statistics that make the model's own pictures, unless the user has chosen.</summary>
        /// <exception cref="UsageException">the user has chosen statistics that are left out here</exception>
        public Described Fitting(string model, StoredNetwork network) =>
            network.DropsStatistics && Settings.Statistics == NormStatistics.Running
            ? throw new UsageException(
                $"--batch-norm running and --fold can't be combined with {model}: the running statistics of its instance norms are left " +
                    "out here, where each picture has its own")
            : HasStatistics || network.LacksStatistics || !UsesThoseOfTraining(network) ? this
            : this with { Settings = Settings with { Statistics = NormStatistics.Running } };

        /// <exception cref="UsageException">a length is set for what reads no pictures</exception>
        public ExportSettings For(string model, params StoredNetwork[] networks) =>
            LongSide is not null && !Array.Exists(networks, network => network.Generator is { Labels: null })
                ? throw new UsageException($"--long-side is for generators that read pictures; {networks[0].Name} of {model} is none")
                : Settings with { Metadata = ExportMetadata.Of(model, networks, LongSide, Examples) };
    }

    public static Command Create()
    {
        var model = Plain.Text("--model", "A run, a checkpoint of any known format, or zoo:NAME.", "RUN|FILE", required: true);
        var to = Choice.Of<Format>(
            "--to",
            "onnx: the whole computation (operator set 17); safetensors, pth: weights under the reference's keys, which in a file of " +
                "several networks begin with the network's name; web: a folder with a page that runs the model in a browser (needs npm).");
        to.Required = true;
        var output = Plain.Text("--out", "The file to write; with --to web, a new folder.", "FILE|DIR", required: true);
        var network = Plain.Texts(
            "--network", "Network to write, by the name that 'inspect' shows before its tensors (default: the first generator, in " +
                "safetensors with the networks that it needs); repeatable for safetensors.", "NAME");
        var statistics = Choice.Of<NormStatistics>(
            "--batch-norm",
            "ONNX, web: batch norms use the statistics of the picture itself (the default, as translate does) or of training (running, " +
                "as translate --eval and generate do; the default with --fold, of models that generate, and of files whose graph does).");
        var fold = Plain.Flag("--fold", "ONNX, web: fold batch norms into the convolutions.");
        var half = Plain.Flag("--half", "Store convolution weights in 16 bits.");
        var steps = DeviceOptions.Steps();
        var longSide = Number.Whole(
            "--long-side", "Say in the file that longer pictures are to be translated at this length of their longer side " +
                "(translate --long-side).",
            most: OptionsValidation.LargestSide);
        var noExamples = Plain.Flag(
            "--no-examples", "Leave the example inputs out of the file, which are pictures of the training's data.");
        var command = new Command("export", "Writes a network for other programs.")
        {
            model, to, output, network, statistics, fold, half, steps, longSide, noExamples,
        };
        command.SetAction(parsed =>
        {
            var (chosen, folds) = (parsed.GetResult(statistics) is not null, parsed.GetValue(fold));
            var fromTraining = chosen ? parsed.GetValue(statistics) == NormStatistics.Running : folds;
            var settings = new ExportSettings
            {
                Statistics = fromTraining ? NormStatistics.Running : NormStatistics.Picture, Fold = folds, Half = parsed.GetValue(half),
            };
            var described = new Described(settings, chosen || folds, parsed.GetValue(longSide), !parsed.GetValue(noExamples));
            var format = parsed.GetValue(to);
            RequireCompatible(format, settings, chosen, parsed.GetValue(steps) is not null);
            var (from, place, names) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(output), parsed.GetValue(network) ?? []);
            if (names.Length > 1 && format != Format.Safetensors)
            {
                throw new UsageException($"--to {Choice.WordFor(format)} writes one network; --to safetensors takes several");
            }

            if (format == Format.Web)
            {
                return RunWeb(Screen.Of(parsed), from, names.FirstOrDefault(), parsed.GetValue(steps), place, described);
            }

            var file = ResultFile.Prepare(place, "." + Choice.WordFor(format), from);
            return names.Length > 1
                ? RunAll(Screen.Of(parsed), from, names, file, described)
                : Run(Screen.Of(parsed), from, names.FirstOrDefault(), parsed.GetValue(steps), format, file, described);
        });
        return command;
    }

    private static void RequireCompatible(Format format, ExportSettings settings, bool statisticsGiven, bool stepsGiven)
    {
        if (format is not (Format.Onnx or Format.Web) && (settings.Fold || statisticsGiven || stepsGiven))
        {
            throw new UsageException(
                $"--fold, --batch-norm and --steps say how an ONNX graph computes; --to {Choice.WordFor(format)} writes weights only");
        }

        if (settings is { Fold: true, Statistics: NormStatistics.Picture })
        {
            throw new UsageException("--fold needs the running statistics: --batch-norm picture can't be folded into weights");
        }
    }

    /// <summary>Writes several networks to one safetensors file, which translate reads like a run.</summary>
    /// <exception cref="UsageException">one is named twice</exception>
    private static int RunAll(Screen screen, string model, string[] names, string output, Described described)
    {
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException($"--network {twice.Key} is given twice");
        }

        using var file = NetworkFile.Open(model);
        using var device = Device.Open("cpu");
        var stored = Array.ConvertAll(names, file.Find);
        var networks = Array.ConvertAll(stored, s => new NamedNetwork(s.Name, s.LoadWhole(device)));
        NetworkExporter.ToSafetensors(networks, output, described.For(model, stored));
        var (bytes, weights) = (SizeOf(output), networks.Sum(n => n.Network.ParameterCount));
        screen.Result(
            new { file = output, format = Choice.WordFor(Format.Safetensors), networks = names, weights, bytes },
            [
                .. OnTraining(stored, model), .. stored.SelectMany(OnDropped),
                Written(output, string.Join(", ", names), model, weights, bytes),
                $"Keys begin with the network's name; --network {names[0]} alone writes them bare.",
            ]);
        return ExitCode.Done;
    }

    /// <summary>Loads a network, to be written with that number of steps.</summary>
    /// <exception cref="UsageException">it does not translate in so many steps</exception>
    private static Module Load(StoredNetwork stored, string model, int? steps, bool isGraphOfPicture, Device device)
    {
        var network = isGraphOfPicture ? stored.Load(device) : stored.LoadWhole(device);
        if (steps is not { } count)
        {
            return network;
        }

        var stepped = network as SteppedGenerator
            ?? throw new UsageException($"--steps does not fit {model}: {stored.Name} translates in one step");
        var most = stored.Generator!.Conditions!.Steps!.Most;
        stepped.Steps = count <= most ? count : throw new UsageException($"--steps must be between 1 and {most} for {model}, not {count}");
        return stepped;
    }

    private static string Written(string output, string networks, string model, long weights, long? bytes) =>
        Invariant.Text($"{output}: {networks} of {model}, {weights:N0} weights") +
            (bytes is null ? "" : Invariant.Text($", {bytes:N0} bytes"));

    /// <summary>Bytes of a file that was written; null for a pipe or a device, of which they can't be told.</summary>
    private static long? SizeOf(string output) =>
        OutputPath.StandardStream(output) is null && !FileStatus.IsSpecial(output) ? new FileInfo(output).Length : null;

    private static int Run(
        Screen screen, string model, string? name, int? steps, Format format, string output, Described described)
    {
        using var file = NetworkFile.Open(model, name);
        var stored = file.Find();
        string[] needed = [.. file.NeededBy(stored).Select(n => n.Name)];
        if (name is null && format == Format.Safetensors && needed.Length > 0)
        {
            return RunAll(screen, model, [stored.Name, .. needed], output, described);
        }

        described = described.Fitting(model, stored);
        using var device = Device.Open("cpu");
        var network = Load(
            stored, model, steps, format == Format.Onnx && described.Settings.Statistics == NormStatistics.Picture, device);
        Action<Module, string, ExportSettings> write = format switch
        {
            Format.Onnx when stored.Generator is { } spec
                && (!spec.ReadsPictures || (spec.Conditions is { } takes && (network is not Layer || takes.Steps is not null))) =>
                (module, path, chosen) => NetworkExporter.ToOnnx(module, spec, path, chosen),
            Format.Onnx when stored.Graph is { } made => (module, path, chosen) => NetworkExporter.ToOnnx(module, made, path, chosen),
            Format.Onnx => (module, path, chosen) => NetworkExporter.ToOnnx(Picture(module), path, chosen),
            Format.Safetensors => NetworkExporter.ToSafetensors,
            _ => NetworkExporter.ToPth,
        };
        Layer Picture(Module module) =>
            module as Layer
                ?? throw new InteropException(
                    $"{stored.Name} of {model} {(module as INotExportable)?.WhyNotExportable ?? "takes more than one input"}, which " +
                        "export can't write as a graph; --to safetensors or pth writes its weights");

        write(network, output, described.For(model, stored));

        var bytes = SizeOf(output);
        List<string> lines =
        [
            .. file.Remarks, .. OnTraining([stored], model), .. OnDropped(stored),
            Written(output, stored.Name, model, network.ParameterCount, bytes),
        ];
        if (format == Format.Onnx)
        {
            lines.AddRange(OnStatistics(network, stored, described.Settings));
        }

        var role = FamilyCatalog.Of(stored.Options).Networks(stored.Options).ToLookup(n => n.Role, n => n.Name)
            .First(alike => alike.Contains(stored.Name)).Intersect(file.Networks.Select(n => n.Name)).ToList();
        if (role.Count > 1)
        {
            lines.Add($"{model} has {string.Join(", ", role)}; the file holds {stored.Name} alone.");
        }

        if (needed.Length > 0)
        {
            lines.Add($"The file lacks {string.Join(", ", needed)}, which {stored.Name} takes values from. All in one file: " +
                AllOf([stored.Name, .. needed]));
        }

        screen.Result(
            new { file = output, format = Choice.WordFor(format), network = stored.Name, weights = network.ParameterCount, bytes }, lines);
        return ExitCode.Done;
    }

    /// <summary>The options that write networks into one file.</summary>
    public static string AllOf(IEnumerable<string> networks) =>
        ShellWord.Words(["export", "--to", "safetensors", .. networks.SelectMany(n => new[] { "--network", n })]);

    private static IEnumerable<string> OnDropped(StoredNetwork network) => !network.DropsStatistics ? []
        : [$"The statistics that the norms of {network.Name} collected are left out: here they take each picture's own."];

    /// <summary>Names the networks whose stage of training has yet to begin.</summary>
    private static IEnumerable<string> OnTraining(IEnumerable<StoredNetwork> networks, string model) => networks
        .Where(network => network.IsUntrained)
        .Select(network => $"No step of {model} has trained {network.Name} yet: it has the weights that the run began with.");

    /// <summary>Says which statistics the graph's batch norms use, if it has any.</summary>
    private static IEnumerable<string> OnStatistics(Module network, StoredNetwork stored, ExportSettings settings)
    {
        if (network.Descendants().Any(m => m is BatchNorm2d))
        {
            var verb = Generates(stored) ? "generate" : "translate";
            yield return (settings.Statistics == NormStatistics.Running, UsesThoseOfTraining(stored)) switch
            {
                (true, true) => $"Batch norms use the statistics of training, as {verb} does with this model.",
                (false, true) => "Batch norms use each picture's own statistics, so the pictures are not those that " +
                    $"{verb} makes with this model.",
                (true, false) => "Batch norms use the statistics of training, so the pictures are those of translate --eval; without " +
                    "--batch-norm running and --fold they are those of plain translate.",
                (false, false) => "Batch norms use each picture's own statistics, as translate does without --eval.",
            };
        }
    }

    /// <summary>Whether a network makes its pictures with running statistics unasked.</summary>
    private static bool UsesThoseOfTraining(StoredNetwork stored) => stored.UsesRunningStatistics || Generates(stored);

    /// <summary>Whether a network is of a model whose pictures are made by <c>generate</c>, and not by <c>translate</c>.</summary>
    private static bool Generates(StoredNetwork stored) => FamilyCatalog.Of(stored.Options).OnlyGenerates(stored.Options);

    /// <summary>Writes a folder with a page that runs a generator.</summary>
    /// <exception cref="InteropException">a page can't run the network, or the runtime can't be fetched</exception>
    /// <exception cref="IOException">the folder can't be written, or is not empty</exception>
    private static int RunWeb(Screen screen, string model, string? name, int? steps, string folder, Described described)
    {
        using var place = new PageFolder(folder);
        using var file = NetworkFile.Open(model, name);
        var stored = file.Find();
        described = described.Fitting(model, stored);
        var why = stored.Generator is not { } spec ? "does not translate pictures" : ModelPage.Obstacle(spec);
        if (why is not null)
        {
            throw new InteropException($"{stored.Name} of {model} {why}; --to onnx writes it without a page");
        }

        using var device = Device.Open("cpu");
        var network = Load(stored, model, steps, described.Settings.Statistics == NormStatistics.Picture, device) as Layer
            ?? throw new InteropException($"{stored.Name} of {model} takes more than one input, which a page can't give it");
        var inputs = ShownInputs.Of(model, stored.Generator!, stored.Options, stored.Description);
        var page = new ModelPage(
            ZooModel.NameOf(model), stored.Generator!, described.Examples ? inputs : inputs with { Examples = [] },
            SideBySide.Of(stored.Options, stored.Generator!, stored.Description));
        var temporary = Directory.CreateTempSubdirectory("ilgpugan-page-");
        long bytes;
        try
        {
            var graph = Path.Combine(temporary.FullName, "model.onnx");
            NetworkExporter.ToOnnx(network, stored.Generator!, graph, described.For(model, stored));
            bytes = page.Write(folder, graph, RuntimePackage.Fetch());
        }
        finally
        {
            Disk.Current.DeleteFolder(temporary.FullName);
        }

        place.Keep();

        List<string> lines =
        [
            .. file.Remarks, .. OnTraining([stored], model), .. OnDropped(stored),
            Written(folder, stored.Name, model, network.ParameterCount, bytes), .. OnStatistics(network, stored, described.Settings),
        ];
        lines.Add("See it in a browser with: " + ShellWord.Line("ilgpugan", "serve", "--page", folder));
        screen.Result(
            new { file = folder, format = Choice.WordFor(Format.Web), network = stored.Name, weights = network.ParameterCount, bytes },
            lines);
        return ExitCode.Done;
    }
}

using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Cli.Web;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>export</c> writes.</summary>
internal enum ExportFormat
{
    Onnx,
    Safetensors,
    Pth,
    Web,
}

/// <summary>What <c>export</c> is asked for.</summary>
internal sealed record ExportOptions
{
    [Option("A run, a checkpoint of any known format, or zoo:NAME.", Values = "RUN|FILE"), Required]
    public string Model { get; init; } = "";

    [Option(
        "onnx: the whole computation (operator set 17); safetensors, pth: weights under the reference's keys, which in a file of several " +
            "networks begin with the network's name; web: a folder with a page that runs the model in a browser (needs npm)."), Required]
    public ExportFormat To { get; init; }

    [Option("The file to write; with --to web, a new folder.", Values = "FILE|DIR"), Required]
    public string Out { get; init; } = "";

    [Option(
        "Network to write, by the name that 'inspect' shows before its tensors (default: the first generator, in safetensors with the " +
            "networks that it needs); repeatable for safetensors.",
        Values = "NAME")]
    public string[] Network { get; init; } = [];

    [Option(
        "ONNX, web: batch norms use the statistics of the picture itself (the default, as translate does) or of training (running, as " +
            "translate --eval and generate do; the default with --fold, of models that generate, and of files whose graph does).")]
    public NormStatistics? BatchNorm { get; init; }

    [Option("ONNX, web: fold batch norms into the convolutions.")]
    public bool Fold { get; init; }

    [Option(
        "Fold the norms of the encoder of a generator such as resnet6-smooth into its convolutions, as they are over the photographs of " +
            "this folder: the file is a resnet6-painting, which keeps the colour of flat skies.",
        Values = "DIR")]
    public string? FoldNorms { get; init; }

    [Option("Store convolution weights in 16 bits.")]
    public bool Half { get; init; }

    [Option(
        "Steps of each translation, for a generator that takes several (default that of its training's options).", Least = 1)]
    public int? Steps { get; init; }

    [Option(
        "Say in the file that longer pictures are to be translated at this length of their longer side (translate --long-side).",
        Least = 1, Most = OptionsValidation.LargestSide)]
    public int? LongSide { get; init; }

    [Option("Undoes --no-examples.", Off = "Leave the example inputs out of the file, which are pictures of the training's data.")]
    public bool Examples { get; init; } = true;
}

/// <summary>
/// <c>export --model RUN|FILE --to onnx|safetensors|pth|web --out FILE|DIR</c>: writes networks for other programs, or for a browser.
/// </summary>
internal static class ExportCommand
{
    public static Command Create() => Verb.Of<ExportOptions>("export", "Writes a network for other programs.", Run);

    private static int Run(ExportOptions asked, Screen screen)
    {
        RequireCompatible(asked);
        var (model, format) = (asked.Model, OptionsJson.TextOf(asked.To));
        using var page = asked.To == ExportFormat.Web ? new PageFolder(asked.Out) : null;
        var output = page is null ? ResultFile.Prepare(asked.Out, "." + format, model) : asked.Out;
        using var file = NetworkFile.Open(model, asked.Network is [var only] ? only : null);
        StoredNetwork[] all = asked.Network.Length > 1 ? Array.ConvertAll(asked.Network, file.Find) : [file.Find()];
        var needed = file.NeededBy(all[0]);
        all = [.. all, .. asked is { Network: [], To: ExportFormat.Safetensors } ? needed : []];
        using var device = Device.Open("cpu");
        if (all.Length > 1)
        {
            return RunAll(asked, screen, all, output, device);
        }

        var stored = all[0];
        var settings = SettingsFor(asked, stored);
        if (page is not null)
        {
            var why = stored.Generator is { } spec ? ModelPage.Obstacle(spec) : "does not translate pictures";
            _ = why is null ? why : throw new InteropException($"{stored.Name} of {model} {why}; --to onnx writes it without a page");
        }

        var network = Load(stored, asked, IsGraph(asked.To) && settings.Statistics == NormStatistics.Picture, device);
        if (asked.FoldNorms is { } photographs)
        {
            stored.ToPainting(network, Photographs(photographs, stored.Generator?.InputChannels ?? 3, device));
            settings = SettingsFor(asked, stored);
        }

        var bytes = page is null ? Write(asked, network, stored, output, settings) : WritePage(model, network, stored, output, settings,
            asked.Examples);
        page?.Keep();
        screen.Result(
            new { file = output, format, network = stored.Name, weights = network.ParameterCount, bytes },
            [
                .. file.Remarks, .. OnTraining([stored], model), .. OnDropped(stored),
                Written(output, stored.Name, model, network.ParameterCount, bytes),
                .. IsGraph(asked.To) ? OnStatistics(network, stored, settings) : [],
                .. page is null ? OnOthers(file, stored, [.. needed.Select(n => n.Name)], model)
                    : ["See it in a browser with: " + ShellWord.Line("ilgpugan", "serve", "--page", output)],
            ]);
        return ExitCode.Done;
    }

    /// <summary>At most 48 of a folder's pictures, evenly chosen, with 256 pixels along the shorter side.</summary>
    private static IEnumerable<Tensor> Photographs(string folder, int channels, Device device)
    {
        var all = PictureList.Of(folder).Pictures;
        foreach (var path in all.Where((_, i) => i % ((all.Count + 47) / 48) == 0))
        {
            var picture = PictureFile.Load(path).ToChannels(channels, path);
            var scale = 256.0 / Math.Min(picture.Width, picture.Height);
            using var photograph = PictureTensors.ToTensor(
                picture.Resize((int)(picture.Width * scale) / 4 * 4, (int)(picture.Height * scale) / 4 * 4), device);
            yield return photograph;
        }
    }

    private static bool IsGraph(ExportFormat format) => format is ExportFormat.Onnx or ExportFormat.Web;

    /// <exception cref="UsageException">options contradict each other</exception>
    private static void RequireCompatible(ExportOptions asked)
    {
        var twice = asked.Network.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        var to = OptionsJson.TextOf(asked.To);
        _ = (asked, IsGraph(asked.To)) switch
        {
            ({ Fold: true } or { BatchNorm: not null } or { Steps: not null }, false) => throw new UsageException(
                $"--fold, --batch-norm and --steps say how an ONNX graph computes; --to {to} writes weights only"),
            ({ Fold: true, BatchNorm: NormStatistics.Picture }, _) => throw new UsageException(
                "--fold needs the running statistics: --batch-norm picture can't be folded into weights"),
            ({ Network.Length: > 1, FoldNorms: not null }, _) => throw new UsageException("--fold-norms is for one network"),
            ({ Network.Length: > 1, To: not ExportFormat.Safetensors }, _) => throw new UsageException(
                $"--to {to} writes one network; --to safetensors takes several"),
            _ when twice is not null => throw new UsageException($"--network {twice.Key} is given twice"),
            _ => true,
        };
    }

    /// <summary>
    /// How a file is written, and what it says of itself: with the statistics that make the model's own pictures, unless the user has
    /// chosen.
    /// </summary>
    /// <exception cref="UsageException">
    /// the user has chosen statistics that are left out here, or a length is set for what reads no pictures
    /// </exception>
    private static ExportSettings SettingsFor(ExportOptions asked, params StoredNetwork[] networks)
    {
        var (first, chosen) = (networks[0], asked.BatchNorm ?? (asked.Fold ? NormStatistics.Running : null));
        if (first.DropsStatistics && chosen == NormStatistics.Running)
        {
            throw new UsageException(
                $"--batch-norm running and --fold can't be combined with {asked.Model}: the running statistics of its instance norms are " +
                    "left out here, where each picture has its own");
        }

        return asked.LongSide is not null && !Array.Exists(networks, network => network.Generator is { Labels: null })
            ? throw new UsageException($"--long-side is for generators that read pictures; {first.Name} of {asked.Model} is none")
            : new ExportSettings
            {
                Statistics = chosen
                    ?? (first.LacksStatistics || !UsesThoseOfTraining(first) ? NormStatistics.Picture : NormStatistics.Running),
                Fold = asked.Fold, Half = asked.Half,
                Metadata = ExportMetadata.Of(asked.Model, networks, asked.LongSide, asked.Examples),
            };
    }

    /// <summary>Writes several networks to one safetensors file, which translate reads like a run.</summary>
    private static int RunAll(ExportOptions asked, Screen screen, StoredNetwork[] stored, string output, Device device)
    {
        var networks = Array.ConvertAll(stored, s => new NamedNetwork(s.Name, s.LoadWhole(device)));
        NetworkExporter.ToSafetensors(networks, output, SettingsFor(asked, stored));
        var (bytes, weights) = (SizeOf(output), networks.Sum(n => n.Network.ParameterCount));
        string[] names = Array.ConvertAll(stored, s => s.Name);
        screen.Result(
            new { file = output, format = OptionsJson.TextOf(asked.To), networks = names, weights, bytes },
            [
                .. OnTraining(stored, asked.Model), .. stored.SelectMany(OnDropped),
                Written(output, string.Join(", ", names), asked.Model, weights, bytes),
                $"Keys begin with the network's name; --network {names[0]} alone writes them bare.",
            ]);
        return ExitCode.Done;
    }

    /// <summary>Loads a network, to be written with the steps that are asked for.</summary>
    /// <exception cref="UsageException">it does not translate in so many steps</exception>
    private static Module Load(StoredNetwork stored, ExportOptions asked, bool isGraphOfPicture, Device device)
    {
        var network = isGraphOfPicture ? stored.Load(device) : stored.LoadWhole(device);
        if (asked.Steps is not { } count)
        {
            return network;
        }

        var stepped = network as SteppedGenerator
            ?? throw new UsageException($"--steps does not fit {asked.Model}: {stored.Name} translates in one step");
        var most = stored.Generator!.Conditions!.Steps!.Most;
        stepped.Steps = count <= most ? count
            : throw new UsageException($"--steps must be between 1 and {most} for {asked.Model}, not {count}");
        return stepped;
    }

    /// <summary>Writes a file.</summary>
    /// <returns>its bytes; null for a pipe or a device</returns>
    private static long? Write(ExportOptions asked, Module network, StoredNetwork stored, string output, ExportSettings settings)
    {
        switch (asked.To)
        {
            case ExportFormat.Safetensors:
                NetworkExporter.ToSafetensors(network, output, settings);
                break;
            case ExportFormat.Pth:
                NetworkExporter.ToPth(network, output, settings);
                break;
            case ExportFormat.Onnx when stored.Generator is { } spec
                && (!spec.ReadsPictures || (spec.Conditions is { } takes && (network is not Layer || takes.Steps is not null))):
                NetworkExporter.ToOnnx(network, spec, output, settings);
                break;
            case ExportFormat.Onnx when stored.Graph is { } made:
                NetworkExporter.ToOnnx(network, made, output, settings);
                break;
            default:
                NetworkExporter.ToOnnx(
                    network as Layer ?? throw new InteropException(
                        $"{stored.Name} of {asked.Model} {(network as INotExportable)?.WhyNotExportable ?? "takes more than one input"}, " +
                            "which export can't write as a graph; --to safetensors or pth writes its weights"),
                    output, settings);
                break;
        }

        return SizeOf(output);
    }

    /// <summary>Writes a page that runs a generator, and the graph beside it.</summary>
    /// <returns>bytes of the folder</returns>
    /// <exception cref="InteropException">a page can't run the network, or the runtime can't be fetched</exception>
    private static long? WritePage(
        string model, Module network, StoredNetwork stored, string folder, ExportSettings settings, bool examples)
    {
        var layer = network as Layer
            ?? throw new InteropException($"{stored.Name} of {model} takes more than one input, which a page can't give it");
        var inputs = ShownInputs.Of(model, stored.Generator!, stored.Options, stored.Description);
        var page = new ModelPage(
            ZooModel.NameOf(model), stored.Generator!, examples ? inputs : inputs with { Examples = [] },
            SideBySide.Of(stored.Options, stored.Generator!, stored.Description));
        var temporary = Directory.CreateTempSubdirectory("ilgpugan-page-");
        try
        {
            var graph = Path.Combine(temporary.FullName, "model.onnx");
            NetworkExporter.ToOnnx(layer, stored.Generator!, graph, settings);
            return page.Write(folder, graph, RuntimePackage.Fetch());
        }
        finally
        {
            Disk.Current.DeleteFolder(temporary.FullName);
        }
    }

    private static string Written(string output, string networks, string model, long weights, long? bytes) =>
        Invariant.Text($"{output}: {networks} of {model}, {weights:N0} weights") +
            (bytes is null ? "" : Invariant.Text($", {bytes:N0} bytes"));

    /// <summary>Bytes of a file that was written; null for a pipe or a device, of which they can't be told.</summary>
    private static long? SizeOf(string output) =>
        OutputPath.StandardStream(output) is null && !FileStatus.IsSpecial(output) ? new FileInfo(output).Length : null;

    /// <summary>Names the networks of the model that the file lacks.</summary>
    private static IEnumerable<string> OnOthers(NetworkFile file, StoredNetwork stored, string[] needed, string model)
    {
        var role = FamilyCatalog.Of(stored.Options).Networks(stored.Options).ToLookup(n => n.Role, n => n.Name)
            .First(alike => alike.Contains(stored.Name)).Intersect(file.Networks.Select(n => n.Name)).ToList();
        if (role.Count > 1)
        {
            yield return $"{model} has {string.Join(", ", role)}; the file holds {stored.Name} alone.";
        }

        if (needed.Length > 0)
        {
            yield return $"The file lacks {string.Join(", ", needed)}, which {stored.Name} takes values from. All in one file: " +
                AllOf([stored.Name, .. needed]);
        }
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
}

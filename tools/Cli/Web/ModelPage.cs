using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Web;

/// <summary>
/// Writes a folder with one page that runs a model in the browser: from any file server, or opened as a file. An opened file may load
/// scripts and nothing else, so the model and the runtime are stored in scripts, as Base64, in parts that static hosts and browsers accept.
/// </summary>
/// <param name="Title">the model's name on the page</param>
/// <param name="Spec">the model's inputs and outputs</param>
/// <param name="Inputs">palette, drawing size and examples</param>
/// <param name="Pairs">the side-by-side pairs that the model was trained on, one half of which it reads; null without such pairs</param>
internal sealed partial record ModelPage(string Title, GeneratorSpec Spec, ShownInputs Inputs, SideBySide? Pairs)
{
    /// <summary>A multiple of three: only the last part has Base64 padding. As text 16 MiB, below the limits of static hosts.</summary>
    internal const int PartBytes = 12 << 20;

    private const string Resources = "IlgpuGan.Cli.Web.Page.";

    /// <summary>Modules, each after those that it imports.</summary>
    private static readonly string[] s_modules =
        ["compare.js", "drawing.js", "sources.js", "suiting.js", "resizing.js", "numbers.js", "web.js"];

    private static readonly string[] s_files = ["index.html", "page.css", "icon.svg"];

    /// <summary>The reason why a page can't run a generator; null if it can.</summary>
    public static string? Obstacle(GeneratorSpec spec) =>
        spec.Conditions is { HasInputs: true } ? "needs more inputs than a picture, which the page does not support"
            : spec.Labels is null && spec.InputChannels is not (1 or 3) ? $"reads {spec.InputChannels} channels; the page has 1 or 3"
            : spec.OutputChannels is not (1 or 3) ? $"makes {spec.OutputChannels} channels; the page shows 1 or 3"
            : null;

    /// <summary>Writes the page.</summary>
    /// <param name="folder">an empty folder</param>
    /// <param name="model">an ONNX file, whose metadata may ask for a long side</param>
    /// <param name="runtime">runs the model in a browser</param>
    /// <returns>bytes of all files written</returns>
    /// <exception cref="IOException">a file can't be written</exception>
    public long Write(string folder, string model, RuntimePackage runtime)
    {
        foreach (var name in s_files)
        {
            Write(folder, name, Resource(name));
        }

        Write(folder, "page.js", Script());
        Write(folder, "README.txt", Readme());
        AtomicFile.Write(Path.Combine(folder, RuntimePackage.ScriptName), file => file.Write(runtime.Script), durable: false);
        using var graph = Disk.OpenRead(model);
        var files = new Dictionary<string, PartedFile>(StringComparer.Ordinal)
        {
            ["runtime"] = WriteParts(folder, "runtime", new MemoryStream(runtime.Module)),
            ["binary"] = WriteParts(folder, "binary", new MemoryStream(runtime.Binary)),
            ["model"] = WriteParts(folder, "model", graph),
        };
        Write(folder, "settings.js", $"globalThis.ilgpuganSettings = {JsonSerializer.Serialize(Settings(files, LongSideIn(model)))};\n");
        return Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);
    }

    /// <summary>Bundles the modules into one script: a page that is opened as a file can't load modules.</summary>
    internal static string Script()
    {
        var script = new StringBuilder("'use strict';\n(async () => {\n");
        foreach (var module in s_modules)
        {
            script.Append(Export().Replace(Import().Replace(Resource(module), ""), ""));
        }

        return script.Append("})();\n").ToString();
    }

    private static PartedFile WriteParts(string folder, string name, Stream content)
    {
        var part = new byte[PartBytes];
        var (count, bytes) = (0, 0L);
        while (content.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) is > 0 and var read)
        {
            var text = Convert.ToBase64String(part, 0, read);
            Write(folder, $"{name}-{count}.js", $"ilgpuganPart('{name}', {count}, '{text}');\n");
            (count, bytes) = (count + 1, bytes + read);
        }

        return new PartedFile(count, bytes);
    }

    /// <summary>Writes a file of the page; an error names it and says why.</summary>
    private static void Write(string folder, string name, string text) => AtomicFile.Write(
        Path.Combine(folder, name), file => file.Write(Encoding.UTF8.GetBytes(text)), durable: false);

    /// <summary>The length of the longer side at which longer pictures are translated; null for their own.</summary>
    private static int? LongSideIn(string model)
    {
        using var file = TensorFile.Open(model);
        if (!WeightsDescription.IsIn(file))
        {
            return null;
        }

        var (networks, options) = WeightsDescription.ReadNetworks(file);
        return WeightsDescription.Read(file, options, networks).Values.FirstOrDefault()?.LongSide;
    }

    private object Settings(IReadOnlyDictionary<string, PartedFile> files, int? longSide) => new
    {
        name = Title,
        about = Spec.Description,
        input_channels = Spec.InputChannels,
        side_multiple = Spec.SideMultiple,
        smallest_side = Spec.SmallestSide,
        long_side = Spec.Labels is null ? longSide : null,
        labels = Spec.Labels is not { } labels ? null : new
        {
            classes = labels.Coding.Classes,
            unknown = labels.Coding.HasUnknown,
            planes = labels.Coding.Planes,
            numbers = labels.Coding.Palette is null,
            borders = labels.HasBorders,
            side = labels.Side,
        },
        palette = Inputs.Palette?.Select(c => $"#{c:x6}"),
        pairs = Pairs is null ? null : new { shapes = Pairs.Shapes, half = Pairs.Trained == Direction.AToB ? "left" : "right" },
        side = Inputs.Side,
        examples = Inputs.Examples.Select(Inputs.FileOf).Select(file => $"data:{file.Type};base64,{Convert.ToBase64String(file.Bytes)}"),
        part_bytes = PartBytes,
        files = files.ToDictionary(f => f.Key, f => new { parts = f.Value.Count, bytes = f.Value.Bytes }),
    };

    private string Readme() =>
        $"""
        {Title}: a page that runs the model in a browser. Put the whole folder on any web server for files, or try it here:

            ilgpugan serve --page .

        Chromium runs index.html as a file, too.

        {RuntimePackage.ScriptName}, runtime-0.js and binary-*.js are ONNX Runtime Web {RuntimePackage.Version},
        copyright (c) Microsoft Corporation, under the MIT licence: https://github.com/microsoft/onnxruntime/blob/main/LICENSE

        """;

    internal static string Resource(string name)
    {
        using var stream = typeof(ModelPage).Assembly.GetManifestResourceStream(Resources + name)
            ?? throw new InvalidOperationException($"the program lacks its resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^import .*\n", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex("^export ", RegexOptions.Multiline)]
    private static partial Regex Export();

    /// <summary>A file that is split into parts.</summary>
    private sealed record PartedFile(int Count, long Bytes);
}

using System.Reflection;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// A small bundled model, trained by this program. <c>zoo:NAME</c> can be used in place of a run or a file with
/// networks. Its weights, its card and a picture of its outputs are embedded in the library, from <c>models/zoo/</c>.
/// </summary>
internal sealed class ZooModel
{
    /// <summary>The prefix that distinguishes a name from a path.</summary>
    public const string Prefix = "zoo:";

    private const string Folder = "IlgpuGan.Models.zoo.";
    private const string WeightsEnding = ".safetensors";

    private static readonly Assembly s_library = typeof(ZooModel).Assembly;

    private static readonly Lazy<IReadOnlyList<ZooModel>> s_all = new(() =>
    [
        .. s_library.GetManifestResourceNames()
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(WeightsEnding, StringComparison.Ordinal))
            .Select(n => new ZooModel(n[Folder.Length..^WeightsEnding.Length])).OrderBy(m => m.Name, StringComparer.Ordinal),
    ]);

    private ZooModel(string name) => Name = name;

    /// <summary>All bundled models, by name.</summary>
    public static IReadOnlyList<ZooModel> All => s_all.Value;

    /// <summary>Name without <see cref="Prefix"/>.</summary>
    public string Name { get; }

    /// <summary>Name with <see cref="Prefix"/>, as used in place of a path.</summary>
    public string Path => Prefix + Name;

    /// <summary>The model card in Markdown: data, licence, steps, seed, scores, the commands of the training, and limits.</summary>
    public string Card
    {
        get
        {
            using var reader = new StreamReader(Resource(".md"));
            return reader.ReadToEnd();
        }
    }

    /// <summary>A one-sentence description: the first sentence of the card.</summary>
    public string Summary => Card.Split('\n')[2];

    /// <summary>Size of the weights in bytes.</summary>
    public long Bytes
    {
        get
        {
            using var weights = Resource(WeightsEnding);
            return weights.Length;
        }
    }

    /// <summary>Name of the network that made <see cref="Outputs"/>: the file's first generator.</summary>
    public string Network
    {
        get
        {
            using var file = NetworkFile.Open(Path);
            return file.Networks[0].Name;
        }
    }

    /// <summary>Some held-out inputs, of the size used in training.</summary>
    public IReadOnlyList<Picture> Inputs => Shown(row: 0);

    /// <summary>Pictures to try: photographs as large as it paints, if it has some; <see cref="Inputs"/> otherwise.</summary>
    public IReadOnlyList<Picture> Examples =>
        s_library.GetManifestResourceInfo(Folder + Name + ".jpg") is null
            ? Inputs
            : Squares(".jpg", rows: 1, row: 0);

    /// <summary>The outputs for <see cref="Inputs"/>, with default settings.</summary>
    public IReadOnlyList<Picture> Outputs => Shown(row: 1);

    /// <summary>Whether a text is the name of a bundled model, existing or not, rather than a path.</summary>
    public static bool IsName(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name of a run, a file or a bundled model, without folders, extension and <see cref="Prefix"/>.</summary>
    public static string NameOf(string path) => IsName(path) ? path[Prefix.Length..] : RunDirectory.NameOf(path);

    /// <param name="text">the name with <see cref="Prefix"/></param>
    /// <exception cref="RunException">there is no such model; the message lists the names</exception>
    public static ZooModel Find(string text) => All.FirstOrDefault(m => m.Path == text)
        ?? throw new RunException($"{text}: there is no such model; there are {string.Join(", ", All.Select(m => m.Path))}");

    /// <summary>Opens the tensors of a file or of a bundled model.</summary>
    /// <param name="path">a file, or a name with <see cref="Prefix"/></param>
    /// <exception cref="RunException">there is no model of that name</exception>
    /// <exception cref="IOException">the file is missing, can't be read, or is damaged</exception>
    public static TensorFile OpenTensors(string path)
    {
        if (!IsName(path))
        {
            return TensorFile.Open(path);
        }

        var model = Find(path);
        return new SafetensorsFile(model.Path, model.ReadAll(WeightsEnding));
    }

    /// <summary>A row of the embedded picture: inputs above, outputs below.</summary>
    private List<Picture> Shown(int row) => Squares(".png", rows: 2, row);

    private List<Picture> Squares(string ending, int rows, int row)
    {
        var picture = PictureFile.Decode(ReadAll(ending), Path);
        var side = picture.Height / rows;
        return [.. Enumerable.Range(0, picture.Width / side).Select(i => picture.Crop(i * side, row * side, side, side))];
    }

    private byte[] ReadAll(string ending)
    {
        using var stream = Resource(ending);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private Stream Resource(string ending) => s_library.GetManifestResourceStream(Folder + Name + ending)
        ?? throw new InvalidOperationException($"{Path}: its {ending} is not in the library");
}

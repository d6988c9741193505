using Microsoft.AspNetCore.Http;

namespace IlgpuGan.Serve;

/// <summary>The models of a server by name: no text of a request ever becomes a path.</summary>
internal sealed class ModelShelf
{
    private readonly Dictionary<string, ServedModel> _models = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were named.</summary>
    public IReadOnlyList<ServedModel> All { get; }

    /// <summary>Opens all of them.</summary>
    /// <param name="paths">runs, checkpoints or files; each is called by the last part of its path</param>
    /// <param name="thread">whose device they go to; to be called on that thread</param>
    public ModelShelf(IReadOnlyList<string> paths, ComputeThread thread)
    {
        All = [.. paths.Select(path => Add(path, thread))];
    }

    /// <exception cref="Refusal">there is none of that name</exception>
    public ServedModel Find(string? name) => name is not null && _models.TryGetValue(name, out var model) ? model
        : throw new Refusal(StatusCodes.Status404NotFound, "there is no model of that name; GET /api/models lists those that there are");

    private ServedModel Add(string path, ComputeThread thread)
    {
        var full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        var plain = Directory.Exists(full) ? Path.GetFileName(full) : Path.GetFileNameWithoutExtension(full);
        var name = plain;
        for (var n = 2; _models.ContainsKey(name); n++)
        {
            name = $"{plain}-{n}";
        }

        return _models[name] = ServedModel.Open(name, path, thread);
    }
}

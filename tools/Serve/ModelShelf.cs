using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>The models of a server by name: no text of a request ever becomes a path.</summary>
internal sealed class ModelShelf : IDisposable
{
    private readonly Dictionary<string, IServed> _models = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were named.</summary>
    public IReadOnlyList<IServed> All { get; }

    /// <summary>Opens all of them.</summary>
    /// <param name="paths">runs, checkpoints or files; each is called by the last part of its path; or models of the zoo</param>
    /// <param name="device">where they go; to be called in its work queue</param>
    public ModelShelf(IReadOnlyList<string> paths, Device device)
    {
        try
        {
            All = [.. paths.Select(path => Add(path, device))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One that translates.</summary>
    /// <exception cref="Refusal">there is none of that name, or it makes pictures of nothing</exception>
    public ServedModel Find(string? name) => Any(name) as ServedModel
        ?? throw Refusal.Bad($"{name} generates pictures and does not translate: POST /api/models/{{name}}/generate");

    /// <summary>One that makes pictures of nothing.</summary>
    /// <exception cref="Refusal">there is none of that name, or it translates</exception>
    public ServedGenerator FindGenerator(string? name) => Any(name) as ServedGenerator
        ?? throw Refusal.Bad($"{name} translates pictures and does not generate: POST /api/models/{{name}}/translate");

    /// <summary>To be called in the work queue of their device.</summary>
    public void Dispose()
    {
        foreach (var model in _models.Values.OfType<IDisposable>())
        {
            model.Dispose();
        }
    }

    private IServed Any(string? name) => name is not null && _models.TryGetValue(name, out var model) ? model
        : throw new Refusal(StatusCodes.Status404NotFound, "there is no model of that name; GET /api/models lists them");

    private IServed Add(string path, Device device)
    {
        var plain = PlainNameOf(path);
        var name = plain;
        for (var n = 2; _models.ContainsKey(name); n++)
        {
            name = $"{plain}-{n}";
        }

        return _models[name] = PictureGenerator.IsFor(path) ? new ServedGenerator(name, PictureGenerator.Open(path, device))
            : ServedModel.Open(name, path, device);
    }

    private static string PlainNameOf(string path)
    {
        if (ZooModel.IsName(path))
        {
            return ZooModel.Find(path).Name;
        }

        var full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        return Directory.Exists(full) ? Path.GetFileName(full) : Path.GetFileNameWithoutExtension(full);
    }
}

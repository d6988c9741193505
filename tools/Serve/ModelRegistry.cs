using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Serve;

/// <summary>A model that requests address by name.</summary>
internal interface INamedModel
{
    string Name { get; }

    /// <summary>The model's entry in <c>GET /api/models</c>.</summary>
    object Describe();
}

/// <summary>The models of a server by name: no text of a request ever becomes a path.</summary>
internal sealed class ModelRegistry : IDisposable
{
    private readonly Dictionary<string, INamedModel> _models = new(StringComparer.Ordinal);

    /// <summary>All models, in the order in which they were given.</summary>
    public IReadOnlyList<INamedModel> All { get; }

    /// <summary>Opens all models. To be called in the device's work queue.</summary>
    /// <param name="paths">runs, checkpoints or files, each named by the last part of its path, or bundled models</param>
    /// <param name="device">computes the models</param>
    public ModelRegistry(IReadOnlyList<string> paths, Device device)
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

    /// <summary>Finds a model that translates.</summary>
    /// <exception cref="Refusal">there is no model of that name, or it generates pictures</exception>
    public ServedModel Find(string? name) => Any(name) as ServedModel
        ?? throw Refusal.Bad($"{name} generates pictures and does not translate: POST /api/models/{{name}}/generate");

    /// <summary>Finds a model that generates pictures.</summary>
    /// <exception cref="Refusal">there is no model of that name, or it translates</exception>
    public ServedGenerator FindGenerator(string? name) => Any(name) as ServedGenerator
        ?? throw Refusal.Bad($"{name} translates pictures and does not generate: POST /api/models/{{name}}/translate");

    /// <summary>To be called in the device's work queue.</summary>
    public void Dispose()
    {
        foreach (var model in _models.Values.OfType<IDisposable>())
        {
            model.Dispose();
        }
    }

    private INamedModel Any(string? name) => name is not null && _models.TryGetValue(name, out var model) ? model
        : throw new Refusal(StatusCodes.Status404NotFound, "there is no model of that name; GET /api/models lists them");

    private INamedModel Add(string path, Device device)
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

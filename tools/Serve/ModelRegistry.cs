using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Serve;

/// <summary>A model that requests address by name.</summary>
internal interface INamedModel
{
    string Name { get; }

    /// <summary>The model's entry in <c>GET /api/models</c>.</summary>
    JsonObject Describe();
}

/// <summary>
/// The models of a server by name: no text of a request ever becomes a path. A model that trains on is opened again where it has a newer
/// file; a request that has its model already keeps it.
/// </summary>
internal sealed class ModelRegistry : IDisposable
{
    private readonly Device _device;
    private readonly Action<Exception>? _failed;
    private readonly List<Place> _places = [];

    /// <summary>Opens all models. To be called in the device's work queue.</summary>
    /// <param name="paths">runs, checkpoints or files, each named by the last part of its path, or bundled models</param>
    /// <param name="device">computes the models</param>
    /// <param name="failed">receives the error where a newer file can't be opened; its predecessor stays</param>
    public ModelRegistry(IReadOnlyList<string> paths, Device device, Action<Exception>? failed)
    {
        (_device, _failed) = (device, failed);
        try
        {
            foreach (var path in paths)
            {
                var plain = ZooModel.NameOf(path);
                var name = plain;
                for (var n = 2; _places.Exists(p => p.Model.Name == name); n++)
                {
                    name = $"{plain}-{n}";
                }

                var version = VersionOf(path);
                _places.Add(new Place(path, Open(name, path)) { Version = version });
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The number of models.</summary>
    public int Count => _places.Count;

    /// <summary>All models, in the order in which they were given.</summary>
    public async Task<IReadOnlyList<INamedModel>> All()
    {
        foreach (var place in _places)
        {
            await Newest(place);
        }

        return [.. _places.Select(p => p.Model)];
    }

    /// <summary>Finds a model that translates.</summary>
    /// <exception cref="Refusal">there is no model of that name, or it generates pictures</exception>
    public async Task<ServedModel> Find(string? name) => await Any(name) as ServedModel
        ?? throw Refusal.Bad($"{name} generates pictures and does not translate: POST /api/models/{{name}}/generate");

    /// <summary>Finds a model that generates pictures.</summary>
    /// <exception cref="Refusal">there is no model of that name, or it translates</exception>
    public async Task<ServedGenerator> FindGenerator(string? name) => await Any(name) as ServedGenerator
        ?? throw Refusal.Bad($"{name} translates pictures and does not generate: POST /api/models/{{name}}/translate");

    /// <summary>To be called in the device's work queue.</summary>
    public void Dispose()
    {
        foreach (var model in _places.Select(p => p.Model).OfType<IDisposable>())
        {
            model.Dispose();
        }
    }

    private async Task<INamedModel> Any(string? name) => _places.Find(p => p.Model.Name == name) is { } place ? await Newest(place)
        : throw Refusal.UnknownModel();

    /// <summary>
    /// Opens a model again if its file has changed. What was open before is left to the garbage collector, since requests may wait that
    /// have it.
    /// </summary>
    private async Task<INamedModel> Newest(Place place)
    {
        if (VersionOf(place.Path) == place.Version)
        {
            return place.Model;
        }

        return await _device.WorkQueue.RunAsync(() =>
        {
            var version = VersionOf(place.Path);
            if (version != place.Version)
            {
                place.Version = version; // Before it is opened: a file that can't be is not tried again until it changes.
                try
                {
                    place.Model = Open(place.Model.Name, place.Path);
                }
                catch (Exception problem)
                {
                    _failed?.Invoke(problem);
                }
            }

            return place.Model;
        });
    }

    /// <summary>Gives back what the models' latest forward passes hold. To be called in the device's work queue.</summary>
    public void ReleaseMemory()
    {
        foreach (var model in _places.Select(p => p.Model).OfType<ServedModel>())
        {
            model.Model.ReleaseMemory();
        }
    }

    private INamedModel Open(string name, string path) => PictureGenerator.IsFor(path)
        ? new ServedGenerator(name, PictureGenerator.Open(path, _device))
        : ServedModel.Open(name, path, _device);

    /// <summary>A text that changes whenever a model's file is written, or another is in its place; empty if there is none.</summary>
    private static string VersionOf(string path)
    {
        if (ZooModel.IsName(path))
        {
            return "";
        }

        try
        {
            // A link has a time and a length of its own.
            var file = new FileInfo(FileStatus.RealPath(NetworkFile.FileOf(path)));
            return file.Exists ? $"{file.FullName}:{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "";
        }
        catch (Exception problem) when (problem is InteropException or IOException or UnauthorizedAccessException)
        {
            return ""; // Who opens it is told why.
        }
    }

    private sealed class Place(string path, INamedModel model)
    {
        public string Path => path;

        public INamedModel Model { get; set; } = model;

        public string Version { get; set; } = "";
    }
}

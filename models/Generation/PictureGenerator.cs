using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Generation;

/// <summary>
/// A trained model that generates pictures from noise, labels or its single training picture. For one thread at a time, that of its device:
/// threads that share it take turns in the device's <see cref="Device.WorkQueue"/>.
/// </summary>
public sealed class PictureGenerator : IDisposable
{
    private readonly string _path;
    private readonly GanModel _model;
    private readonly long _steps;
    private readonly GenerationSpec _spec;
    private volatile bool _isDisposed;

    private PictureGenerator(string path, GanModel model, long steps, GenerationSpec spec) =>
        (_path, _model, _steps, _spec) = (path, model, steps, spec);

    /// <summary>The options of the training.</summary>
    public TrainingOptions Options => _model.Options;

    /// <summary>Steps that were trained.</summary>
    public long Step => _steps;

    /// <summary>Tells its weights from others.</summary>
    internal string Weights => string.Join(' ', _model.Networks.Select(network => WeightsHash.Of(network.Network)));

    /// <summary>Inputs and options of the generation.</summary>
    public GenerationSpec Spec => _spec;

    /// <summary>The finest trained scale, for models whose generation can start at a given scale; otherwise 0.</summary>
    public int FinestScale => _spec.Uses.HasFlag(GenerationUses.FromScale) && _steps > 0 ? _model.StageAt(_steps - 1) : 0;

    /// <summary>Whether a run or a file is a checkpoint of a model that generates pictures and does not translate.</summary>
    /// <param name="path">a run's directory or a file, which may not exist</param>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static bool IsFor(string path) => OptionsOf(path) is not null;

    /// <summary>The options of such a checkpoint; null if it is none.</summary>
    /// <inheritdoc cref="IsFor"/>
    internal static TrainingOptions? OptionsOf(string path) =>
        !File.Exists(FileOf(path)) ? null
        : Directory.Exists(path) ? Checkpoint.ReadLatest(new RunDirectory(path), OptionsIn)
        : OptionsIn(path);

    private static TrainingOptions? OptionsIn(string file)
    {
        using var opened = TensorFile.Open(file);
        return Checkpoint.IsCheckpoint(opened) && Checkpoint.Read(opened).Options is var options
            && FamilyCatalog.Of(options).OnlyGenerates(options) ? options : null;
    }

    /// <param name="path">a run's directory or one of its checkpoints</param>
    /// <param name="device">the device to compute on</param>
    /// <exception cref="RunException">there is no such run, or its family translates pictures instead</exception>
    /// <exception cref="IOException">the checkpoint can't be read or is damaged</exception>
    public static PictureGenerator Open(string path, Device device)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(device);
        var file = FileOf(path);
        if (ZooModel.IsName(path))
        {
            throw new RunException($"{ZooModel.Find(path).Path}: translates pictures and does not generate; use " +
                "'translate' instead of 'generate'");
        }

        if (!File.Exists(file) && !Directory.Exists(path))
        {
            throw new RunException($"{path}: there is no such file or run");
        }

        var stored = Directory.Exists(path) ? Checkpoint.ReadLatest(new RunDirectory(path), Checkpoint.Read) : Checkpoint.Read(file);
        var options = stored.Options with { Precision = Precision.Fp32 };
        var family = FamilyCatalog.Of(options);
        var spec = family.Generation(options) ?? throw new RunException(family.Generators(options).Count > 0
            ? $"{path}: {options.Model} translates pictures and does not generate; use 'translate' instead of 'generate'"
            : $"{path}: this {options.Model} generates points, not pictures");
        var model = family.Create(options, device);
        try
        {
            return new PictureGenerator(path, model, Checkpoint.Load(file, model).Step, spec);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Generates pictures, one batch ahead of the consumer.</summary>
    /// <exception cref="OptionsException">
    /// the request contains something that the family does not support, or that the run has not trained yet
    /// </exception>
    /// <exception cref="ObjectDisposedException">the generator was disposed</exception>
    /// <exception cref="PictureException">the model makes values that are not numbers</exception>
    public IEnumerable<Picture> Generate(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_spec.Problems(Options.Model, request).FirstOrDefault() is { } problem)
        {
            throw problem;
        }

        return Pictures(request with { StepsTaken = _steps });
    }

    /// <summary>Waits for the work under way in the device's queue and gives back all memory. Final.</summary>
    public void Dispose() => _model.Device.WorkQueue.RunLast(() =>
    {
        _isDisposed = true;
        _model.Dispose();
    });

    private static string FileOf(string path) => Directory.Exists(path) ? new RunDirectory(path).Latest : path;

    private IEnumerable<Picture> Pictures(GenerationRequest request)
    {
        foreach (var batch in _model.Generate(request))
        {
            using (batch)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                foreach (var picture in PictureTensors.ToPictures(
                    batch, new bool[batch.Shape[0]], $"{_path}: its {Options.Model} makes values"))
                {
                    yield return picture;
                }
            }
        }
    }
}

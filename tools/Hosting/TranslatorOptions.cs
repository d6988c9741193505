using IlgpuGan.Models.Data;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Hosting;

/// <summary>The models of an application, their device and their limits.</summary>
public sealed class TranslatorOptions
{
    private readonly Dictionary<string, (string Path, TranslationSettings? Settings)> _models = new(StringComparer.Ordinal);

    /// <summary>The device that computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>opencl</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads of <c>cpu</c>; 0 for one per core.</summary>
    public int Threads { get; set; }

    /// <summary>
    /// Pictures that may be decoded and in memory at once. Before that, the streams of four times as many requests may be read; others
    /// wait unread.
    /// </summary>
    public int MaxConcurrency { get; set; } = 8;

    /// <summary>Requests that may wait; one more raises a <see cref="TranslatorBusyException"/>.</summary>
    public int MaxQueueLength { get; set; } = 1000;

    /// <summary>Largest size of a stream, in bytes.</summary>
    public long MaxBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Time in which a stream must arrive, or else it is refused by a <see cref="PictureException"/>: 30 seconds by default, as in
    /// <c>ilgpugan serve</c>. For what has arrived there is as much time on top as a line of 20 kB a second takes.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Pictures with more pixels are reduced to so many, in their proportions, since memory and time grow with them: 3 megapixels by
    /// default, as in <c>ilgpugan serve</c>. <see cref="TranslationSettings.MaxPixels"/> of a model comes first.
    /// </summary>
    public long MaxPixels { get; set; } = BoundedPicture.DefaultMaxPixels;

    internal IReadOnlyDictionary<string, (string Path, TranslationSettings? Settings)> Models => _models;

    /// <summary>Adds a model.</summary>
    /// <param name="name">the key of its <see cref="ITranslator"/></param>
    /// <param name="path">a run's folder, a checkpoint, a weights file, an ONNX graph, or <c>zoo:NAME</c></param>
    /// <param name="settings">the defaults if null</param>
    /// <exception cref="ArgumentException">there is a model of that name already</exception>
    public TranslatorOptions Add(string name, string path, TranslationSettings? settings = null)
    {
        return _models.TryAdd(name, (path, settings)) ? this : throw new ArgumentException(
            $"{path}: there is a model '{name}' already, {_models[name].Path}; give this one another name", nameof(name));
    }

    /// <exception cref="ArgumentException">a number is too small, or no model was added</exception>
    internal void Check()
    {
        if (_models.Count == 0)
        {
            throw new ArgumentException("AddIlgpuGan needs a model: options.Add(\"facades\", \"zoo:facades\")");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrency, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxQueueLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Patience, TimeSpan.FromDays(1));
    }
}

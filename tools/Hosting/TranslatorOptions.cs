using IlgpuGan.Models.Translation;

namespace IlgpuGan.Hosting;

/// <summary>The models of an application, and how much of it they may take.</summary>
public sealed class TranslatorOptions
{
    private readonly Dictionary<string, (string Path, TranslationSettings? Settings)> _models = new(StringComparer.Ordinal);

    /// <summary>Where networks are computed: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>opencl</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Threads of <c>cpu</c>; 0 for one a core.</summary>
    public int Threads { get; set; }

    /// <summary>Pictures that are decoded and in memory at once. Others wait, streams among them unread.</summary>
    public int MostAtOnce { get; set; } = 8;

    /// <summary>Requests that may wait; one more is refused by a <see cref="TranslatorBusyException"/>.</summary>
    public int MostWaiting { get; set; } = 1000;

    /// <summary>Bytes that a stream may have.</summary>
    public long MostBytes { get; set; } = 64 << 20;

    internal IReadOnlyDictionary<string, (string Path, TranslationSettings? Settings)> Models => _models;

    /// <summary>Adds a model.</summary>
    /// <param name="name">the key of its <see cref="ITranslator"/></param>
    /// <param name="path">a run's folder, a checkpoint, a weights file, an ONNX graph, or <c>zoo:NAME</c></param>
    /// <param name="settings">the defaults if null</param>
    /// <exception cref="ArgumentException">there is one of that name</exception>
    public TranslatorOptions Add(string name, string path, TranslationSettings? settings = null)
    {
        _models.Add(name, (path, settings));
        return this;
    }

    /// <exception cref="ArgumentException">a number is too small, or no model was added</exception>
    internal void Check()
    {
        if (_models.Count == 0)
        {
            throw new ArgumentException("AddIlgpuGan needs a model: options.Add(\"facades\", \"zoo:facades\")");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MostAtOnce, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MostWaiting);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostBytes, 1);
    }
}

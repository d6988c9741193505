using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation.Layerwise;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Translates pictures with a trained generator. Thread-safe: calls queue in the device's <see cref="Device.WorkQueue"/>, and queued calls
/// are batched where that changes no bit of the result. Pictures of any size are padded by reflection to a size that the network accepts,
/// and the result is cropped. Alpha is kept; 16-bit inputs give 16-bit outputs. To be disposed before a device that it was given.
/// </summary>
/// <remarks>
/// Settings are checked when it is made, pictures on their way. On the caller's thread a picture is reduced
/// (<see cref="TranslationSettings.MaxPixels"/>), remarked upon, and cut to its half if it looks like a pair: each needs what comes before,
/// and the remarks are on the whole. Then it waits in the queue. In the queue's turn, which one thread has at a time, a
/// <see cref="PictureForward"/> does the rest. It owns the conditions of its samples; the networks and their packed weights unless a
/// <see cref="ResidentModel"/> lends them; the device if it has opened it.
/// </remarks>
public sealed class Translator : IDisposable
{
    private readonly SavedGenerator _generator;

    /// <summary>The generator, bound to the conditions of each sample.</summary>
    private readonly IReadOnlyList<Layer> _generators;

    /// <summary>The conditions themselves, whose tensors this object owns, also where it does not own the network.</summary>
    private readonly IReadOnlyList<ConditionValues> _conditions;

    /// <summary>The packed weights of the network, which all samples share; null if the network has another owner.</summary>
    private readonly CachedWeights? _weights;

    /// <summary>Set in the queue's turn: who waited for it finds out only then.</summary>
    private volatile bool _isDisposed;

    /// <summary>The device, if this object has opened it.</summary>
    private Device? _ownDevice;

    private readonly PictureForward _forward;

    /// <summary>
    /// Sets mode and random state of the networks. Translators that share networks of a <see cref="ResidentModel"/> set them for each
    /// other: of these only the latest is valid.
    /// </summary>
    /// <param name="generators">the generator, once per sample</param>
    /// <param name="device">the generator's device</param>
    /// <param name="settings">null for the defaults</param>
    /// <param name="ownsNetwork">whether the network has no other owner, so that its weights can stay packed</param>
    internal Translator(
        IReadOnlyList<SavedGenerator> generators, Device device, TranslationSettings? settings = null, bool ownsNetwork = true)
    {
        var generator = generators[0];
        (_generator, Device, Settings) = (generator, device, settings ?? new TranslationSettings());
        _weights = ownsNetwork ? new CachedWeights(generator.Network) : null;
        _generators = [.. generators.Select(g => g.Network)];
        _conditions = [.. generators.Select(g => g.Conditions).OfType<ConditionValues>()];
        try
        {
            Settings.RequireFitting(generator);
            _forward = new PictureForward(generator, device, Settings);
        }
        catch
        {
            ReleaseNetworks();
            throw;
        }

        Pairs = new(() => SideBySide.Of(generator.Options, generator.Spec, generator.Description));
        Trained = new(() => TrainedOf(generator.Path, generator.Spec, generator.Options, generator.Description));
        foreach (var layer in _generators)
        {
            layer.Random = Settings.DropoutSeed is { } seed ? new RandomState(seed) : null;
            if (Settings.Eval || generator.UsesRunningStatistics)
            {
                layer.Eval();
            }
            else
            {
                layer.Train();
            }
        }
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">
    /// a run's directory, a checkpoint, a weights file, an ONNX graph from pictures to pictures, or <c>zoo:NAME</c>
    /// </param>
    /// <param name="device">
    /// the device to compute on, which must outlive this object; null for <see cref="Device.OpenBest"/>, which is disposed with this object
    /// </param>
    /// <param name="settings">null for the defaults</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    /// <exception cref="OptionsException">a setting does not fit the generator, or a required setting is missing</exception>
    /// <exception cref="DeviceException">the best device can't be opened</exception>
    public static Translator Open(string path, Device? device = null, TranslationSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var own = device is null ? Device.OpenBest() : null;
        var on = device ?? own!;
        try
        {
            var made = on.WorkQueue.Run(() =>
                new Translator(SavedGenerator.OpenAll(path, on, settings ?? new TranslationSettings()), on, settings));
            made._ownDevice = own;
            return made;
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    /// <summary>Input and output of the generator.</summary>
    public GeneratorSpec Generator => _generator.Spec;

    /// <summary>What the generator's file says of it besides options; null if it says nothing.</summary>
    public WeightsDescription? Description => _generator.Description;

    /// <summary>The generator's training options.</summary>
    /// <exception cref="RunException">the generator is an ONNX graph of another program, or without options</exception>
    public TrainingOptions Options => _generator.Options
        ?? throw new RunException($"{_generator.Spec.Description} is a graph of another program, whose training is unknown");

    /// <summary>Sentences on what was chosen of the model's file, such as averages of weights.</summary>
    public IReadOnlyList<string> Remarks => [.. _generator.Remarks.Select(OptionNames.In)];

    /// <summary>
    /// Whether pictures may share a forward pass: no layer mixes the samples of a batch, draws random numbers or keeps state. ONNX graphs
    /// are excluded, because the batch size of another program's may be fixed, also inside the graph.
    /// </summary>
    public bool AllowsBatches => _forward.AllowsBatches;

    internal TranslationSettings Settings { get; }

    /// <summary>The settings that decide, the file's where the user sets none.</summary>
    private TranslationSettings Resolved => Settings with
    {
        Scratch = null, Overlap = Settings.OverlapOfTiles, LongSide = Settings.LongSideOr(Description?.LongSide),
        Steps = Settings.Steps ?? _generator.Spec.Conditions?.Steps?.Default,
    };

    /// <summary>Whether the generator is a graph, computed as written.</summary>
    internal bool IsGraph => _generator.IsGraph;

    /// <summary>
    /// Tells this translator from those of other weights or settings, also where the file decides; graphs only as far as weights do.
    /// </summary>
    internal string Identity => $"{WeightsHash.Of(_generators[0])} {Resolved} " +
        string.Join(' ', new[] { Settings.Style, Settings.StyleLabels }.OfType<string>().Select(f => $"{File.GetLastWriteTimeUtc(f):O}"));

    /// <summary>Number of samples per picture; null if not set.</summary>
    internal int? Samples => Settings.Samples;

    internal Device Device { get; }

    internal int InputChannels => _generator.Spec.InputChannels;

    /// <summary>How label maps are read; null if the generator reads pictures.</summary>
    internal LabelInput? Labels => _generator.Spec.Labels;

    /// <summary>Whether inputs are label maps of class numbers: of a PNG with a palette, the indices are read, not the colours.</summary>
    internal bool ReadsNumbers => Labels is { Coding.Palette: null };

    /// <summary>The side-by-side pairs that the generator was trained on; null without such pairs.</summary>
    internal Lazy<SideBySide?> Pairs { private get; init; }

    /// <summary>What the generator was trained to read; null if nothing is known.</summary>
    internal Lazy<TrainedInputs?> Trained { private get; init; }

    /// <summary>Whether batches of a shape are exact, by batch shape.</summary>
    internal Dictionary<Shape, bool> ExactBatches
    {
        init => _forward.ExactBatches = value;
    }

    /// <summary>
    /// Translates a picture; with several samples, returns the first. Of a picture that looks like a training pair
    /// (<see cref="SideBySide"/>) only the input half is translated, unless the settings say otherwise.
    /// </summary>
    /// <param name="picture">a picture of any size; gray and colour are converted to the generator's channels</param>
    /// <param name="name">name of the picture, for messages</param>
    /// <exception cref="PictureException">the channels do not fit</exception>
    public Picture Translate(Picture picture, string name = "picture") => TranslateInto(picture, name, 0);

    /// <summary>Translates a picture to all samples that the settings request; a single one if the generator is deterministic.</summary>
    /// <inheritdoc cref="Translate(Picture, string)"/>
    public IReadOnlyList<Picture> TranslateAll(Picture picture, string name = "picture") =>
        [.. Enumerable.Range(0, _generators.Count).Select(sample => TranslateInto(picture, name, sample))];

    /// <summary>Translates a picture to one of the requested samples.</summary>
    /// <param name="picture">a picture as for <see cref="Translate(Picture, string)"/></param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="sample">index of the sample, from 0</param>
    /// <exception cref="PictureException">the channels do not fit</exception>
    public Picture TranslateInto(Picture picture, string name, int sample)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return TranslateQueued(Prepare(picture, name, isFirst: sample == 0), name, sample);
    }

    /// <summary>Translates a picture on another thread.</summary>
    /// <param name="picture">a picture as for <see cref="Translate(Picture, string)"/></param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation, or its tile, is completed</param>
    /// <exception cref="PictureException">the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public Task<Picture> TranslateAsync(Picture picture, string name = "picture", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return TranslateAsync(picture, name, made => made, cancellationToken);
    }

    /// <summary>
    /// Translates the bytes of an image file, as received by a web server, to those of another with the same EXIF, colour profile and
    /// resolution.
    /// </summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation, or its tile, is completed</param>
    /// <exception cref="PictureException">the bytes are no picture, or the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public async Task<byte[]> TranslateAsync(
        ReadOnlyMemory<byte> file, ImageFormat format = ImageFormat.Png, string name = "picture",
        CancellationToken cancellationToken = default) =>
        (await TranslateFileAsync(file, format, name, cancellationToken)).File;

    /// <summary>The same from stream to stream. The input is read to its end; nothing is written if it can't be translated.</summary>
    /// <param name="input">an image file; messages name it if it is a <see cref="FileStream"/></param>
    /// <param name="output">
    /// where the bytes of the translated file go; it is left open. Streams are waited for on any thread, so work of the device's
    /// <see cref="Device.WorkQueue"/> must not wait for the call.
    /// </param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation, or its tile, is completed</param>
    /// <exception cref="PictureException">the bytes are no picture, or the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public async Task TranslateAsync(
        Stream input, Stream output, ImageFormat format = ImageFormat.Png, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, cancellationToken);
        var name = input is FileStream file ? file.Name : "picture";
        await output.WriteAsync(
            await TranslateAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), format, name, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Runs the generator on a displayable picture [1, C, H, W] with sides that the generator accepts: a colour-coded label map is
    /// converted to planes. Not queued, as <see cref="Forward"/>.
    /// </summary>
    /// <param name="picture">the input</param>
    /// <param name="borders">instance borders of a label map, [1, 1, H, W]; null for class borders</param>
    /// <exception cref="DeviceException">another thread computes on the device</exception>
    public Tensor ForwardShown(Tensor picture, Tensor? borders = null)
    {
        if (Labels is not { } labels)
        {
            return Forward(picture);
        }

        var map = labels.Coding.OfShown.Read(PictureTensors.ToPicture(picture), "label map");
        using var planes = _forward.Planes(labels, map, borders?.ToArray() ?? map.Borders());
        return Forward(planes);
    }

    /// <summary>
    /// Runs the generator on a batch [N, C, H, W] with sides that it accepts, in the mode of the settings. Not queued, since its result
    /// belongs to the caller's <see cref="Step"/>: to be called by the only thread that uses the device.
    /// </summary>
    /// <exception cref="DeviceException">another thread computes on the device</exception>
    public Tensor Forward(Tensor batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var output = _forward.Run(batch, _generators[0]);
        var copy = Tensor.Empty(output.Shape, Device);
        Device.Kernels.Run(new CopyCall(output.Span, copy.Span));
        output.Dispose();
        return copy;
    }

    /// <summary>
    /// Waits for the translation under way and gives back all memory, that of the weights included. Final: calls that wait, and later ones,
    /// get an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        Device.WorkQueue.RunLast(Release);
        Interlocked.Exchange(ref _ownDevice, null)?.Dispose();
    }

    /// <summary>
    /// <c>left</c> or <c>right</c> for a picture that looks like a training pair, of which only this half is translated; otherwise null.
    /// </summary>
    internal string? HalfOf(Picture picture) => PairsToSplit?.NameOf(picture, Settings.Direction);

    /// <summary>What is translated of a picture: the input half of one that looks like a training pair, or all of it.</summary>
    internal Picture InputOf(Picture picture) => PairsToSplit?.HalfOf(picture, Settings.Direction)?.Picture ?? picture;

    /// <summary>How a picture differs from what the generator knows: phrases for <see cref="PictureRemarks"/>.</summary>
    /// <param name="picture">the picture</param>
    /// <param name="isFrame">whether it is a frame of a clip, which is no pair</param>
    internal IEnumerable<string> RemarksOn(Picture picture, bool isFrame = false) =>
        TrainedInputs.RemarksOn(picture, isFrame ? null : PairsToSplit, _generator.Spec, Settings, Trained.Value);

    /// <summary>What a generator was trained to read; null if nothing is known, or can be read: there are no remarks then.</summary>
    internal static TrainedInputs? TrainedOf(
        string? path, GeneratorSpec generator, TrainingOptions? options, WeightsDescription? description)
    {
        try
        {
            return path is null || options is null ? null : TrainedInputs.Of(path, generator, options, description);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RunException)
        {
            return null;
        }
    }

    /// <summary>Translates a picture that is no pair, whatever its shape: a frame of a clip, or the half of a pair.</summary>
    internal Picture TranslateWhole(Picture picture, string name) => TranslateQueued(Reduced(picture, name), name, sample: 0);

    /// <summary>Translates the bytes of an image file, and says what of the picture was translated.</summary>
    /// <returns>
    /// the bytes; <c>left</c> or <c>right</c> if only this half of a training pair was translated; and the size, as <c>2044x1533</c>, if
    /// the picture was reduced to it (<see cref="TranslationSettings.MaxPixels"/>)
    /// </returns>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, ImageFormat, string, CancellationToken)"/>
    internal async Task<(byte[] File, string? Half, string? ReducedTo)> TranslateFileAsync(
        ReadOnlyMemory<byte> file, ImageFormat format = ImageFormat.Png, string name = "picture",
        CancellationToken cancellationToken = default)
    {
        var picture = await Device.WorkQueue.TranscodeAsync(PictureRemarks.Carried(() => Decode(file.Span, name)), cancellationToken);
        var made = await TranslateAsync(
            picture, name,
            PictureRemarks.Carried<Picture, byte[]>(made => PictureFile.Encode(made, format, name, ImageMetadata.Read(file.Span))),
            cancellationToken);
        return (made, HalfOf(picture), BoundedPicture.ReducedTo(file.Span, picture));
    }

    /// <summary>What the generator reads of the bytes of an image file.</summary>
    /// <exception cref="PictureException">the bytes are no picture</exception>
    internal Picture Decode(ReadOnlySpan<byte> file, string name) =>
        BoundedPicture.Decode(file, name, Settings.MaxPixels, _generator.Spec);

    /// <summary>Translates pictures of equal size, in the queue's turn.</summary>
    /// <inheritdoc cref="PictureForward.Translate(IReadOnlyList{Picture}, string, Layer, CancellationToken)"/>
    /// <param name="sample">index of the sample, from 0</param>
    /// <exception cref="ObjectDisposedException">the translator was disposed</exception>
    internal IReadOnlyList<Picture> TranslateBatch(
        IReadOnlyList<Picture> pictures, string name, int sample, CancellationToken cancellationToken = default) =>
        Device.WorkQueue.Run(() =>
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _forward.Translate(pictures, name, _generators[sample], cancellationToken);
        });

    /// <summary>Gives back the memory of the latest forward pass, in the queue's turn; the next one takes it again.</summary>
    internal void ReleaseMemory() => Device.WorkQueue.RunLast(_forward.Release);

    /// <summary>The pairs of which a picture is cut to its input half; null if none is cut.</summary>
    private SideBySide? PairsToSplit => Settings.Whole ? null : Pairs.Value;

    /// <summary>
    /// Reduces a picture and cuts it to what is translated of it. Tells who listens how it differs from what the generator knows.
    /// </summary>
    /// <param name="isFirst">false for further samples of a picture, of which all has been told</param>
    private Picture Prepare(Picture given, string name, bool isFirst = true)
    {
        var picture = Reduced(given, name);
        foreach (var remark in isFirst && PictureRemarks.AreHeard ? RemarksOn(picture) : [])
        {
            PictureRemarks.Add(name, remark);
        }

        return InputOf(picture);
    }

    /// <remarks>
    /// A batch is computed by the call of its first picture, and has that one's name. No name can be wrong by that: only label maps, which
    /// are never batched, look for files by it, and if a batch fails, each picture is computed again by its own call.
    /// </remarks>
    private Picture TranslateQueued(Picture picture, string name, int sample) => Device.WorkQueue.Run(
        KindOf(picture, sample), _forward.MostWith(picture), picture, batch => TranslateBatch(batch, name, sample));

    private Task<T> TranslateAsync<T>(Picture given, string name, Func<Picture, T> finish, CancellationToken cancellationToken)
    {
        var picture = Prepare(given, name);
        return Device.WorkQueue.RunAsync(
            KindOf(picture, 0), _forward.MostWith(picture), picture, batch => TranslateBatch(batch, name, 0, cancellationToken), finish,
            cancellationToken);
    }

    private Picture Reduced(Picture picture, string name) =>
        Settings.MaxPixels is { } most ? BoundedPicture.Reduced(picture, name, most, _generator.Spec) : picture;

    /// <summary>The key of calls that can be batched.</summary>
    private BatchKind KindOf(Picture picture, int sample) => new(this, sample, picture.Width, picture.Height);

    private void Release()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _forward.Release();
        ReleaseNetworks();
    }

    private void ReleaseNetworks()
    {
        foreach (var conditions in _conditions)
        {
            conditions.Release();
        }

        _weights?.Dispose();
        foreach (var network in _weights is null ? [] : _generators)
        {
            network.Dispose();
        }
    }

    /// <summary>Calls of the same kind may share a forward pass.</summary>
    private sealed record BatchKind(Translator Translator, int Sample, int Width, int Height);
}

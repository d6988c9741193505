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
public sealed class Translator : IDisposable
{
    /// <summary>Default tile size, which sets the memory of <see cref="TranslationSettings.Exact"/>.</summary>
    private const int ExactTile = 512;

    /// <summary>
    /// Floats in a strip of a layer, input and output together, per pixel of a tile; 64 is the width of the first layers of the reference's
    /// generators.
    /// </summary>
    private const int ExactValuesPerPixel = 64;

    /// <summary>Most pictures in one forward pass; more would delay the next requests.</summary>
    private const int MaxBatchSize = 4;

    /// <summary>Most pixels in one forward pass, which bound its memory.</summary>
    private const int MaxBatchPixels = 3 << 20;

    /// <summary>Most cached batch shapes; users may send pictures of any size.</summary>
    private const int MostShapes = 256;

    private readonly SavedGenerator _generator;

    /// <summary>The generator, bound to the conditions of each sample.</summary>
    private readonly IReadOnlyList<Layer> _generators;

    /// <summary>The conditions themselves, whose tensors this object owns.</summary>
    private readonly IReadOnlyList<ConditionValues> _conditions;

    /// <summary>The packed weights of a network that has no other owner; null if it has one.</summary>
    private readonly CachedWeights? _weights;

    private volatile bool _isDisposed;
    private readonly Device _device;

    /// <summary>The device, if this object has opened it.</summary>
    private Device? _ownDevice;

    private readonly int _multiple;

    /// <summary>The forward pass of a generator, recorded for the latest batch shape, whose memory it holds.</summary>
    private (Layer Generator, RecordedStep Forward)? _recorded;

    /// <summary>Random stream of the noise that tests batches.</summary>
    private const uint TrialStream = 0x7B1A1;

    internal Translator(SavedGenerator generator, Device device, TranslationSettings? settings = null)
        : this([generator], device, settings)
    {
    }

    /// <param name="generators">the generator, once per sample</param>
    /// <param name="device">the generator's device</param>
    /// <param name="settings">null for the defaults</param>
    /// <param name="ownsNetwork">whether the network has no other owner, so that its weights can stay packed</param>
    internal Translator(IReadOnlyList<SavedGenerator> generators, Device device, TranslationSettings? settings, bool ownsNetwork = true)
    {
        var generator = generators[0];
        _generators = [.. generators.Select(g => g.Network)];
        _conditions = [.. generators.Select(g => g.Conditions).OfType<ConditionValues>()];
        (_generator, _device, Settings) = (generator, device, settings ?? new TranslationSettings());
        _multiple = generator.Spec.SideMultiple;
        Pairs = new(() => SideBySide.Of(generator.Options, generator.Spec, generator.Description));
        Trained = new(() => TrainedOf(generator.Path, generator.Spec, generator.Options, generator.Description));
        if (generator.LacksStatistics && Settings.Eval)
        {
            throw new OptionsException(
                "--eval needs the running statistics of training, which this file lacks: it was exported with each picture's own " +
                    "(ilgpugan export --batch-norm picture, the default of ONNX)");
        }

        if (Settings is { Exact: true, DropoutSeed: not null })
        {
            throw new OptionsException("--exact can't be combined with --dropout-seed: masks are drawn for the whole picture");
        }

        if (Settings is { Exact: false, Tile: { } tile }
            && (tile < _multiple || tile % _multiple != 0 || Settings.Overlap < 0 || Settings.Overlap >= tile - Settings.Overlap))
        {
            throw new OptionsException($"--tile {tile} must be a multiple of {_multiple} for {generator.Spec.Description}, and more than " +
                $"twice --overlap {Settings.Overlap}");
        }

        if (Settings.Tile is { } most && (most > generator.Spec.FixedWidth || most > generator.Spec.FixedHeight))
        {
            throw new OptionsException(
                $"--tile {most} is more than the {TrainedInputs.SizeOf(generator.Spec)} pixels that {generator.Spec.Description} takes; " +
                    "without --tile, larger pictures are translated in tiles of that size");
        }

        if (generator.Spec.Labels is not null && (Settings.Tile is not null || Settings.Exact))
        {
            throw new OptionsException("--tile and --exact are for pictures; label maps are translated whole");
        }

        if (Settings.InstanceMaps is not null && generator.Spec.Labels is not { HasBorders: true })
        {
            throw new OptionsException(
                $"--instances does not fit {generator.Spec.Description}: it takes no borders between instances");
        }

        if (Settings.Size is < 1 or > OptionsValidation.LargestSide)
        {
            throw new OptionsException($"--size must be between 1 and {OptionsValidation.LargestSide}, not {Settings.Size}");
        }

        foreach (var layer in _generators)
        {
            layer.Random = Settings.DropoutSeed is { } seed ? new RandomState(seed) : null;
            _ = Settings.Eval || generator.UsesRunningStatistics ? layer.Eval() : layer.Train();
        }

        _weights = ownsNetwork ? new CachedWeights(generator.Network) : null; // All samples share its weights.
    }

    /// <summary>
    /// Waits for the translation under way and gives back all memory, that of the weights included. Final: calls that wait, and later ones,
    /// get an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        _device.WorkQueue.RunLast(Release);
        Interlocked.Exchange(ref _ownDevice, null)?.Dispose();
    }

    private void Release()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        ReleaseMemory();
        _weights?.Dispose();
        foreach (var conditions in _conditions)
        {
            conditions.Release();
        }

        foreach (var network in _weights is null ? [] : _generators)
        {
            network.Dispose();
        }
    }

    /// <summary>
    /// Gives back the memory of the latest forward pass; the next one takes it again. To be called in the device's work queue.
    /// </summary>
    internal void ReleaseMemory()
    {
        _recorded?.Forward.Dispose();
        _recorded = null;
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
    /// <c>left</c> or <c>right</c> for a picture that looks like a training pair, of which only this half is translated; otherwise null.
    /// </summary>
    internal string? HalfOf(Picture picture) => Split?.NameOf(picture, Settings.Direction);

    /// <summary>What is translated of a picture: the input half of one that looks like a training pair, or all of it.</summary>
    internal Picture InputOf(Picture picture) => Split?.HalfOf(picture, Settings.Direction)?.Picture ?? picture;

    /// <summary>How a picture differs from what the generator knows: phrases for <see cref="PictureRemarks"/>.</summary>
    /// <param name="picture">the picture</param>
    /// <param name="isFrame">whether it is a frame of a clip, which is no pair</param>
    internal IEnumerable<string> RemarksOn(Picture picture, bool isFrame = false) =>
        TrainedInputs.RemarksOn(picture, isFrame ? null : Split, _generator.Spec, Settings, Trained.Value);

    internal TranslationSettings Settings { get; }

    /// <summary>Whether the generator is a graph, computed as written.</summary>
    internal bool IsGraph => _generator.IsGraph;

    /// <summary>Tells this translator from those of other weights or settings; graphs only as far as weights do.</summary>
    internal string Identity => $"{WeightsHash.Of(_generators[0])} {Settings with { Scratch = null }} " +
        string.Join(' ', new[] { Settings.Style, Settings.StyleLabels }.OfType<string>().Select(f => $"{File.GetLastWriteTimeUtc(f):O}"));

    /// <summary>Number of samples per picture; null if not set.</summary>
    internal int? Samples => Settings.Samples;

    internal Device Device => _device;

    internal int InputChannels => _generator.Spec.InputChannels;

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

    /// <summary>Whether inputs are label maps of class numbers: of a PNG with a palette, the indices are read, not the colours.</summary>
    internal bool ReadsNumbers => Labels is { Coding.Palette: null };

    /// <summary>The side-by-side pairs that the generator was trained on; null without such pairs.</summary>
    internal Lazy<SideBySide?> Pairs { private get; init; }

    /// <summary>What the generator was trained to read; null if nothing is known.</summary>
    internal Lazy<TrainedInputs?> Trained { private get; init; }

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

    /// <summary>Whether batches of a shape are exact, by batch shape.</summary>
    internal Dictionary<Shape, bool> ExactBatches { private get; init; } = [];

    /// <summary>How label maps are read; null if the generator reads pictures.</summary>
    internal LabelInput? Labels => _generator.Spec.Labels;

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
        picture = Reduced(picture, name);
        if (sample == 0)
        {
            Remark(picture, name);
        }

        return TranslateWhole(InputOf(picture), name, sample);
    }

    /// <summary>Translates a picture that is no pair, whatever its shape: a frame of a clip, or the half of a pair.</summary>
    internal Picture TranslateWhole(Picture picture, string name, int sample = 0)
    {
        picture = Reduced(picture, name);
        return _device.WorkQueue.Run(
            KindOf(picture, sample), MostWith(picture), picture, batch => TranslateBatch(batch, name, sample));
    }

    /// <summary>Translates a picture on another thread.</summary>
    /// <param name="picture">a picture as for <see cref="Translate(Picture, string)"/></param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation is completed</param>
    /// <exception cref="PictureException">the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public Task<Picture> TranslateAsync(Picture picture, string name = "picture", CancellationToken cancellationToken = default) =>
        TranslateAsync(picture, name, made => made, cancellationToken);

    /// <summary>
    /// Translates the bytes of an image file, as received by a web server, to those of another with the same EXIF, colour profile and
    /// resolution.
    /// </summary>
    /// <param name="file">the bytes of the file</param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation is completed</param>
    /// <exception cref="PictureException">the bytes are no picture, or the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">the call was cancelled</exception>
    public async Task<byte[]> TranslateAsync(
        ReadOnlyMemory<byte> file, ImageFormat format = ImageFormat.Png, string name = "picture",
        CancellationToken cancellationToken = default) =>
        (await TranslateFileAsync(file, format, name, cancellationToken)).File;

    /// <summary>The same, with what of the picture was translated.</summary>
    /// <returns>
    /// the bytes; <c>left</c> or <c>right</c> if only this half of a training pair was translated; and the size, as <c>2044x1533</c>, if
    /// the picture was reduced to it (<see cref="TranslationSettings.MaxPixels"/>)
    /// </returns>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, ImageFormat, string, CancellationToken)"/>
    internal async Task<(byte[] File, string? Half, string? ReducedTo)> TranslateFileAsync(
        ReadOnlyMemory<byte> file, ImageFormat format = ImageFormat.Png, string name = "picture",
        CancellationToken cancellationToken = default)
    {
        var picture = await _device.WorkQueue.TranscodeAsync(PictureRemarks.Carried(() => Decode(file.Span, name)), cancellationToken);
        var made = await TranslateAsync(
            picture, name,
            PictureRemarks.Carried<Picture, byte[]>(made => PictureFile.Encode(made, format, name, ImageMetadata.Read(file.Span))),
            cancellationToken);
        return (made, HalfOf(picture), BoundedPicture.ReducedTo(file.Span, picture));
    }

    /// <summary>The same from stream to stream. The input is read to its end; nothing is written if it can't be translated.</summary>
    /// <param name="input">an image file; messages name it if it is a <see cref="FileStream"/></param>
    /// <param name="output">where the bytes of the translated file go; it is left open</param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="cancellationToken">removes the call from the queue; a running computation is completed</param>
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
    /// Whether pictures may share a forward pass: no layer mixes the samples of a batch, draws random numbers or keeps state. ONNX graphs
    /// are excluded, because the batch size of another program's may be fixed, also inside the graph.
    /// </summary>
    public bool AllowsBatches => Labels is null && !_generator.IsGraph
        && Settings is { Tile: null, Exact: false, DropoutSeed: null }
        && !_generators[0].Descendants()
            .Any(module => module is BatchNorm2d { Training: true } or InstanceNorm2d { Training: true, RunningMean: not null });

    /// <summary>
    /// Translates pictures of equal size. They share a forward pass if <see cref="AllowsBatches"/> and the device's kernels give each
    /// picture the same bits as alone, which is tested once per shape.
    /// </summary>
    /// <param name="pictures">pictures of equal size, or what <see cref="InputOf"/> leaves of them</param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="sample">index of the sample, from 0</param>
    /// <exception cref="PictureException">the channels do not fit</exception>
    /// <exception cref="ObjectDisposedException">the translator was disposed</exception>
    internal IReadOnlyList<Picture> TranslateBatch(IReadOnlyList<Picture> pictures, string name, int sample)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var layer = _generators[sample];
        if (pictures.Count == 1 || !AllowsBatches)
        {
            return [.. pictures.Select(p => Translate(p, name, layer))];
        }

        var inputs = pictures.Select(p => Prepared(p, name)).ToList();
        var (width, height) = (inputs[0].Width, inputs[0].Height);
        var padded = _generator.Spec.RoundedUp(width, height);
        var shape = new Shape(inputs.Count, _generator.Spec.InputChannels, padded.Height, padded.Width);
        if (!IsExact(shape.With(0, 2)) || !IsExact(shape))
        {
            return [.. pictures.Select(p => Translate(p, name, layer))];
        }

        using var step = _device.Step();
        var batch = TensorOps.Concat(
            0, [.. inputs.Select(i => ReflectionPadding.ToTensor(i, padded.Width, padded.Height, _device))]);
        var outputs = ReflectionPadding.Crop(Forward(batch, layer), width, height);
        return [.. pictures.Zip(PictureTensors.ToPictures(outputs, [.. pictures.Select(HasSixteenBits)]), Finished)];

        // If a batch of two is not exact, larger ones almost never are. So two are tested first, which is cheapest.
        bool IsExact(Shape of)
        {
            if (ExactBatches.Count >= MostShapes)
            {
                ExactBatches.Clear();
            }

            return ExactBatches.TryGetValue(of, out var known) ? known : ExactBatches[of] = IsBatchExact(of, layer);
        }
    }

    /// <summary>
    /// Whether one forward pass over noise [N, C, H, W] gives each sample the same bits as alone. The order of sums in kernels depends on
    /// shapes, never on values, so the result for noise holds for pictures.
    /// </summary>
    private bool IsBatchExact(Shape shape, Layer layer)
    {
        using var step = _device.Step();
        var one = new Shape(1, shape[1], shape[2], shape[3]);
        var parts =
            Enumerable.Range(0, shape[0]).Select(i => Tensor.Normal(new RandomKey(1, TrialStream, (uint)i, 0), one, _device)).ToList();
        var together = Forward(TensorOps.Concat(0, [.. parts]), layer).ToArray();
        return parts.SelectMany(p => Forward(p, layer).ToArray()).SequenceEqual(together);
    }

    /// <summary>
    /// Runs the generator on a displayable picture [1, C, H, W] with sides that the generator accepts: a colour-coded label map is
    /// converted to planes.
    /// </summary>
    /// <param name="picture">the input</param>
    /// <param name="borders">instance borders of a label map, [1, 1, H, W]; null for class borders</param>
    public Tensor ForwardShown(Tensor picture, Tensor? borders = null)
    {
        if (Labels is not { } labels)
        {
            return Forward(picture);
        }

        var map = labels.Coding.OfShown.Read(PictureTensors.ToPicture(picture), "label map");
        using var planes = Planes(labels, map, borders?.ToArray() ?? map.Borders());
        return Forward(planes);
    }

    /// <summary>
    /// Runs the generator on a batch [N, C, H, W] with sides that it accepts, in the mode of the settings. Must be called by the only
    /// thread that uses the device.
    /// </summary>
    public Tensor Forward(Tensor batch)
    {
        var output = Forward(batch, _generators[0]);
        var copy = Tensor.Empty(output.Shape, _device);
        _device.Kernels.Run(new CopyCall(output.Span, copy.Span));
        output.Dispose();
        return copy;
    }

    private Task<T> TranslateAsync<T>(Picture given, string name, Func<Picture, T> finish, CancellationToken cancellationToken)
    {
        given = Reduced(given, name);
        Remark(given, name);
        var picture = InputOf(given);
        return _device.WorkQueue.RunAsync(
            KindOf(picture, 0), MostWith(picture), picture, batch => TranslateBatch(batch, name, 0), finish, cancellationToken);
    }

    /// <summary>Tells who listens how a picture differs from what the generator knows.</summary>
    private void Remark(Picture picture, string name)
    {
        foreach (var remark in PictureRemarks.AreHeard ? RemarksOn(picture) : [])
        {
            PictureRemarks.Add(name, remark);
        }
    }

    private SideBySide? Split => Settings.Whole ? null : Pairs.Value;

    private Picture Decode(ReadOnlySpan<byte> file, string name) => Settings.MaxPixels is { } most
        ? BoundedPicture.Decode(file, name, most, _generator.Spec)
        : PictureFile.Decode(file, name, ReadsNumbers);

    private Picture Reduced(Picture picture, string name) =>
        Settings.MaxPixels is { } most ? BoundedPicture.Reduced(picture, name, most, _generator.Spec) : picture;

    /// <summary>The key of calls that can be batched.</summary>
    private object KindOf(Picture picture, int sample) => (this, sample, picture.Width, picture.Height);

    private int MostWith(Picture picture) =>
        AllowsBatches ? Math.Clamp(MaxBatchPixels / (picture.Width * picture.Height), 1, MaxBatchSize) : 1;

    private Picture Translate(Picture picture, string name, Layer layer)
    {
        if (_generator.Spec.Labels is { } labels)
        {
            var map = labels.Coding.Read(picture, name);
            return TranslateLabels(labels, map, InstancesOf(name, map) ?? map, layer);
        }

        return Finished(picture, TranslateAsIs(Prepared(picture, name), HasSixteenBits(picture), layer));
    }

    private static bool HasSixteenBits(Picture picture) => picture.Layers[0].BitsPerChannel == 16;

    /// <summary>The picture with the generator's channels, at the size of the translation.</summary>
    private Picture Prepared(Picture picture, string name)
    {
        return Sized(picture.ToChannels(_generator.Spec.InputChannels, name));
    }

    private Picture Sized(Picture picture) => Settings.Size is { } size ? picture.Resize(size, size) : picture;

    /// <summary>The result with the size and the alpha channel of the output.</summary>
    private Picture Finished(Picture picture, Picture output) =>
        WithAlphaOf(picture, Settings is { Size: not null, KeepSize: true } ? output.Resize(picture.Width, picture.Height) : output);

    /// <summary>The generator's output, valid until the next forward pass.</summary>
    private Tensor Forward(Tensor batch, Layer layer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (layer.Random is { } random)
        {
            random.Step = 0; // Restarts the masks, so that a result does not depend on earlier pictures.
        }

        using var inference = new InferenceScope([layer], keepDropout: Settings.DropoutSeed is not null);
        if (_generator.IsGraph)
        {
            return layer.Forward(batch); // A graph of another program may look at values, which a replay would not do again.
        }

        if (_recorded?.Generator != layer)
        {
            ReleaseMemory();
            _recorded = (layer, new RecordedStep(_device, inputs => [layer.Forward(inputs[0])]) { Capacity = 1 });
        }

        return _recorded.Value.Forward.Run(batch)[0].Share();
    }

    /// <summary>The instance map of an input; null if none is given.</summary>
    private LabelMap? InstancesOf(string name, LabelMap map)
    {
        if (Settings.InstanceMaps is not { } files || !files.TryGetValue(name, out var file))
        {
            return null;
        }

        var instances = LabelMap.LoadIds(file);
        return (instances.Width, instances.Height) == (map.Width, map.Height)
            ? instances
            : throw new PictureException(
                $"{file}: has {instances.Width}x{instances.Height} pixels, but its label map {name} has {map.Width}x{map.Height}");
    }

    /// <summary>Translates a label map, padded by reflection before and cropped after the network.</summary>
    /// <param name="labels">how label maps are read</param>
    /// <param name="map">the class map</param>
    /// <param name="instances">the map whose borders are an input: the instance map, or the class map again</param>
    /// <param name="layer">the generator</param>
    private Picture TranslateLabels(LabelInput labels, LabelMap map, LabelMap instances, Layer layer)
    {
        var (width, height) = (map.Width, map.Height);
        if ((labels.Side ?? Settings.Size) is { } size)
        {
            (map, instances) = (map.Resize(size, size), instances.Resize(size, size));
        }

        using var step = _device.Step();
        using var input = Planes(labels, Padded(map), Padded(instances).Borders());
        var output = PictureTensors.ToPicture(ReflectionPadding.Crop(Forward(input, layer), map.Width, map.Height));
        return Settings is { Size: { } side, KeepSize: false } ? output.Resize(side, side) : output.Resize(width, height);
    }

    private LabelMap Padded(LabelMap map)
    {
        var (width, height) = _generator.Spec.RoundedUp(map.Width, map.Height);
        return ReflectionPadding.Pad(map, width, height);
    }

    private Tensor Planes(LabelInput labels, LabelMap map, float[] borders) => Tensor.From(
        [.. labels.Coding.OneHot(map), .. labels.HasBorders ? borders : []],
        new Shape(1, _generator.Spec.InputChannels, map.Height, map.Width), _device);

    private Picture TranslateAsIs(Picture input, bool sixteenBits, Layer layer)
    {
        if ((Settings.Tile ?? (Settings.Exact ? ExactTile : null)) is { } side && (input.Width > side || input.Height > side))
        {
            return Settings.Exact
                ? LayerByLayer(input, (long)side * side, sixteenBits)
                : Tiled(side, side, Settings.Overlap);
        }

        if (FixedTile(input) is var (width, height, overlap))
        {
            return Tiled(width, height, overlap);
        }

        using var step = _device.Step();
        return ToPicture(ForwardPadded(input, layer), sixteenBits);

        Picture Tiled(int width, int height, int overlap) =>
            new TiledTranslation(width, height, overlap, part => ForwardPadded(part, layer))
                .Run(input, _device, output => ToPicture(output, sixteenBits));
    }

    /// <summary>The tiles of a picture that exceeds the only size that the generator accepts; null if it does not.</summary>
    private (int Width, int Height, int Overlap)? FixedTile(Picture input)
    {
        var (width, height) = (_generator.Spec.FixedWidth ?? input.Width, _generator.Spec.FixedHeight ?? input.Height);
        return input.Width > width || input.Height > height
            ? (width, height, Math.Min(Settings.Overlap, Math.Min(width, height) / 4))
            : null;
    }

    /// <summary>
    /// An output as a picture. Two channels of a graph of another program are two layers, because nothing says that the second is alpha.
    /// </summary>
    private Picture ToPicture(Tensor output, bool sixteenBits)
    {
        if (!_generator.IsGraph || _generator.Options is not null || output.Shape[1] != 2)
        {
            return PictureTensors.ToPicture(output, 0, sixteenBits);
        }

        using var first = output.Slice(1, 0, 1);
        using var second = output.Slice(1, 1, 1);
        return new Picture(
            PictureTensors.ToPicture(first, 0, sixteenBits).Layers[0], PictureTensors.ToPicture(second, 0, sixteenBits).Layers[0]);
    }

    /// <summary>Pads a picture by reflection, translates it and crops the result: [1, C, H, W].</summary>
    private Tensor ForwardPadded(Picture input, Layer layer)
    {
        var (width, height) = _generator.Spec.RoundedUp(input.Width, input.Height);
        using var padded = ReflectionPadding.ToTensor(input, width, height, _device);
        var output = Forward(padded, layer);
        if (Settings.Tile is not null && (output.Shape[2], output.Shape[3]) != (padded.Shape[2], padded.Shape[3]))
        {
            throw new OptionsException(
                $"--tile is for generators that keep a picture's size; this one makes {output.Shape} of {padded.Shape}");
        }

        return ReflectionPadding.CropScaled(output, padded.Shape, input.Width, input.Height);
    }

    /// <summary>
    /// The same as <see cref="ForwardPadded"/>, with memory for about a given number of pixels of the network's widest layer.
    /// </summary>
    private Picture LayerByLayer(Picture input, long pixels, bool sixteenBits)
    {
        using var inference = new InferenceScope([_generator.Network]);
        using var layers = new LayerwiseForward(_device, pixels * ExactValuesPerPixel, Settings.Scratch ?? Path.GetTempPath());
        var (width, height) = _generator.Spec.RoundedUp(input.Width, input.Height);
        using var output = layers.Run(_generator.Network, new PictureMap(input, width, height, _device));
        var result = new PictureStrips(input.Width, input.Height);
        var rows = layers.RowsOf(output);
        for (var top = 0; top < input.Height; top += rows)
        {
            using var step = _device.Step();
            var strip = output.Read(top, Math.Min(rows, input.Height - top));
            result.Append(PictureTensors.ToPicture(ReflectionPadding.Crop(strip, input.Width, strip.Shape[2]), 0, sixteenBits));
        }

        return result.ToPicture();
    }

    private Picture WithAlphaOf(Picture source, Picture output)
    {
        var layer = source.Layers[0];
        if (source.Layers.Count > 1 || !layer.HasAlpha || _generator.Spec.InputChannels == layer.Channels
            || output.Channels is not (1 or 3))
        {
            return output;
        }

        var alpha = new Picture(layer).Resize(output.Width, output.Height).Layers[0];
        return new Picture(AlphaChannel.Copy(alpha, output.Layers[0]));
    }
}

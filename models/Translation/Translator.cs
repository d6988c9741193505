using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation.Layerwise;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// A trained generator that translates pictures, for any number of threads: they wait in the <see cref="Device.WorkQueue"/> of its device,
/// and waiting pictures are batched where that changes no bit. Pictures of any size are padded by reflection to a size that the network
/// accepts, and the result is cropped; alpha is kept; 16-bit pictures give 16-bit pictures.
/// </summary>
public sealed class Translator
{
    /// <summary>Tile that decides the memory of <see cref="TranslationSettings.Exact"/> where none is given.</summary>
    private const int ExactTile = 512;

    /// <summary>
    /// Numbers in a strip of a layer, input and output together, for each pixel of a tile: one channel of the first layers of a generator
    /// of 64.
    /// </summary>
    private const int ExactValuesPerPixel = 64;

    /// <summary>Pictures in one pass: more would keep those who come next waiting.</summary>
    private const int MostTogether = 4;

    /// <summary>Pixels in one pass, which decide its memory.</summary>
    private const int MostPixelsTogether = 3 << 20;

    /// <summary>Most batch shapes that are remembered: users choose the sizes of pictures.</summary>
    private const int MostShapes = 256;

    private readonly SavedGenerator _generator;

    /// <summary>The generator, once for each answer that it gives.</summary>
    private readonly IReadOnlyList<Layer> _answers;
    private readonly Device _device;
    private readonly TranslationSettings _settings;
    private readonly int _multiple;
    private readonly Lazy<SideBySide?> _pairs;

    /// <summary>Seed of the noise for trials of batches.</summary>
    private const uint TrialStream = 0x7B1A1;

    public Translator(SavedGenerator generator, Device device, TranslationSettings? settings = null)
        : this([generator], device, settings)
    {
    }

    /// <param name="generators">the generator, once for each answer</param>
    /// <param name="device">the generator's device</param>
    /// <param name="settings">the defaults if null</param>
    /// <param name="ownsNetwork">whether the network has no other user, so that its weights may be packed for good</param>
    internal Translator(IReadOnlyList<SavedGenerator> generators, Device device, TranslationSettings? settings, bool ownsNetwork = true)
    {
        var generator = generators[0];
        _answers = [.. generators.Select(g => g.Network)];
        (_generator, _device, _settings) = (generator, device, settings ?? new TranslationSettings());
        _multiple = generator.Spec.SideMultiple;
        _pairs = new(() => _settings.Whole ? null : SideBySide.Of(generator.Options, generator.Spec));
        if (_settings is { Exact: true, DropoutSeed: not null })
        {
            throw new OptionsException("--exact can't be combined with --dropout-seed: masks are drawn for the whole picture");
        }

        if (_settings is { Exact: false, Tile: { } tile }
            && (tile < _multiple || tile % _multiple != 0 || _settings.Overlap < 0 || _settings.Overlap >= tile - _settings.Overlap))
        {
            throw new OptionsException($"--tile {tile} must be a multiple of {_multiple} for {generator.Spec.Description}, and more than " +
                $"twice --overlap {_settings.Overlap}");
        }

        if (generator.Spec.Labels is not null && (_settings.Tile is not null || _settings.Exact))
        {
            throw new OptionsException("--tile and --exact are for pictures; label maps are translated whole");
        }

        if (_settings.InstanceMaps is not null && generator.Spec.Labels is not { HasBorders: true })
        {
            throw new OptionsException(
                $"--instances does not fit {generator.Spec.Description}: it takes no borders between instances");
        }

        if (_settings.Size is < 1 or > OptionsValidation.LargestSide)
        {
            throw new OptionsException($"--size must be between 1 and {OptionsValidation.LargestSide}, not {_settings.Size}");
        }

        foreach (var answer in _answers)
        {
            answer.Random = _settings.DropoutSeed is { } seed ? new RandomState(seed) : null;
            _ = _settings.Eval || generator.UsesRunningStatistics ? answer.Eval() : answer.Train();
        }

        if (ownsNetwork)
        {
            _ = new WeightHold(generator.Network); // All answers share its weights.
        }
    }

    /// <summary>The generator's training options.</summary>
    /// <exception cref="RunException">it is a graph of another program, of which nothing is known</exception>
    public TrainingOptions Options => _generator.Options
        ?? throw new RunException($"{_generator.Spec.Description} is a graph of another program, whose training is unknown");

    /// <summary>The half of a picture that is the generator's input, where the picture is a pair as in its training; else null.</summary>
    internal (Picture Picture, string Name)? HalfOf(Picture picture) => _pairs.Value?.HalfOf(picture, _settings.Direction);

    /// <summary>Number of answers per picture; null if none was given.</summary>
    internal int? Samples => _settings.Samples;

    /// <param name="path">a run's directory, a checkpoint, a weights file, or an ONNX graph that turns pictures into pictures</param>
    /// <param name="device">where to compute</param>
    /// <param name="settings">the defaults if null</param>
    /// <exception cref="RunException">there is no such generator</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    /// <exception cref="OptionsException">a setting does not fit the generator, or one that it needs is missing</exception>
    public static Translator Open(string path, Device device, TranslationSettings? settings = null) =>
        device.WorkQueue.Run(() =>
            new Translator(SavedGenerator.OpenAll(path, device, settings ?? new TranslationSettings()), device, settings));

    /// <summary>Whether inputs are label maps that hold numbers: of a PNG with a palette the indices count, not the colours.</summary>
    internal bool ReadsNumbers => Labels is { Coding.Palette: null };

    /// <summary>Results of trials by batch shape.</summary>
    internal Dictionary<Shape, bool> ExactBatches { private get; init; } = [];

    /// <summary>How label maps are read; null where the generator reads pictures.</summary>
    internal LabelInput? Labels => _generator.Spec.Labels;

    /// <summary>Translates a picture; of several answers, this is the first.</summary>
    /// <param name="picture">any size, with at least the channels that the generator reads, or gray or colour for one of the two</param>
    /// <param name="name">for messages</param>
    /// <exception cref="DataException">the channels do not fit</exception>
    public Picture Translate(Picture picture, string name = "picture") => TranslateInto(picture, name, 0);

    /// <summary>Translates a picture into each of the answers that the settings ask for, one where the generator knows no other.</summary>
    /// <inheritdoc cref="Translate(Picture, string)"/>
    public IReadOnlyList<Picture> TranslateAll(Picture picture, string name = "picture") =>
        [.. Enumerable.Range(0, _answers.Count).Select(answer => TranslateInto(picture, name, answer))];

    /// <summary>One of the answers that the settings ask for.</summary>
    /// <param name="picture">as <see cref="Translate(Picture, string)"/> takes it</param>
    /// <param name="name">for messages</param>
    /// <param name="answer">which one, from 0</param>
    /// <exception cref="DataException">the channels do not fit</exception>
    public Picture TranslateInto(Picture picture, string name, int answer) => _device.WorkQueue.Run(
        KindOf(picture, answer), MostWith(picture), picture, together => TranslateTogether(together, name, answer));

    /// <summary>Translates a picture on another thread.</summary>
    /// <param name="picture">as <see cref="Translate(Picture, string)"/> takes it</param>
    /// <param name="name">for messages</param>
    /// <param name="cancellation">removes it from the work queue; a running computation is completed</param>
    /// <exception cref="DataException">the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">it was cancelled</exception>
    public Task<Picture> TranslateAsync(Picture picture, string name = "picture", CancellationToken cancellation = default) =>
        TranslateAsync(picture, name, made => made, cancellation);

    /// <summary>
    /// Translates the bytes of an image file, as a web server receives them, to those of another with its EXIF, profile and resolution.
    /// </summary>
    /// <param name="file">all of its bytes</param>
    /// <param name="extension">kind of the result: <c>.png</c>, <c>.jpg</c>, <c>.webp</c>, <c>.tif</c></param>
    /// <param name="name">for messages</param>
    /// <param name="cancellation">removes it from the work queue; a running computation is completed</param>
    /// <exception cref="DataException">it is no picture, or the channels do not fit</exception>
    /// <exception cref="OperationCanceledException">it was cancelled</exception>
    public async Task<byte[]> TranslateAsync(
        ReadOnlyMemory<byte> file, string extension = ".png", string name = "picture", CancellationToken cancellation = default)
    {
        var picture = await _device.WorkQueue.Transcode(() => PictureFile.Decode(file.Span, name, ReadsNumbers), cancellation);
        return await TranslateAsync(
            picture, name, made => PictureFile.Encode(made, extension, name, ImageMetadata.Read(file.Span)), cancellation);
    }

    /// <summary>The same of a stream, which is read to its end.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, string, string, CancellationToken)"/>
    public async Task<byte[]> TranslateAsync(
        Stream file, string extension = ".png", string name = "picture", CancellationToken cancellation = default)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation);
        return await TranslateAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), extension, name, cancellation);
    }

    /// <summary>
    /// Whether pictures may share a forward pass: no layer mixes the samples of a batch, draws random numbers or keeps a state. Another
    /// program's graph may take one picture alone, or say so of any value within.
    /// </summary>
    public bool AllowsBatches => Labels is null && _generator.Options is not null
        && _settings is { Tile: null, Exact: false, DropoutSeed: null }
        && !_answers[0].Descendants()
            .Any(module => module is BatchNorm2d { Training: true } or InstanceNorm2d { Training: true, RunningMean: not null });

    /// <summary>
    /// Translates pictures of one size, in one pass where <see cref="AllowsBatches"/> and the device's kernels give each the bits that it
    /// has alone; the latter is tried once a shape.
    /// </summary>
    /// <param name="pictures">as <see cref="Translate(Picture, string)"/> takes them, of one size</param>
    /// <param name="name">for messages</param>
    /// <param name="answer">which of the answers that the settings ask for, from 0</param>
    /// <exception cref="DataException">the channels do not fit</exception>
    internal IReadOnlyList<Picture> TranslateTogether(IReadOnlyList<Picture> pictures, string name, int answer)
    {
        var layer = _answers[answer];
        if (pictures.Count == 1 || !AllowsBatches)
        {
            return [.. pictures.Select(p => Translate(p, name, layer))];
        }

        var inputs = pictures.Select(p => Prepared(p, name)).ToList();
        var (width, height) = (inputs[0].Width, inputs[0].Height);
        var shape = new Shape(inputs.Count, _generator.Spec.InputChannels, RoundedUp(height), RoundedUp(width));
        if (!IsExact(shape.With(0, 2)) || !IsExact(shape))
        {
            return [.. pictures.Select(p => Translate(p, name, layer))];
        }

        using var step = _device.Step();
        var batch = TensorOps.Concat(0, [.. inputs.Select(i => MirrorPadding.ToTensor(i, RoundedUp(width), RoundedUp(height), _device))]);
        var outputs = MirrorPadding.Cut(Forward(batch, layer), width, height);
        return [.. pictures.Zip(PictureTensors.ToPictures(outputs, [.. pictures.Select(HasSixteenBits)]), Finished)];

        // Where two can't be computed together no more can, almost always: their trial, the cheapest, comes first.
        bool IsExact(Shape of)
        {
            if (ExactBatches.Count >= MostShapes)
            {
                ExactBatches.Clear();
            }

            return ExactBatches.TryGetValue(of, out var known) ? known : ExactBatches[of] = IsExactTogether(of, layer);
        }
    }

    /// <summary>
    /// Whether one pass over noise [N, C, H, W] gives each sample the same bits as alone. Kernels choose the order of their sums by shape,
    /// never by values, so what holds for noise holds for pictures.
    /// </summary>
    private bool IsExactTogether(Shape shape, Layer layer)
    {
        using var step = _device.Step();
        var one = new Shape(1, shape[1], shape[2], shape[3]);
        var parts =
            Enumerable.Range(0, shape[0]).Select(i => Tensor.Normal(new RandomKey(1, TrialStream, (uint)i, 0), one, _device)).ToList();
        var together = Forward(TensorOps.Concat(0, [.. parts]), layer).ToArray();
        return parts.SelectMany(p => Forward(p, layer).ToArray()).SequenceEqual(together);
    }

    /// <summary>
    /// Runs the generator on a picture [1, C, H, W] whose sides it can take, as people see it: a label map in the colours of its classes
    /// becomes planes.
    /// </summary>
    /// <param name="picture">the input</param>
    /// <param name="borders">of a label map, those between its instances, [1, 1, H, W]; null for those between classes</param>
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
    /// Runs the generator on a batch [N, C, H, W] whose sides it can take, in the mode that the settings ask for: for the one thread that
    /// uses the device.
    /// </summary>
    public Tensor Forward(Tensor batch) => Forward(batch, _answers[0]);

    private Task<T> TranslateAsync<T>(Picture picture, string name, Func<Picture, T> finish, CancellationToken cancellation) =>
        _device.WorkQueue.RunAsync(
            KindOf(picture, 0), MostWith(picture), picture, together => TranslateTogether(together, name, 0), finish, cancellation);

    /// <summary>What pictures have in common that can be computed together.</summary>
    private object KindOf(Picture picture, int answer) => (this, answer, picture.Width, picture.Height);

    private int MostWith(Picture picture) =>
        AllowsBatches ? Math.Clamp(MostPixelsTogether / (picture.Width * picture.Height), 1, MostTogether) : 1;

    private Picture Translate(Picture picture, string name, Layer answer)
    {
        if (_generator.Spec.Labels is { } labels)
        {
            var map = labels.Coding.Read(picture, name);
            return TranslateLabels(labels, map, InstancesOf(name, map) ?? map, answer);
        }

        return Finished(picture, TranslateAsIs(Prepared(picture, name), HasSixteenBits(picture), answer));
    }

    private static bool HasSixteenBits(Picture picture) => picture.Layers[0].BitsPerChannel == 16;

    /// <summary>The picture with the generator's channels, at the size of the translation.</summary>
    private Picture Prepared(Picture picture, string name)
    {
        var input = picture.WithChannels(_generator.Spec.InputChannels, name);
        return _settings.Size is { } size ? input.Resized(size, size) : input;
    }

    /// <summary>The result with the size and the alpha channel of the output.</summary>
    private Picture Finished(Picture picture, Picture output) =>
        WithAlphaOf(picture, _settings is { Size: not null, KeepSize: true } ? output.Resized(picture.Width, picture.Height) : output);

    private Tensor Forward(Tensor batch, Layer answer)
    {
        if (answer.Random is { } random)
        {
            random.Step = 0; // Restarts the masks: a result does not depend on the pictures before it.
        }

        using var inference = new InferenceScope([answer], keepDropout: _settings.DropoutSeed is not null);
        return answer.Forward(batch);
    }

    /// <summary>The instance map of an input; null if none is given.</summary>
    private LabelMap? InstancesOf(string name, LabelMap map)
    {
        if (_settings.InstanceMaps is not { } files || !files.TryGetValue(name, out var file))
        {
            return null;
        }

        var instances = LabelMap.LoadIds(file);
        return (instances.Width, instances.Height) == (map.Width, map.Height)
            ? instances
            : throw new DataException(
                $"{file}: has {instances.Width}x{instances.Height} pixels, but its label map {name} has {map.Width}x{map.Height}");
    }

    /// <summary>The photograph of a label map, which is padded by reflection before and cropped after the network.</summary>
    /// <param name="labels">how it is read</param>
    /// <param name="map">the classes</param>
    /// <param name="things">the map whose borders are drawn: of instances, or the classes again</param>
    /// <param name="answer">the network</param>
    private Picture TranslateLabels(LabelInput labels, LabelMap map, LabelMap things, Layer answer)
    {
        var (width, height) = (map.Width, map.Height);
        if ((labels.Side ?? _settings.Size) is { } size)
        {
            (map, things) = (map.Resized(size, size), things.Resized(size, size));
        }

        using var step = _device.Step();
        using var input = Planes(labels, Padded(map), Padded(things).Borders());
        var output = PictureTensors.ToPicture(MirrorPadding.Cut(Forward(input, answer), map.Width, map.Height));
        return _settings is { Size: { } side, KeepSize: false } ? output.Resized(side, side) : output.Resized(width, height);
    }

    private LabelMap Padded(LabelMap map) => MirrorPadding.Extend(map, RoundedUp(map.Width), RoundedUp(map.Height));

    private Tensor Planes(LabelInput labels, LabelMap map, float[] borders) => Tensor.From(
        [.. labels.Coding.OneHot(map), .. labels.HasBorders ? borders : []],
        new Shape(1, _generator.Spec.InputChannels, map.Height, map.Width), _device);

    private Picture TranslateAsIs(Picture input, bool sixteenBits, Layer answer)
    {
        if ((_settings.Tile ?? (_settings.Exact ? ExactTile : null)) is { } side && (input.Width > side || input.Height > side))
        {
            return _settings.Exact
                ? LayerByLayer(input, (long)side * side, sixteenBits)
                : new TiledTranslation(side, _settings.Overlap, part => ForwardPadded(part, answer)).Run(input, _device, sixteenBits);
        }

        using var step = _device.Step();
        return PictureTensors.ToPicture(ForwardPadded(input, answer), 0, sixteenBits);
    }

    /// <summary>Pads a picture by reflection, translates it and crops the result: [1, C, H, W].</summary>
    private Tensor ForwardPadded(Picture input, Layer answer)
    {
        using var padded = MirrorPadding.ToTensor(input, RoundedUp(input.Width), RoundedUp(input.Height), _device);
        var output = Forward(padded, answer);
        if (_settings.Tile is not null && (output.Shape[2], output.Shape[3]) != (padded.Shape[2], padded.Shape[3]))
        {
            throw new OptionsException(
                $"--tile is for generators that keep a picture's size; this one makes {output.Shape} of {padded.Shape}");
        }

        return MirrorPadding.CutScaled(output, padded.Shape, input.Width, input.Height);
    }

    /// <summary>As <see cref="ForwardPadded"/>, with memory for about a given number of pixels of the network's widest layer.</summary>
    private Picture LayerByLayer(Picture input, long pixels, bool sixteenBits)
    {
        using var inference = new InferenceScope([_generator.Network]);
        using var layers = new LayerwiseForward(_device, pixels * ExactValuesPerPixel, _settings.Scratch ?? Path.GetTempPath());
        using var output = layers.Run(_generator.Network, new PictureMap(input, RoundedUp(input.Width), RoundedUp(input.Height), _device));
        var result = new PictureStrips(input.Width, input.Height);
        var rows = layers.RowsOf(output);
        for (var top = 0; top < input.Height; top += rows)
        {
            using var step = _device.Step();
            var strip = output.Read(top, Math.Min(rows, input.Height - top));
            result.Append(PictureTensors.ToPicture(MirrorPadding.Cut(strip, input.Width, strip.Shape[2]), 0, sixteenBits));
        }

        return result.ToPicture();
    }

    private int RoundedUp(int side) => _generator.Spec.RoundedUp(side);

    private Picture WithAlphaOf(Picture source, Picture output)
    {
        var layer = source.Layers[0];
        if (source.Layers.Count > 1 || !layer.HasAlpha || _generator.Spec.InputChannels == layer.Channels
            || output.Channels is not (1 or 3))
        {
            return output;
        }

        var alpha = new Picture(layer).Resized(output.Width, output.Height).Layers[0];
        return new Picture(AlphaChannel.Copy(alpha, output.Layers[0]));
    }
}

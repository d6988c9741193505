using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation.Layerwise;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Computes translations, whole, in batches, in tiles or layer by layer, for the only thread that uses the device. Pictures of any size are
/// padded by reflection to a size that the network accepts, and the result is cropped. Alpha is kept; 16-bit inputs give 16-bit outputs.
/// </summary>
/// <remarks>
/// The way of a picture: a label map is read by its coding, resized, padded, and translated whole. Any other gets the generator's channels
/// and the size of the settings; then it goes through the network in a batch, layer by layer, in tiles, or whole, the first of these that
/// applies; each pads and crops what it gives to the network. In the end it gets its own size back, if that is kept, and its alpha. Held is
/// the memory of the latest forward pass, which <see cref="Release"/> gives back; the rest is the translator's.
/// </remarks>
/// <param name="generator">the generator; calls name its network bound to the conditions of a sample</param>
/// <param name="device">its device</param>
/// <param name="settings">how to translate</param>
internal sealed class PictureForward(SavedGenerator generator, Device device, TranslationSettings settings)
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

    /// <summary>Most pixels whose lightness and colours are computed at once.</summary>
    private const int MaxColouredPixels = 1 << 20;

    /// <summary>Most cached batch shapes; users may send pictures of any size.</summary>
    private const int MostShapes = 256;

    /// <summary>Largest multiple of sides that is tried with a graph.</summary>
    private const int LargestMultiple = 64;

    /// <summary>Random stream of the noise that tests batches.</summary>
    private const uint TrialStream = 0x7B1A1;

    private readonly int? _longSide = settings.LongSideOr(generator.Description?.LongSide);

    /// <summary>
    /// How many outputs of a graph are still looked at for values that leave the range that they are taken for, which costs a copy of each:
    /// the first few, and none once it was told.
    /// </summary>
    private int _outputsToLookAt = 4;

    /// <summary>What the sides of a graph of another program must be multiples of, as far as is known.</summary>
    private int _multiple = 1;

    /// <summary>The forward pass of a generator, recorded for the latest batch shape, whose memory it holds.</summary>
    private (Layer Generator, RecordedStep Forward)? _recorded;

    /// <summary>Whether batches of a shape are exact, by batch shape.</summary>
    public Dictionary<Shape, bool> ExactBatches { private get; set; } = [];

    /// <summary>Gives back the memory of the latest forward pass; the next one takes it again.</summary>
    public void Release()
    {
        _recorded?.Forward.Dispose();
        _recorded = null;
    }

    /// <inheritdoc cref="Translator.AllowsBatches"/>
    public bool AllowsBatches => generator.Spec.Labels is null && !generator.IsGraph
        && settings is { Tile: null, Exact: false, DropoutSeed: null }
        && !generator.Network.Descendants()
            .Any(module => module is BatchNorm2d { Training: true } or InstanceNorm2d { Training: true, RunningMean: not null });

    /// <summary>
    /// Translates pictures of equal size. They share a forward pass if <see cref="AllowsBatches"/> and the device's kernels give each
    /// picture the same bits as alone, which is tested once per shape.
    /// </summary>
    /// <param name="pictures">pictures of equal size, or what <see cref="Translator.InputOf"/> leaves of them</param>
    /// <param name="name">name of the picture, for messages</param>
    /// <param name="layer">the generator, bound to the conditions of a sample</param>
    /// <param name="cancellationToken">ends a translation in tiles before the next one; any other is completed</param>
    /// <exception cref="ArgumentException">the sizes differ</exception>
    /// <exception cref="OperationCanceledException">the translation was cancelled</exception>
    /// <exception cref="OptionsException">there are more tiles than the settings allow</exception>
    /// <exception cref="PictureException">the channels do not fit, or the generator makes values that are not numbers</exception>
    public IReadOnlyList<Picture> Translate(
        IReadOnlyList<Picture> pictures, string name, Layer layer, CancellationToken cancellationToken)
    {
        if (pictures.Count == 1 || !AllowsBatches)
        {
            return [.. pictures.Select(p => Translate(p, name, layer, cancellationToken))];
        }

        if (pictures.Any(p => (p.Width, p.Height) != (pictures[0].Width, pictures[0].Height)))
        {
            // They may be padded to one size, and would be cropped to the first one's.
            throw new ArgumentException("the pictures of a batch are of equal size", nameof(pictures));
        }

        var inputs = pictures.Select(p => Prepared(p, name)).ToList();
        var (width, height) = (inputs[0].Width, inputs[0].Height);
        var padded = generator.Spec.RoundedUp(width, height);
        var shape = new Shape(inputs.Count, generator.Spec.InputChannels, padded.Height, padded.Width);
        if (!IsExact(shape.With(0, 2)) || !IsExact(shape))
        {
            return [.. pictures.Select(p => Translate(p, name, layer, cancellationToken))];
        }

        using var step = device.Step();
        var batch = TensorOps.Concat(
            0, [.. inputs.Select(i => ReflectionPadding.ToTensor(i, padded.Width, padded.Height, device))]);
        var outputs = ReflectionPadding.Crop(Run(batch, layer), width, height);
        return [.. pictures.Zip(PictureTensors.ToPictures(outputs, [.. pictures.Select(NeedsSixteenBits)], Made(name)), Finished)];

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
        using var step = device.Step();
        var one = new Shape(1, shape[1], shape[2], shape[3]);
        var parts =
            Enumerable.Range(0, shape[0]).Select(i => Tensor.Normal(new RandomKey(1, TrialStream, (uint)i, 0), one, device)).ToList();
        var together = Run(TensorOps.Concat(0, [.. parts]), layer).ToArray();
        return parts.SelectMany(p => Run(p, layer).ToArray()).SequenceEqual(together);
    }

    /// <summary>Most pictures of this size in one forward pass.</summary>
    public int MostWith(Picture picture) =>
        AllowsBatches ? Math.Clamp(MaxBatchPixels / (picture.Width * picture.Height), 1, MaxBatchSize) : 1;

    private Picture Translate(Picture picture, string name, Layer layer, CancellationToken cancellationToken)
    {
        if (generator.Spec.Labels is { } labels)
        {
            var map = labels.Coding.Read(picture, name);
            return TranslateLabels(labels, map, InstancesOf(name, map) ?? map, layer, name);
        }

        return Finished(picture, TranslateAsIs(Prepared(picture, name), name, NeedsSixteenBits(picture), layer, cancellationToken));
    }

    private static bool HasSixteenBits(Picture picture) => picture.Layers[0].BitsPerChannel == 16;

    /// <summary>What is enlarged again is rounded to the levels of its file after that, once.</summary>
    private bool NeedsSixteenBits(Picture picture) => HasSixteenBits(picture) || IsReduced(picture);

    /// <summary>The picture with the generator's channels, at the size of the translation.</summary>
    private Picture Prepared(Picture picture, string name) => Sized(picture.ToChannels(generator.Spec.InputChannels, name));

    private Picture Sized(Picture picture)
    {
        var (width, height) = settings.Size is { } size ? (size, size)
            : IsReduced(picture) ? BoundedPicture.SizeOf(picture.Width, picture.Height, _longSide!.Value) : (picture.Width, picture.Height);
        return picture.Resize(width, height);
    }

    private bool IsReduced(Picture picture) => Math.Max(picture.Width, picture.Height) > _longSide;

    /// <summary>The result with the size and the alpha channel of the output.</summary>
    private Picture Finished(Picture picture, Picture output)
    {
        if (settings is { Size: not null, KeepSize: true } || IsReduced(picture))
        {
            output = output.Resize(picture.Width, picture.Height);
            output = HasSixteenBits(picture) ? output : output.ToEightBits();
            output = generator.Spec.ReadsPictures ? output : AsLightAs(picture, output);
        }

        return WithAlphaOf(picture, output);
    }

    /// <summary>Colours that were made at another size, with the lightness of the picture itself, which so stays sharp.</summary>
    private Picture AsLightAs(Picture picture, Picture colours)
    {
        var lights = picture.ToChannels(colours.Channels, "picture");
        var (width, height) = (picture.Width, picture.Height);
        var strips = new PictureStrips(width, height);
        var rows = Math.Max(1, MaxColouredPixels / width);
        for (var top = 0; top < height; top += rows)
        {
            using var step = device.Step();
            var recoloured = Lab.Recoloured(Strip(lights).ToTensor(device), Strip(colours).ToTensor(device));
            strips.Append(PictureTensors.ToPicture(recoloured, 0, HasSixteenBits(picture)));

            Picture Strip(Picture whole) => whole.Crop(0, top, width, Math.Min(rows, height - top));
        }

        return strips.ToPicture();
    }

    /// <summary>The generator's output, valid until the next forward pass.</summary>
    public Tensor Run(Tensor batch, Layer layer)
    {
        if (layer.Random is { } random)
        {
            random.Step = 0; // Restarts the masks, so that a result does not depend on earlier pictures.
        }

        using var inference = new InferenceScope([layer], keepDropout: settings.DropoutSeed is not null);
        if (generator.IsGraph)
        {
            return layer.Forward(batch); // A graph of another program may look at values, which a replay would not do again.
        }

        if (_recorded?.Generator != layer)
        {
            Release();
            _recorded = (layer, new RecordedStep(device, inputs => [layer.Forward(inputs[0])]) { Capacity = 1 });
        }

        return _recorded.Value.Forward.Run(batch)[0].Share();
    }

    /// <summary>The instance map of an input; null if none is given.</summary>
    private LabelMap? InstancesOf(string name, LabelMap map)
    {
        if (settings.InstanceMaps is not { } files || !files.TryGetValue(name, out var file))
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
    /// <param name="name">name of the map, for messages</param>
    private Picture TranslateLabels(LabelInput labels, LabelMap map, LabelMap instances, Layer layer, string name)
    {
        var (width, height) = (map.Width, map.Height);
        if ((labels.Side ?? settings.Size) is { } size)
        {
            (map, instances) = (map.Resize(size, size), instances.Resize(size, size));
        }

        using var step = device.Step();
        using var input = Planes(labels, Padded(map), Padded(instances).Borders());
        var output = One(ReflectionPadding.Crop(Run(input, layer), map.Width, map.Height), sixteenBits: false, name);
        return settings is { Size: { } side, KeepSize: false } ? output.Resize(side, side) : output.Resize(width, height);
    }

    private LabelMap Padded(LabelMap map)
    {
        var (width, height) = generator.Spec.RoundedUp(map.Width, map.Height);
        return ReflectionPadding.Pad(map, width, height);
    }

    /// <summary>A label map as the network's input, [1, planes, H, W].</summary>
    /// <param name="labels">how label maps are read</param>
    /// <param name="map">the class map</param>
    /// <param name="borders">[H, W], 1 at borders; used if the network takes them</param>
    public Tensor Planes(LabelInput labels, LabelMap map, float[] borders) => Tensor.From(
        [.. labels.Coding.OneHot(map), .. labels.HasBorders ? borders : []],
        new Shape(1, generator.Spec.InputChannels, map.Height, map.Width), device);

    private Picture TranslateAsIs(Picture input, string name, bool sixteenBits, Layer layer, CancellationToken cancellationToken)
    {
        if ((settings.Tile ?? (settings.Exact ? ExactTile : null)) is { } side && (input.Width > side || input.Height > side))
        {
            return settings.Exact
                ? LayerByLayer(input, name, (long)side * side, sixteenBits)
                : Tiled(side, side, settings.OverlapOfTiles);
        }

        if (FixedTile(input) is var (width, height, overlap))
        {
            return Tiled(width, height, overlap);
        }

        using var step = device.Step();
        return ToPicture(Forward(input), sixteenBits, name);

        Tensor Forward(Picture part) => ForwardPadded(part, name, layer);

        Picture Tiled(int width, int height, int overlap)
        {
            var tiles = new TiledTranslation(width, height, overlap, Forward);
            return settings.Tile is { } tile && tiles.CountOf(input) is var count && count > settings.MostTiles
                ? throw new OptionsException(
                    $"--tile {tile} with --overlap {overlap} cuts {input.Width}x{input.Height} pixels into {count} tiles; at most " +
                        $"{settings.MostTiles} are allowed, and larger tiles are fewer")
                : tiles.Run(input, device, output => ToPicture(output, sixteenBits, name), cancellationToken);
        }
    }

    /// <summary>The tiles of a picture that exceeds the only size that the generator accepts; null if it does not.</summary>
    private (int Width, int Height, int Overlap)? FixedTile(Picture input)
    {
        var (width, height) = (generator.Spec.FixedWidth ?? input.Width, generator.Spec.FixedHeight ?? input.Height);
        return input.Width > width || input.Height > height
            ? (width, height, Math.Min(settings.OverlapOfTiles, Math.Min(width, height) / 4))
            : null;
    }

    /// <summary>
    /// An output as a picture. Two channels of a graph of another program are two layers, because nothing says that the second is alpha.
    /// </summary>
    private Picture ToPicture(Tensor output, bool sixteenBits, string name)
    {
        if (!generator.IsGraph || generator.Options is not null || output.Shape[1] != 2)
        {
            return One(output, sixteenBits, name);
        }

        using var first = output.Slice(1, 0, 1);
        using var second = output.Slice(1, 1, 1);
        return new Picture(One(first, sixteenBits, name).Layers[0], One(second, sixteenBits, name).Layers[0]);
    }

    private Picture One(Tensor output, bool sixteenBits, string name) =>
        PictureTensors.ToPictures(output, [sixteenBits], Made(name))[0];

    private string Made(string name) => $"{name}: {generator.Spec.Description} makes values of it";

    /// <summary>Pads a picture by reflection, translates it and crops the result: [1, C, H, W].</summary>
    private Tensor ForwardPadded(Picture input, string name, Layer layer)
    {
        var (padded, output) = RunPadded(input, name, layer);
        if (generator.IsGraph && !(Scales(padded.Shape[2], output.Shape[2]) && Scales(padded.Shape[3], output.Shape[3])))
        {
            PictureRemarks.Add(
                name,
                $"{generator.Spec.Description} made {output.Shape[3]}x{output.Shape[2]} pixels of {padded.Shape[3]}x{padded.Shape[2]}, " +
                    "which are no multiple and no fraction of them: what it made may be shifted or stretched");
        }

        if (generator.HasUnknownRange && _outputsToLookAt > 0 && PictureRemarks.AreHeard)
        {
            _outputsToLookAt--;
            TellRange(output, name);
        }

        return ReflectionPadding.CropScaled(output, padded.Shape, input.Width, input.Height);

        static bool Scales(int side, int made) => made > 0 && (side % made == 0 || made % side == 0);
    }

    /// <summary>
    /// A graph of another program does not say what its sides must be multiples of: it is tried out, and the multiple is kept.
    /// </summary>
    private (Tensor Padded, Tensor Output) RunPadded(Picture input, string name, Layer layer)
    {
        ShapeException? first = null;
        for (var multiple = _multiple; multiple <= LargestMultiple; multiple *= 2)
        {
            var (width, height) = generator.Spec.RoundedUp(Up(input.Width), Up(input.Height));
            var padded = ReflectionPadding.ToTensor(input, width, height, device);
            try
            {
                var output = Run(padded, layer);
                if (multiple > _multiple)
                {
                    _multiple = multiple;
                    PictureRemarks.Add(name, $"{generator.Spec.Description} takes multiples of {multiple} pixels: the picture is padded");
                }

                return (padded, output);
            }
            catch (ShapeException refused) when (generator is { IsGraph: true, Spec: { FixedWidth: null, FixedHeight: null } })
            {
                first ??= refused;
            }

            int Up(int side) => (side + multiple - 1) / multiple * multiple;
        }

        throw first!;
    }

    private void TellRange(Tensor output, string name)
    {
        if (output.ToArray() is { Length: > 0 } values
            && (values.Min(), values.Max()) is var (least, most) && Math.Max(-least, most) > PictureGraph.MostSigned)
        {
            _outputsToLookAt = 0;
            PictureRemarks.Add(
                name,
                $"{generator.Spec.Description} makes values from {least:0.##} to {most:0.##}, but -1 is taken for black and 1 for white; " +
                    "--range unit or bytes says what white is");
        }
    }

    /// <summary>
    /// The same as <see cref="ForwardPadded"/>, with memory for about a given number of pixels of the network's widest layer.
    /// </summary>
    private Picture LayerByLayer(Picture input, string name, long pixels, bool sixteenBits)
    {
        using var inference = new InferenceScope([generator.Network]);
        using var layers = new LayerwiseForward(device, pixels * ExactValuesPerPixel, settings.Scratch ?? Path.GetTempPath());
        var (width, height) = generator.Spec.RoundedUp(input.Width, input.Height);
        using var output = layers.Run(generator.Network, new PictureMap(input, width, height, device));
        var result = new PictureStrips(input.Width, input.Height);
        var rows = layers.RowsOf(output);
        for (var top = 0; top < input.Height; top += rows)
        {
            using var step = device.Step();
            var strip = output.Read(top, Math.Min(rows, input.Height - top));
            result.Append(One(ReflectionPadding.Crop(strip, input.Width, strip.Shape[2]), sixteenBits, name));
        }

        return result.ToPicture();
    }

    private Picture WithAlphaOf(Picture source, Picture output)
    {
        var layer = source.Layers[0];
        if (source.Layers.Count > 1 || !layer.HasAlpha || generator.Spec.InputChannels == layer.Channels
            || output.Channels is not (1 or 3))
        {
            return output;
        }

        var alpha = new Picture(layer).Resize(output.Width, output.Height).Layers[0];
        return new Picture(AlphaChannel.Copy(alpha, output.Layers[0]));
    }
}

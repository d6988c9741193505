using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Evaluation.Segmentation;

/// <summary>Training settings of a segmenter; the same settings and pairs give the same bits.</summary>
internal sealed record SegmenterSettings
{
    public int Steps { get; init; } = 600;

    public int BatchSize { get; init; } = 4;

    public float LearningRate { get; init; } = 2e-3f;

    public ulong Seed { get; init; } = 1;

    /// <summary>The same in every language, since a kept segmenter is found by it.</summary>
    public override string ToString() => Invariant.Text(
        $"SegmenterSettings {{ Steps = {Steps}, BatchSize = {BatchSize}, LearningRate = {LearningRate}, Seed = {Seed} }}");
}

/// <summary>
/// Classifies the pixels of photographs, trained on the real pairs of a data set. It replaces the FCN-8s of the pix2pix paper: the better
/// it recognises the label map's classes in generated photographs, the better they show them.
/// </summary>
internal sealed class Segmenter
{
    private const string Kind = "ilgpugan-segmenter";

    private readonly SegmenterNetwork _network;
    private readonly Device _device;

    private Segmenter(SegmenterNetwork network, LabelPalette palette, Device device) =>
        (_network, Palette, _device) = (network, palette, device);

    public LabelPalette Palette { get; }

    /// <summary>Trains a segmenter.</summary>
    /// <param name="pairs">real pairs, with random flips at most: A is a label map of the palette, B the photograph</param>
    /// <param name="progress">called after each step, counted from 1, with the loss</param>
    public static Segmenter Train(
        PairSource pairs, LabelPalette palette, Device device, SegmenterSettings settings, Action<int, float>? progress = null,
        CancellationToken cancellation = default)
    {
        var network = new SegmenterNetwork(palette.Colours.Count, pairs.Settings.OutputChannels)
            .Initialize(settings.Seed, Initialization.Kaiming).To(device);
        var adam = new Adam(network.Parameters, settings.LearningRate);
        var batch = pairs.Settings.Preprocess.Crops() ? settings.BatchSize : 1; // Without crops pictures may differ in size.
        var step = 0;
        foreach (var pair in pairs.Shuffled(settings.Seed, batch).On(device, count: settings.Steps))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = device.Step();
            adam.LearningRate = settings.LearningRate * 0.5f * (1 + MathF.Cos(MathF.PI * step / settings.Steps));
            var loss = network.Forward(pair.B).CrossEntropy(ClassesOf(pair.A, palette));
            adam.Minimize(loss);
            adam.ClearGradients();
            step++;
            progress?.Invoke(step, loss.Item());
        }

        return new Segmenter(network.Eval(), palette, device);
    }

    /// <summary>The class of every pixel of a photograph, row-major.</summary>
    public int[] Classify(Picture photo)
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        var logits = _network.Forward(photo.ToTensor(_device)).ToArray();
        var classes = new int[photo.Width * photo.Height];
        for (var i = 0; i < classes.Length; i++)
        {
            for (var c = 1; c < Palette.Colours.Count; c++)
            {
                if (logits[(c * classes.Length) + i] > logits[(classes[i] * classes.Length) + i])
                {
                    classes[i] = c;
                }
            }
        }

        return classes;
    }

    /// <summary>Writes the network and its palette.</summary>
    /// <param name="key">key of the training data, for <see cref="Load"/></param>
    /// <exception cref="IOException">the file can't be written</exception>
    public void Save(string path, string key)
    {
        var tensors = _network.NamedTensors()
            .Select(t => NamedArray.From(t.Name, t.Value.Shape.ToLongs(), t.Value.ToArray())).ToList();
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["format"] = Kind,
            ["key"] = key,
            ["palette"] = string.Join(' ', Palette.Colours.Select(c => c.ToString("X6", CultureInfo.InvariantCulture))),
        });
    }

    /// <summary>Reads a file of <see cref="Save"/>; null if it does not exist or has another key.</summary>
    /// <exception cref="CheckpointFormatException">the file is damaged</exception>
    public static Segmenter? Load(string path, string key, int inputChannels, Device device)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = TensorFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Kind || file.Metadata.GetValueOrDefault("key") != key)
        {
            return null;
        }

        var palette = new LabelPalette(
            file.Metadata["palette"].Split(' ').Select(c => int.Parse(c, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        var network = new SegmenterNetwork(palette.Colours.Count, inputChannels);
        network.MoveTo(device);
        network.LoadState(file);
        return new Segmenter(network.Eval(), palette, device);
    }

    private static int[] ClassesOf(Tensor labels, LabelPalette palette) =>
        [.. Enumerable.Range(0, labels.Shape[0]).SelectMany(i => palette.Classify(PictureTensors.ToPicture(labels, i)))];
}

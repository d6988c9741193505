using System.Security.Cryptography;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation.Segmentation;

/// <summary>Scores of a translation between label maps and photographs.</summary>
/// <param name="Classes">number of colours in the palette</param>
/// <param name="Outputs">score of the generator's outputs</param>
/// <param name="Ceiling">score of the real photographs, the segmenter's upper bound; null if outputs are label maps</param>
internal sealed record SegmentationReport(int Classes, SegmentationScore Outputs, SegmentationScore? Ceiling)
{
    /// <summary>A segmenter that recognises a smaller share of the pixels of real photographs is not to be judged by.</summary>
    private const double LeastRecognised = 0.7;

    /// <summary>Why the scores say little; empty if they can be relied on.</summary>
    internal IEnumerable<string> Doubts() => Ceiling is { PixelAccuracy: < LeastRecognised and var recognised }
        ? [Invariant.Text($"the segmenter is too weak to judge by: it recognises {recognised:0.00} of the ") +
            "pixels of real pictures; more training pairs make it better, and --no-labels leaves it out"]
        : [];
}

/// <summary>
/// A data set with label maps on one side. Photographs are scored by a segmenter (the papers' FCN score), label maps by the nearest colour
/// of the palette.
/// </summary>
internal sealed class LabelTask
{
    /// <summary>Most pictures from which the palette is read.</summary>
    private const int MapsSearched = 100;

    private readonly LabelPalette _palette;
    private readonly Segmenter? _segmenter;
    private readonly ConfusionMatrix _outputs;
    private readonly ConfusionMatrix _targets;

    private LabelTask(LabelPalette palette, Segmenter? segmenter)
    {
        (_palette, _segmenter) = (palette, segmenter);
        (_outputs, _targets) = (new ConfusionMatrix(palette.Colours.Count), new ConfusionMatrix(palette.Colours.Count));
    }

    /// <summary>
    /// Looks for label maps among training pairs. If outputs are photographs, trains a segmenter or loads the cached one.
    /// </summary>
    /// <param name="training">real pairs of the training split, without random crops or flips</param>
    /// <param name="mirrored">the same pairs with random flips, in random order</param>
    /// <param name="cacheFolders">folders of cached segmenters; a new one is saved to the first; empty for no cache</param>
    /// <param name="progress">called after each step of a training, counted from 1, with the loss</param>
    /// <param name="say">called with a sentence if a new segmenter can't be saved</param>
    /// <returns>null if neither side holds label maps</returns>
    /// <exception cref="PictureException">a file can't be used</exception>
    public static LabelTask? Find(
        PairSource training, PairSource mirrored, Device device, IReadOnlyList<string> cacheFolders, SegmenterSettings? settings = null,
        Action<int, float>? progress = null, Action<string>? say = null, CancellationToken cancellation = default)
    {
        settings ??= new SegmenterSettings();
        var random = new RandomSequence(default);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (inputs, targets) = (new List<Picture>(), new List<Picture>());
        for (var i = 0; i < training.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var pair = training.LoadPair(i, random);
            AddTo(hash, pair.A);
            AddTo(hash, pair.B);
            if (i % (1 + ((training.Count - 1) / MapsSearched)) == 0)
            {
                inputs.Add(pair.A);
                targets.Add(pair.B);
            }
        }

        if (LabelPalette.Find(targets) is { } targetPalette)
        {
            return new LabelTask(targetPalette, segmenter: null);
        }

        if (LabelPalette.Find(inputs) is not { } palette)
        {
            return null;
        }

        // The palette: another one numbers the classes in another way.
        hash.AppendData(Encoding.UTF8.GetBytes($"{settings} {typeof(SegmenterNetwork).Assembly.GetName().Version} {palette.Typed}"));
        var key = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        var files = cacheFolders.Select(folder => Path.Combine(folder, $"segmenter-{key}.safetensors")).ToList();
        foreach (var file in files)
        {
            if (Segmenter.Load(file, key, training.Settings.OutputChannels, device) is { } known)
            {
                return new LabelTask(palette, known);
            }
        }

        var segmenter = Segmenter.Train(mirrored, palette, device, settings, progress, cancellation);
        if (files.Count > 0)
        {
            try
            {
                OutputPath.MakeFolder(cacheFolders[0]);
                segmenter.Save(files[0], key);
            }
            catch (IOException e)
            {
                say?.Invoke($"{e.Message}; the segmenter is used all the same, and trained again by the next evaluation");
            }
        }

        return new LabelTask(palette, segmenter);
    }

    /// <summary>Scores an output. Returns the share of its pixels with the correct class.</summary>
    public double Score(Picture input, Picture output, Picture target)
    {
        if (_segmenter is null)
        {
            return _outputs.Add(_palette.Classify(target), _palette.Classify(output));
        }

        var truth = _palette.Classify(input);
        _targets.Add(truth, _segmenter.Classify(target));
        return _outputs.Add(truth, _segmenter.Classify(output));
    }

    /// <summary>Adds the pixel counts of the other ranks.</summary>
    public void AllReduce(IRanks ranks)
    {
        _outputs.AllReduce(ranks);
        _targets.AllReduce(ranks);
    }

    public SegmentationReport Report() => new(_palette.Colours.Count, _outputs.Score(), _segmenter is null ? null : _targets.Score());

    private static void AddTo(IncrementalHash hash, Picture picture)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{picture.Width}x{picture.Height}"));
        foreach (var layer in picture.Layers)
        {
            hash.AppendData(layer.ToEightBits().Bytes);
        }
    }
}

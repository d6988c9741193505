using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Compares a generator's outputs with pictures that it has not seen.</summary>
public static class Evaluator
{
    /// <summary>Sets are compared by so many pictures at most: all of them are in memory at once.</summary>
    internal const int MostPictures = 500;

    /// <summary>Compares each output with its target.</summary>
    /// <param name="translator">the generator, in the mode to be measured</param>
    /// <param name="pairs">aligned pairs prepared without chance (<see cref="DataSettings.ForEvaluation"/>)</param>
    /// <param name="device">the translator's device</param>
    /// <param name="progress">told after each picture: name, input, output, target</param>
    /// <param name="labels">judges the classes as well, where one side is label maps</param>
    /// <exception cref="DataException">a file can't be used</exception>
    public static PairScores Run(
        Translator translator, PairSource pairs, Device device, Action<ImageScore, Picture, Picture, Picture>? progress = null,
        LabelTask? labels = null, CancellationToken cancellation = default)
    {
        var scores = new List<ImageScore>();
        var targets = new List<Picture>();
        var (made, wanted) = (new ColourHistogram(), new ColourHistogram());
        var (ofOutputs, ofTargets) = (new CheckerboardMeter(), new CheckerboardMeter());
        foreach (var pair in pairs.InOrder().On(device))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();
            var input = PictureTensors.ToPicture(pair.A);
            var output = Made(translator, pair.A);
            var target = PictureTensors.ToPicture(pair.B);
            scores.Add(ImageScore.Of(pair.Names[0], output, target) with { PixelAccuracy = labels?.Judge(input, output, target) });
            targets.Add(target);
            made.Add(output);
            wanted.Add(target);
            ofOutputs.Add(output);
            ofTargets.Add(target);
            progress?.Invoke(scores[^1], input, output, target);
        }

        return new PairScores(scores, ImageScore.MeanOf("mean", scores), BaselineOf(targets), made.Intersect(wanted))
        {
            Checkerboard = CheckerboardMeter.Compare(ofOutputs, ofTargets),
        };
    }

    /// <summary>The outputs of a generator and the real pictures of its target domain, each once, at most 500 of either.</summary>
    /// <param name="translator">the generator, in the mode to be measured</param>
    /// <param name="samples">inputs and real pictures, which need not belong together, prepared without chance</param>
    /// <param name="device">the translator's device</param>
    /// <exception cref="DataException">a file can't be used</exception>
    public static (IReadOnlyList<Picture> Outputs, IReadOnlyList<Picture> Real) Collect(
        Translator translator, PairSource samples, Device device, CancellationToken cancellation = default)
    {
        var (outputs, real) = (new List<Picture>(), new List<Picture>());
        foreach (var pair in samples.InOrder().On(device, count: Math.Min(MostPictures, samples.Count)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();
            if (outputs.Count < samples.Inputs)
            {
                outputs.Add(Made(translator, pair.A));
            }

            if (real.Count < samples.Targets)
            {
                real.Add(PictureTensors.ToPicture(pair.B));
            }
        }

        return (outputs, real);
    }

    private static Picture Made(Translator translator, Tensor input) => PictureTensors.ToPicture(translator.ForwardShown(input));

    /// <summary>What one colour for all pictures would score: the mean colour of the targets.</summary>
    private static ImageScore BaselineOf(IReadOnlyList<Picture> targets)
    {
        var colours = targets.Select(t => t.Layers.Select(MeanColour).ToList()).ToList();
        var mean = colours[0].Select((layer, l) => layer.Select((_, c) => colours.Average(colour => colour[l][c])).ToArray()).ToList();
        return ImageScore.MeanOf("mean colour", [.. targets.Select(t => ImageScore.Of("", Flat(t, mean), t))]);
    }

    private static double[] MeanColour(Image image) =>
        [.. Enumerable.Range(0, image.Channels)
            .Select(c => Enumerable.Range(0, image.Width * image.Height).Average(i => (double)image.Bytes[(i * image.Channels) + c]))];

    private static Picture Flat(Picture like, List<double[]> colour) => new([.. like.Layers.Select((layer, l) =>
    {
        var samples = new byte[layer.Bytes.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)Math.Round(colour[l][i % layer.Channels]);
        }

        return new Image(layer.Width, layer.Height, layer.Channels, samples);
    })]);
}

using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Compares a generator's outputs with the targets of pairs that it has not seen.</summary>
public static class Evaluator
{
    /// <param name="translator">the generator, in the mode to be measured</param>
    /// <param name="pairs">aligned pairs prepared without chance (<see cref="DataSettings.ForEvaluation"/>)</param>
    /// <param name="device">the translator's device</param>
    /// <param name="progress">told after each picture: name, input, output, target</param>
    /// <exception cref="DataException">a file can't be used</exception>
    public static EvaluationReport Run(
        Translator translator, PairSource pairs, Device device, Action<ImageScore, Picture, Picture, Picture>? progress = null, CancellationToken cancellation = default)
    {
        var scores = new List<ImageScore>();
        var targets = new List<Picture>();
        var (made, wanted) = (new ColourHistogram(), new ColourHistogram());
        foreach (var pair in pairs.InOrder().On(device))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();
            var output = PictureTensors.ToPicture(translator.Forward(pair.A));
            var target = PictureTensors.ToPicture(pair.B);
            scores.Add(ImageScore.Of(pair.Names[0], output, target));
            targets.Add(target);
            made.Add(output);
            wanted.Add(target);
            progress?.Invoke(scores[^1], PictureTensors.ToPicture(pair.A), output, target);
        }

        return new EvaluationReport(scores, EvaluationReport.MeanOf("mean", scores), BaselineOf(targets), made.Intersect(wanted));
    }

    /// <summary>What one colour for all pictures would score: the mean colour of the targets.</summary>
    private static ImageScore BaselineOf(IReadOnlyList<Picture> targets)
    {
        var colours = targets.Select(t => t.Layers.Select(MeanColour).ToList()).ToList();
        var mean = colours[0].Select((layer, l) => layer.Select((_, c) => colours.Average(colour => colour[l][c])).ToArray()).ToList();
        return EvaluationReport.MeanOf("mean colour", [.. targets.Select(t => ImageScore.Of("", Flat(t, mean), t))]);
    }

    private static double[] MeanColour(Image image) =>
        [.. Enumerable.Range(0, image.Channels).Select(c => Enumerable.Range(0, image.Width * image.Height).Average(i => (double)image.Bytes[(i * image.Channels) + c]))];

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

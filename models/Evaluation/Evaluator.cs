using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Compares a generator's outputs with held-out pictures. For one thread at a time of a device.</summary>
public static class Evaluator
{
    /// <summary>Most pictures of each set in a comparison of sets: all are held in memory. They are spread evenly over the set.</summary>
    internal const int MostPictures = 500;

    /// <summary>Compares each output with its target.</summary>
    /// <param name="translator">the generator, in the mode to evaluate</param>
    /// <param name="pairs">aligned pairs without random crops or flips (<see cref="DataSettings.ForEvaluation"/>)</param>
    /// <param name="metrics">
    /// further measures, of at most 500 outputs, spread evenly over the set, beside their targets: <see cref="PairScores.Measures"/>
    /// </param>
    /// <param name="progress">called after each picture: score, input, output, target</param>
    /// <param name="cancellationToken">stops the evaluation</param>
    /// <exception cref="PictureException">a file can't be used</exception>
    public static PairScores Run(
        Translator translator, PairSource pairs, IReadOnlyList<PictureMetric>? metrics = null,
        Action<ImageScore, Picture, Picture, Picture>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(translator);
        ArgumentNullException.ThrowIfNull(pairs);
        var (made, real) = (new List<Picture>(), new List<Picture>());
        var (measured, number) = (EvenPlaces.Of(pairs.Count, MostPictures).ToHashSet(), 0);
        var scores = Run(translator, pairs, labels: null, ranks: null, Shown, cancellationToken);
        return metrics is { Count: > 0 } ? scores with { Measures = Measured(metrics, made, real, translator.Device) } : scores;

        void Shown(ImageScore score, Picture input, Picture output, Picture target)
        {
            if (measured.Contains(number++) && metrics is { Count: > 0 })
            {
                made.Add(output);
                real.Add(target);
            }

            progress?.Invoke(score, input, output, target);
        }
    }

    /// <summary>The same with classes, on several processes.</summary>
    /// <param name="translator">the generator, in the mode to evaluate</param>
    /// <param name="pairs">aligned pairs</param>
    /// <param name="labels">scores classes, too, if one side is label maps; null for none</param>
    /// <param name="ranks">the ranks that share the pictures, each with a call like this; null for this process alone</param>
    internal static PairScores Run(
        Translator translator, PairSource pairs, LabelTask? labels, IRanks? ranks,
        Action<ImageScore, Picture, Picture, Picture>? progress = null, CancellationToken cancellationToken = default)
    {
        var scores = new List<ImageScore>();
        var names = new GivenNames();
        var targets = new List<Picture>();
        var (outputColours, targetColours) = (new ColourHistogram(), new ColourHistogram());
        var (ofOutputs, ofTargets) = (new CheckerboardMeter(), new CheckerboardMeter());
        var all = ranks ?? new SoleRank();
        foreach (var (scored, pictures) in Each(pairs, translator.Device, all, only: null, Scored, cancellationToken))
        {
            var (input, output, target) = (pictures[0], pictures[1], pictures[2]);
            var score = scored! with { Name = names.NotYetGiven(scored.Name) };
            scores.Add(score);
            targets.Add(target);
            outputColours.Add(output);
            targetColours.Add(target);
            ofOutputs.Add(output);
            ofTargets.Add(target);
            progress?.Invoke(score, input, output, target);
        }

        labels?.AllReduce(all);
        return new PairScores
        {
            Images = scores, Mean = ImageScore.MeanOf("mean", scores), Baseline = BaselineOf(targets),
            Colours = outputColours.Intersect(targetColours),
            Checkerboard = CheckerboardMeter.Compare(ofOutputs, ofTargets),
        };

        ShownSample Scored(Batch pair, int number)
        {
            var (input, output, target) = (PictureTensors.ToPicture(pair.A), OutputOf(translator, pair), PictureTensors.ToPicture(pair.B));
            var score = ImageScore.Of(pair.Names[0], output, target) with { PixelAccuracy = labels?.Score(input, output, target) };
            return new ShownSample(score, [input, output, target]);
        }
    }

    /// <summary>
    /// Measures a generator's outputs as a set beside real pictures that need not be their targets: at most 500 of each, spread evenly over
    /// all of them.
    /// </summary>
    /// <param name="translator">the generator, in the mode to evaluate</param>
    /// <param name="samples">inputs and real pictures, paired or not, without random crops or flips</param>
    /// <param name="metrics">the measures</param>
    /// <param name="cancellationToken">stops the evaluation</param>
    /// <returns>the values by the names of the measures</returns>
    /// <exception cref="PictureException">a file can't be used</exception>
    public static IReadOnlyDictionary<string, double> Measure(
        Translator translator, PairSource samples, IReadOnlyList<PictureMetric> metrics, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(translator);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(metrics);
        var (made, real) = Collect(translator, samples, cancellationToken);
        return Measured(metrics, made, real, translator.Device);
    }

    /// <summary>
    /// Collects the outputs of a generator and the real pictures of its target domain, each once: at most 500 of each, spread evenly over
    /// all of them.
    /// </summary>
    /// <param name="translator">the generator, in the mode to evaluate</param>
    /// <param name="samples">inputs and real pictures, paired or not, without random crops or flips</param>
    /// <param name="cancellationToken">stops the evaluation</param>
    /// <param name="ranks">the ranks that share the pictures, each with a call like this; null for this process alone</param>
    /// <param name="progress">called after each output with the name of its input</param>
    /// <exception cref="PictureException">a file can't be used</exception>
    internal static (IReadOnlyList<Picture> Outputs, IReadOnlyList<Picture> Real) Collect(
        Translator translator, PairSource samples, CancellationToken cancellationToken = default, IRanks? ranks = null,
        Action<string, Picture>? progress = null)
    {
        var compared = new ComparedSamples(samples, MostPictures);
        var (outputs, real, names) = (new List<Picture>(), new List<Picture>(), new GivenNames());
        foreach (var (place, sample) in Each(
            samples, translator.Device, ranks ?? new SoleRank(), compared.Numbers, Shown, cancellationToken).Index())
        {
            if (compared.HasInput(place))
            {
                outputs.Add(sample.Pictures[0]);
                progress?.Invoke(names.NotYetGiven(samples.NameOfInput(compared.Numbers[place])), outputs[^1]);
            }

            if (compared.HasTarget(place))
            {
                real.Add(sample.Pictures[^1]);
            }
        }

        return (outputs, real);

        // The smaller of two unpaired sets repeats; its pictures are not translated twice.
        ShownSample Shown(Batch pair, int at) => new(
            null,
            [
                .. compared.HasInput(at) ? [OutputOf(translator, pair)] : (Picture[])[],
                .. compared.HasTarget(at) ? [PictureTensors.ToPicture(pair.B)] : (Picture[])[],
            ]);
    }

    private static Dictionary<string, double> Measured(
        IReadOnlyList<PictureMetric> metrics, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device)
    {
        using var step = device.Step();
        return metrics.ToDictionary(metric => metric.Name, metric => metric.Of(made, real, device), StringComparer.Ordinal);
    }

    /// <summary>Maps samples in order; results are on every rank. In each round, every rank computes one sample.</summary>
    /// <param name="only">numbers of the samples; null for all</param>
    /// <param name="show">maps a sample and its place, from 0</param>
    private static IEnumerable<ShownSample> Each(
        PairSource samples, Device device, IRanks ranks, IReadOnlyList<int>? only, Func<Batch, int, ShownSample> show,
        CancellationToken cancellationToken)
    {
        samples.RequireSamples();
        var count = only?.Count ?? samples.Count;
        var rounds = samples.InOrder(ranks.Count, (ranks.Rank, ranks.Count), only)
            .On(device, count: (count + ranks.Count - 1) / ranks.Count);
        var first = 0;
        foreach (var pair in rounds)
        {
            var number = first + pair.Share.First;
            var own = ranks.Together<ShownSample[]>(() =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var step = device.Step();
                return pair.Share.Count == 0 || number >= count ? [] : [show(pair, number)];
            });
            first += ranks.Count;
            var all = ranks.Count == 1 ? own : ranks.GatherAll(ShownSample.Write(own)).SelectMany(ShownSample.Read);
            foreach (var sample in all)
            {
                yield return sample;
            }
        }
    }

    private static Picture OutputOf(Translator translator, Batch pair) =>
        PictureTensors.ToPictures(
            translator.ForwardShown(pair.A, pair.Find(LabelFields.NameOfBorder)), [false],
            $"{pair.Names[0]}: {translator.Generator.Description} makes values of it")[0];

    /// <summary>The baseline: the scores if every output were the mean colour of the targets.</summary>
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

    /// <summary>Files that differ in their extension alone share a name, under which their rows would be saved.</summary>
    private sealed class GivenNames
    {
        private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

        public string NotYetGiven(string name)
        {
            var (given, next) = (name, 2);
            while (!_names.Add(given))
            {
                given = Invariant.Text($"{name}-{next++}");
            }

            return given;
        }
    }
}

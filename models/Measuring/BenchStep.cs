using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Measuring;

/// <summary>One repetition of the work that <c>bench</c> measures, with data prepared in advance.</summary>
internal sealed class BenchStep : IDisposable
{
    private const int ChannelsOfPictures = 3;
    private const int LongestCycle = 100;

    private readonly Action _run;
    private readonly IReadOnlyList<IDisposable> _owned;

    private BenchStep(
        Action run, IReadOnlyList<IDisposable> owned, IEnumerable<NamedNetwork> networks, StepCounts steps)
    {
        (_run, _owned, Steps) = (run, owned, steps);
        Layers = networks.SelectMany(n => n.Network.LayerNames(n.Name))
            .ToDictionary(n => n.Key, n => n.Value, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);
    }

    /// <summary>The names of the networks' modules, keyed by reference.</summary>
    public IReadOnlyDictionary<object, string> Layers { get; }

    /// <summary>How many steps or forward passes were replayed so far, and why others were not.</summary>
    public StepCounts Steps { get; }

    public void Run() => _run();

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }

    /// <summary>Side of the pictures in pixels.</summary>
    public required int Side { get; init; }

    /// <summary>Trainable weights of all networks.</summary>
    public required long Weights { get; init; }

    /// <summary>Training steps of one <see cref="Run"/>: one cycle, if critic and generator are trained in different steps.</summary>
    public int StepsPerCycle { get; init; } = 1;

    /// <summary>Complete training steps on noise: forward and backward passes, optimisers.</summary>
    /// <param name="family">the family</param>
    /// <param name="size">side of the pictures in pixels</param>
    /// <param name="batch">pictures per step</param>
    /// <param name="device">the device to run on</param>
    /// <param name="eager">whether steps are computed eagerly instead of being recorded and replayed</param>
    /// <param name="feed">how pictures are transferred to the device</param>
    public static BenchStep OfTraining(
        Family family, int size, int batch, Device device, bool eager = false, FeedMode feed = FeedMode.None) =>
        OfTraining(family, family.AtSize(size) with { BatchSize = batch, Eager = eager }, device, feed);

    /// <summary>The same with given options, but for precision and tuning, which are the device's.</summary>
    /// <param name="family">the family</param>
    /// <param name="options">options of the family</param>
    /// <param name="device">the device to run on, as it is to compute</param>
    /// <param name="feed">how pictures are transferred to the device</param>
    /// <param name="ranks">the ranks that share each batch, sample by sample; null for one process</param>
    /// <exception cref="OptionsException">the family's batches can't be shared</exception>
    public static BenchStep OfTraining(
        Family family, TrainingOptions options, Device device, FeedMode feed = FeedMode.None, IRanks? ranks = null)
    {
        var model = family.Create(
            options with
            {
                Precision = Enum.Parse<Precision>(device.Precision.ToString()), Tune = device.Tuning != TuningMode.Table,
            },
            device);
        var noise = family.Noise(options, device);
        if (ranks is not null)
        {
            model.SplitSamples(ranks);
            noise = PartOf(noise, SampleShare.Of(ranks.Rank, ranks.Count, noise.Size));
        }

        var side = noise.PictureSide;
        var samples = new BenchFeed(device, feed, noise);
        var cycle = CycleOf(model);
        long step = 0;
        return new BenchStep(
            () =>
            {
                for (var i = 0; i < cycle; i++)
                {
                    var next = samples.Next();
                    model.Step(next, step++);
                    samples.Done(next);
                }
            },
            [model, samples],
            model.Networks,
            model.StepCounts)
        {
            Side = side,
            Weights = model.Networks.Sum(n => n.Network.ParameterCount),
            StepsPerCycle = cycle,
        };
    }

    /// <summary>A generator's forward pass in evaluation mode without autodiff, as in translations.</summary>
    public static BenchStep OfInference(string name, int size, int batch, Device device) =>
        OfInference(FamilyCatalog.BenchGenerator(name, ChannelsOfPictures).Initialize(1).To(device), size, device, batch: batch);

    /// <summary>The same for a given generator, on the device.</summary>
    public static BenchStep OfInference(Layer generator, int size, Device device, int channels = ChannelsOfPictures, int batch = 1)
    {
        generator.Eval();
        var x = Tensor.Uniform(new RandomKey(1, 1, 0, 0), new Shape(batch, channels, size, size), device).Affine(2, -1); // Noise.
        _ = new CachedWeights(generator);
        var forward = new RecordedStep(device, inputs => [generator.Forward(inputs[0])]);
        return new BenchStep(
            () =>
            {
                using var noGrad = GradMode.NoGrad();
                _ = forward.Run(x);
            },
            [forward, x],
            [new NamedNetwork(FamilyCatalog.LoneGenerator, generator)],
            forward.Counts)
        {
            Side = size,
            Weights = generator.ParameterCount,
        };
    }

    /// <summary>Number of steps after which the training phases repeat.</summary>
    internal static int CycleOf(GanModel model)
    {
        string[] phases = [.. Enumerable.Range(0, 2 * LongestCycle).Select(step => model.PhaseAt(step))];
        return Enumerable.Range(1, LongestCycle - 1).Cast<int?>()
            .FirstOrDefault(cycle => Enumerable.Range(0, LongestCycle).All(step => phases[step] == phases[step + cycle!.Value])) ?? 1;
    }

    /// <summary>A rank's samples of a batch; one sample with a share of 0 if it has none.</summary>
    private static Batch PartOf(Batch all, SampleShare share)
    {
        using (all)
        {
            var first = Math.Min(share.First, share.Total - 1);
            return new Batch(
                [.. all.Fields.Select(f => KeyValuePair.Create(f.Key, f.Value.Slice(0, first, Math.Max(share.Count, 1))))], all.Names,
                all.Epoch) { Share = share };
        }
    }
}

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Measuring;

/// <summary>One repetition of what <c>bench</c> measures, with its data made beforehand.</summary>
public sealed class BenchStep : IDisposable
{
    private const int ChannelsOfPictures = 3;

    private readonly Action _run;
    private readonly IReadOnlyList<IDisposable> _owned;

    private BenchStep(Action run, IReadOnlyList<IDisposable> owned, IEnumerable<(string Name, Module Network)> networks, StepCounts? steps = null)
    {
        (_run, _owned, Steps) = (run, owned, steps);
        Layers = networks.SelectMany(n => n.Network.LayerNames(n.Name))
            .ToDictionary(n => n.Key, n => n.Value, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);
    }

    /// <summary>The name of each module of the networks, by reference.</summary>
    public IReadOnlyDictionary<object, string> Layers { get; }

    /// <summary>How often training steps were replayed so far, and why not; null for inference.</summary>
    public StepCounts? Steps { get; }

    public void Run() => _run();

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }

    /// <summary>A whole training step on noise: forwards, backwards, optimisers.</summary>
    /// <param name="family">which family's</param>
    /// <param name="size">side of the pictures in pixels</param>
    /// <param name="batch">pictures a step</param>
    /// <param name="device">where it runs</param>
    /// <param name="eager">computed anew each time instead of recorded and repeated</param>
    /// <param name="feed">how the pictures come to the device</param>
    public static BenchStep OfTraining(IFamily family, int size, int batch, Device device, bool eager = false, FeedMode feed = FeedMode.None)
    {
        var options = family.AtSize(size) with { BatchSize = batch, Eager = eager };
        var model = GanModel.Create(options, device);
        var samples = new BenchFeed(device, feed, family.Noise(options, device));
        long step = 0;
        return new BenchStep(
            () =>
            {
                var next = samples.Next();
                model.Step(next, step++);
                samples.Done(next);
            },
            [model, samples],
            model.Networks,
            model.StepCounts);
    }

    /// <summary>A generator's forward pass in evaluation mode, without a graph, as translations run it.</summary>
    public static BenchStep OfInference(string name, int size, int batch, Device device)
    {
        var generator = FamilyCatalog.BenchGenerator(name, ChannelsOfPictures).Initialize(1).To(device).Eval();
        var x = Noise(1, size, batch, device);
        _ = new WeightHold(generator);
        return new BenchStep(
            () =>
            {
                using var noGrad = GradMode.NoGrad();
                using var step = device.Step();
                _ = generator.Forward(x);
            },
            [x],
            [("netG", generator)]);
    }

    /// <summary>Numbers like a picture's, in [−1, 1).</summary>
    private static Tensor Noise(uint stream, int size, int batch, Device device) =>
        Tensor.Uniform(new RandomKey(1, stream, 0, 0), new Shape(batch, ChannelsOfPictures, size, size), device).Affine(2, -1);
}

using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Cli.Profiling;

/// <summary>One repetition of what <c>bench</c> measures, with its data made beforehand.</summary>
internal sealed class BenchStep : IDisposable
{
    private const int ChannelsOfPictures = 3;

    private readonly Action _run;
    private readonly IReadOnlyList<IDisposable> _owned;

    private BenchStep(Action run, IReadOnlyList<IDisposable> owned, IEnumerable<(string Name, Module Network)> networks)
    {
        (_run, _owned) = (run, owned);
        Layers = networks.SelectMany(n => n.Network.LayerNames(n.Name))
            .ToDictionary(n => n.Key, n => n.Value, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);
    }

    /// <summary>The name of each module of the networks, by reference.</summary>
    public IReadOnlyDictionary<object, string> Layers { get; }

    public void Run() => _run();

    public void Dispose()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }

    /// <summary>A whole training step on noise: forwards, backwards, optimisers.</summary>
    /// <param name="model">which model's</param>
    /// <param name="size">side of the pictures in pixels</param>
    /// <param name="batch">pictures a step</param>
    /// <param name="device">where it runs</param>
    /// <param name="eager">computed anew each time instead of recorded and repeated</param>
    /// <param name="feed">how the pictures come to the device</param>
    public static BenchStep OfTraining(ModelKind model, int size, int batch, Device device, bool eager = false, FeedMode feed = FeedMode.None)
    {
        var options = TrainingOptions.For(model) with { CropSize = size, LoadSize = size, BatchSize = batch, Eager = eager };
        if (size < 256)
        {
            options = options with { Generator = model == ModelKind.CycleGan ? GeneratorKind.ResNet(6) : GeneratorKind.UNet(int.Log2(size)) };
        }

        var trainer = GanTrainer.Create(options, device);
        var pictures = new BenchFeed(device, feed, new Pair(Noise(1, size, batch, device), Noise(2, size, batch, device), ["noise"], 0));
        long step = 0;
        return new BenchStep(
            () =>
            {
                var pair = pictures.Next();
                trainer.Step(pair, step++);
                pictures.Done(pair);
            },
            [trainer, pictures],
            trainer.Networks);
    }

    /// <summary>A generator's forward pass in evaluation mode, without a graph, as translations run it.</summary>
    public static BenchStep OfInference(GeneratorKind kind, int size, int batch, Device device)
    {
        var options = TrainingOptions.For(kind.Family == GeneratorFamily.ResNet ? ModelKind.CycleGan : ModelKind.Pix2Pix) with { Generator = kind };
        var generator = options.CreateGenerator(ChannelsOfPictures, ChannelsOfPictures).Initialize(1).To(device).Eval();
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

using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>
/// A whole training step of a small GAN on the library's public interface, recorded: what <c>Peers/torch_small.py</c> does in PyTorch, with
/// the same networks, weights and inputs. Random inputs are made beforehand on both sides.
/// </summary>
internal abstract class SmallStep : IDisposable
{
    private const int Losses = 2;

    private readonly RecordedStep _step;
    private readonly List<Tensor> _inputs = [];

    /// <param name="generator">of weights that are made here</param>
    /// <param name="discriminator">of weights that are made here</param>
    /// <param name="device">where the step runs</param>
    protected SmallStep(Sequential generator, Sequential discriminator, Device device)
    {
        (Generator, Discriminator, Device) = (generator.Placed(1000, device), discriminator.Placed(2000, device), device);
        _step = new RecordedStep(device, inputs => [Reported(Update(inputs))]);
    }

    /// <summary>What <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dcgan", "wgan-gp", "singan"];

    public Sequential Generator { get; }

    public Sequential Discriminator { get; }

    /// <summary>Whether to compute each step anew.</summary>
    public bool IsEager
    {
        get => _step.IsEager;
        set => _step.IsEager = value;
    }

    protected Device Device { get; }

    /// <param name="name">one of <see cref="Names"/></param>
    /// <param name="size">side of the pictures, where the networks leave a choice</param>
    /// <param name="device">where the step runs</param>
    public static SmallStep Create(string name, int size, Device device) => name switch
    {
        "dcgan" => new DcganStep(device),
        "wgan-gp" => new WganGpStep(device),
        "singan" => new SinGanStep(size, device),
        _ => throw new ArgumentException($"no small step is named '{name}', only {string.Join(", ", Names)}", nameof(name)),
    };

    /// <summary>Takes the step and waits for its losses, the discriminator's and the generator's.</summary>
    public float[] Run()
    {
        var losses = new float[Losses];
        _step.Run([.. _inputs])[0].CopyTo(losses);
        return losses;
    }

    public void Dispose()
    {
        _step.Dispose();
        _inputs.ForEach(input => input.Dispose());
    }

    /// <summary>Adds an input of numbers made from their places.</summary>
    protected void AddInput(int stream, Shape shape, double deviation, double mean = 0) =>
        _inputs.Add(PlaceNumbers.DrawTensor(stream, shape, deviation, Device, mean));

    /// <summary>Adds one number in [0, 1) a sample: how a penalty blends real and fake.</summary>
    protected void AddBlend(int stream, int batch) => AddInput(stream, new Shape(batch, 1, 1, 1), 1 / Math.Sqrt(12), 0.5);

    protected Adam AdamOf(Sequential network, float learningRate = 2e-4f, float beta1 = 0.5f, float beta2 = 0.999f) =>
        new(network.Parameters, learningRate, beta1, beta2);

    /// <summary>All updates of the step.</summary>
    /// <returns>the last loss of the discriminator and of the generator</returns>
    protected abstract (Tensor Discriminator, Tensor Generator) Update(IReadOnlyList<Tensor> inputs);

    private static Tensor Reported((Tensor Discriminator, Tensor Generator) losses) =>
        TensorOps.Concat(0, losses.Discriminator.Detach().Reshape(new Shape(1)), losses.Generator.Detach().Reshape(new Shape(1)));
}

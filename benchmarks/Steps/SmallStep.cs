using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>
/// A whole recorded training step of a small GAN, on the library's public API. <c>Peers/torch_small.py</c> does the same in PyTorch, with
/// the same networks, weights and inputs. Both create random inputs beforehand.
/// </summary>
internal abstract class SmallStep : IDisposable
{
    private const int Losses = 2;

    private readonly RecordedStep _step;
    private readonly List<Tensor> _inputs = [];

    /// <param name="generator">the generator; its weights are set here</param>
    /// <param name="discriminator">the discriminator; its weights are set here</param>
    /// <param name="device">the device that runs the step</param>
    protected SmallStep(Sequential generator, Sequential discriminator, Device device)
    {
        (Generator, Discriminator, Device) = (
            generator.InitializeHashed(1000, device), discriminator.InitializeHashed(2000, device), device);
        _step = new RecordedStep(device, inputs => [Concatenated(Update(inputs))]);
    }

    /// <summary>The names that <see cref="Create"/> accepts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["dcgan", "wgan-gp", "singan"];

    public Sequential Generator { get; }

    public Sequential Discriminator { get; }

    /// <summary>Whether to compute each step eagerly instead of recording and replaying it.</summary>
    public bool Eager
    {
        get => _step.Eager;
        set => _step.Eager = value;
    }

    protected Device Device { get; }

    /// <param name="name">one of <see cref="Names"/></param>
    /// <param name="size">side of the pictures, for <c>singan</c> only</param>
    /// <param name="device">the device that runs the step</param>
    public static SmallStep Create(string name, int size, Device device) => name switch
    {
        "dcgan" => new DcganStep(device),
        "wgan-gp" => new WganGpStep(device),
        "singan" => new SinGanStep(size, device),
        _ => throw new ArgumentException($"there is no small step '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };

    /// <summary>Runs the step and waits for its losses: the discriminator's and the generator's.</summary>
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

    /// <summary>Adds an input of hashed numbers.</summary>
    protected void AddInput(int stream, Shape shape, double deviation, double mean = 0) =>
        _inputs.Add(Tensor.From(HashedNumbers.Draw(stream, shape, deviation, mean), shape, Device).Keep());

    /// <summary>Adds one number in [0, 1) per sample, by which the gradient penalty blends real and fake.</summary>
    protected void AddBlend(int stream, int batch) => AddInput(stream, new Shape(batch, 1, 1, 1), 1 / Math.Sqrt(12), 0.5);

    protected Adam AdamOf(Sequential network, float learningRate = 2e-4f, float beta1 = 0.5f, float beta2 = 0.999f) =>
        new(network.Parameters, learningRate, beta1, beta2);

    /// <summary>All updates of the step.</summary>
    /// <returns>the last loss of the discriminator and of the generator</returns>
    protected abstract (Tensor Discriminator, Tensor Generator) Update(IReadOnlyList<Tensor> inputs);

    private static Tensor Concatenated((Tensor Discriminator, Tensor Generator) losses) =>
        TensorOps.Concat(0, losses.Discriminator.Detach().Reshape(new Shape(1)), losses.Generator.Detach().Reshape(new Shape(1)));
}

using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>
/// An iteration of a SinGAN level above the coarsest (Shaham et al. 2019): three updates of the discriminator, each with the gradient
/// penalty, then three of the generator, with the reconstruction loss.
/// </summary>
internal sealed class SinGanStep : SmallStep
{
    private const int Colours = 3;
    private const int Width = 16;
    private const int Turns = 3;

    /// <summary>Pixels that five 3×3 convolutions without padding cut off on each side.</summary>
    private const int Border = 5;

    private const float Amplitude = 0.1f;
    private const float PenaltyWeight = 0.1f;
    private const float ReconstructionWeight = 10;

    /// <summary>Keeps the square root's gradient finite.</summary>
    private const float Epsilon = 1e-16f;

    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public SinGanStep(int size, Device device)
        : base(Network(outputs: Colours).Append(new Tanh()), Network(outputs: 1), device)
    {
        (_adamG, _adamD) = (AdamOf(Generator, 5e-4f), AdamOf(Discriminator, 5e-4f));

        // The picture, its reconstruction from the level below, the noise; then for each turn a picture of the levels below, and a blend.
        var picture = new Shape(1, Colours, size, size);
        AddInput(1, picture, 0.5);
        AddInput(2, picture, 0.5);
        AddInput(3, picture, 1);
        for (var i = 0; i < Turns; i++)
        {
            AddInput(10 + i, picture, 0.5);
        }

        for (var i = 0; i < Turns; i++)
        {
            AddBlend(20 + i, 1);
        }
    }

    protected override (Tensor Discriminator, Tensor Generator) Update(IReadOnlyList<Tensor> inputs)
    {
        var (real, below, noise) = (inputs[0], inputs[1], inputs[2]);
        Discriminator.RequiresGrad = true;
        Tensor? lossD = null;
        for (var i = 0; i < Turns; i++)
        {
            lossD = TrainDiscriminator(real, noise, inputs[3 + i], inputs[3 + Turns + i]);
        }

        Discriminator.RequiresGrad = false;
        Tensor? lossG = null;
        for (var i = 0; i < Turns; i++)
        {
            lossG = TrainGenerator(real, below, noise, inputs[2 + Turns]);
        }

        return (lossD!, lossG!);
    }

    /// <summary>Five 3×3 convolutions without padding: [N, 3, H, W] to [N, outputs, H − 10, W − 10].</summary>
    private static Sequential Network(int outputs)
    {
        var layers = new Sequential();
        for (var i = 0; i < 4; i++)
        {
            layers.Append(new Conv2d(i == 0 ? Colours : Width, Width, 3)).Append(new BatchNorm2d(Width)).Append(new LeakyRelu());
        }

        return layers.Append(new Conv2d(Width, outputs, 3));
    }

    private Tensor TrainDiscriminator(Tensor real, Tensor noise, Tensor drawn, Tensor blend)
    {
        using var fake = Constant(() => Generate((noise * Amplitude) + drawn, drawn));
        using var between = Constant(() => (blend * real) + ((1 - blend) * fake));
        var distance = Discriminator.Forward(fake).Mean() - Discriminator.Forward(real).Mean();
        between.RequiresGrad = true;
        using var slope = Differentiation.Gradients(Discriminator.Forward(between).Sum(), [between], createGraph: true)[0];
        var length = (slope + Epsilon).Square().Sum([1]).Sqrt();
        var loss = distance + ((length - 1).Square().Mean() * PenaltyWeight);
        _adamD.Minimize(loss);
        return loss;
    }

    private Tensor TrainGenerator(Tensor real, Tensor below, Tensor noise, Tensor drawn)
    {
        using var fake = Generate((noise * Amplitude) + drawn, drawn);
        var loss = (Generate(below, below).MseLoss(real) * ReconstructionWeight) - Discriminator.Forward(fake).Mean();
        _adamG.Minimize(loss);
        return loss;
    }

    /// <summary>The level's output for x [1, 3, H, W], added to y.</summary>
    private Tensor Generate(Tensor x, Tensor y)
    {
        using var bordered = x.Pad(Border);
        using var detail = Generator.Forward(bordered);
        return detail + y;
    }

    private static Tensor Constant(Func<Tensor> make)
    {
        using var constants = GradMode.NoGrad();
        return make();
    }
}

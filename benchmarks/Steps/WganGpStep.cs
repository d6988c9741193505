using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>A WGAN-GP step at 32², batch 16: five critic updates with the gradient penalty, then one of the generator.</summary>
internal sealed class WganGpStep : SmallStep
{
    private const int Batch = 16;
    private const int Noise = 64;
    private const int Width = 32;
    private const int Side = 32;
    private const int Colours = 3;
    private const int Turns = 5;
    private const float PenaltyWeight = 10;

    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public WganGpStep(Device device)
        : base(DcganNetworks.Generator(Noise, Width, Side), DcganNetworks.Discriminator(Colours, Width, Side, NormKind.None), device)
    {
        (_adamG, _adamD) = (AdamOf(Generator, 1e-4f, 0, 0.9f), AdamOf(Discriminator, 1e-4f, 0, 0.9f));
        for (var i = 0; i < Turns; i++)
        {
            AddInput(1 + i, new Shape(Batch, Colours, Side, Side), 0.5);
        }

        for (var i = 0; i <= Turns; i++)
        {
            AddInput(10 + i, new Shape(Batch, Noise, 1, 1), 1);
        }

        for (var i = 0; i < Turns; i++)
        {
            AddBlend(20 + i, Batch);
        }
    }

    protected override (Tensor Discriminator, Tensor Generator) Update(IReadOnlyList<Tensor> inputs)
    {
        Discriminator.RequiresGrad = true;
        Tensor? lossD = null;
        for (var i = 0; i < Turns; i++)
        {
            lossD = TrainCritic(real: inputs[i], noise: inputs[Turns + i], blend: inputs[(2 * Turns) + 1 + i]);
        }

        Discriminator.RequiresGrad = false;
        var lossG = -Discriminator.Forward(Generator.Forward(inputs[2 * Turns])).Mean();
        _adamG.Minimize(lossG);
        return (lossD!, lossG);
    }

    private Tensor TrainCritic(Tensor real, Tensor noise, Tensor blend)
    {
        using var fake = Generate(noise);
        using var both = TensorOps.Concat(0, fake, real);
        using var scores = Discriminator.Forward(both);
        var distance = scores.Slice(0, 0, Batch).Mean() - scores.Slice(0, Batch, Batch).Mean();
        var loss = distance + GradientPenalty.Of(Discriminator.Forward, real, fake, blend, PenaltyWeight);
        _adamD.Minimize(loss);
        return loss;
    }

    private Tensor Generate(Tensor noise)
    {
        using var constants = GradMode.NoGrad();
        return Generator.Forward(noise);
    }
}

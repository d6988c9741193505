using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>A DCGAN step at 32², batch 64: an update of the discriminator on real and fake, then one of the generator.</summary>
internal sealed class DcganStep : SmallStep
{
    private const int Batch = 64;
    private const int Noise = 64;
    private const int Width = 32;
    private const int Side = 32;
    private const int Colours = 3;

    private readonly Adam _adamG;
    private readonly Adam _adamD;

    public DcganStep(Device device)
        : base(DcganNetworks.Generator(Noise, Width, Side), DcganNetworks.Discriminator(Colours, Width, Side, NormKind.Batch), device)
    {
        (_adamG, _adamD) = (AdamOf(Generator), AdamOf(Discriminator));
        AddInput(1, new Shape(Batch, Colours, Side, Side), 0.5);
        AddInput(2, new Shape(Batch, Noise, 1, 1), 1);
    }

    protected override (Tensor Discriminator, Tensor Generator) Update(IReadOnlyList<Tensor> inputs)
    {
        using var fake = Generator.Forward(inputs[1]);
        Discriminator.RequiresGrad = true;
        _adamD.ClearGradients();
        var ofReal = Discriminator.Forward(inputs[0]).BceWithLogits(1);
        ofReal.Backward();
        var ofFake = Discriminator.Forward(fake.Detach()).BceWithLogits(0);
        _adamD.FinishStep(ofFake);

        Discriminator.RequiresGrad = false;
        var lossG = Discriminator.Forward(fake).BceWithLogits(1);
        _adamG.Minimize(lossG);
        return (ofReal + ofFake, lossG);
    }
}

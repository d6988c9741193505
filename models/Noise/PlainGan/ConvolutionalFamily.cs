using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>A family with DCGAN's networks.</summary>
internal abstract class ConvolutionalFamily<TOptions> : NoiseFamily<TOptions>
    where TOptions : ConvolutionalOptions
{
    protected override IReadOnlyList<NetworkSpec> Networks(TOptions o)
    {
        var numbers = o.Nz + o.LabelCount;
        return
        [
            new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new VectorToPicture(
                "main", DcganNetworks.Generator(numbers, o.Ngf, o.ImageSize, o.OutputNc), before: new Reshape(numbers, 1, 1))),
            new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new ConvolutionalDiscriminator(
                DcganNetworks.Discriminator(o.OutputNc + o.LabelCount, o.Ndf, o.ImageSize, o.NormD))),
        ];
    }
}

using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.PlainGan;

/// <summary>The description of the original GAN, with perceptrons.</summary>
internal sealed class GanFamily : NoiseFamily<GanOptions>
{
    public const string Name = "gan";

    public override FamilyInfo Info { get; } = new()
    {
        Name = Name, Title = "GAN",
        Summary = "Generates small pictures from noise, optionally of a class, by perceptrons: the original GAN.",
        Paper = "Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville, Bengio 2014: Generative adversarial nets, NIPS",
        Data = LabelledData,
        LearnsFrom = DataKind.Pictures, Input = FromNoiseAndLabel,
        Presets =
        [
            new(TrainingOptions.ReferencePreset, "PyTorch-GAN's widths for 28 gray pixels; the paper does not give its own networks",
                () => new GanOptions()),
            new(TrainingOptions.SmallPreset, "glyphs of 16 pixels (data synth --kind glyphs) in minutes on two cores", GanOptions.Small),
        ],
        Views = s_views, SamplesShown = 1,
    };

    protected override IReadOnlyList<NetworkSpec> Networks(GanOptions o)
    {
        var numbers = o.OutputNc * o.ImageSize * o.ImageSize;
        return
        [
            new(NoiseOptions.GeneratorName, NetworkRole.Generator, () => new VectorToPicture(
                "model", PerceptronNetworks.Generator(o.Nz + o.LabelCount, Widths.Parse(o.GWidths), numbers),
                after: new Reshape(o.OutputNc, o.ImageSize, o.ImageSize))),
            new(NoiseOptions.DiscriminatorName, NetworkRole.Discriminator, () => new PerceptronDiscriminator(
                PerceptronNetworks.Discriminator(numbers + o.LabelCount, Widths.Parse(o.DWidths)))),
        ];
    }

    protected override GanModel Create(GanOptions options, Device device) => new VanillaModel(this, options, options.Objective, device);
}

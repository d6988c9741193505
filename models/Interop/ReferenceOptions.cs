using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats.Reference;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// Options that fit a network of the reference: what its tensors say, and where they say nothing, the defaults of the model that uses
/// such networks (reflection padding; dropout in a U-Net with batch norm).
/// </summary>
internal static class ReferenceOptions
{
    /// <summary>Sides that a U-Net of few halvings is still made for.</summary>
    private const int SmallestCrop = 128;

    /// <summary>The reference's ratio of the scaled side to the cropped one, 286 : 256.</summary>
    private const double LoadOverCrop = 286.0 / 256;

    /// <summary>Name in a run where the file gives none: the first of its kind.</summary>
    public static string DefaultName(ReferenceArchitecture architecture)
    {
        var generator = architecture is UNetArchitecture or ResNetArchitecture or UpsampleResNetArchitecture;
        return NetworkNames.Of(ModelOf(architecture)).First(name => NetworkNames.IsGenerator(name) == generator);
    }

    /// <param name="architecture">what was found</param>
    /// <param name="name">what it is in its run; decides the model, and for CycleGAN's netG_B which side is the input</param>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    public static TrainingOptions Of(ReferenceArchitecture architecture, string name)
    {
        var model = NetworkNames.Of(ModelKind.CycleGan).Contains(name) ? ModelKind.CycleGan : ModelKind.Pix2Pix;
        var preset = architecture is UpsampleResNetArchitecture or AsymmetricPatchArchitecture ? Preset.PytorchGan : Preset.Reference;
        var options = TrainingOptions.For(model, preset);
        return (architecture switch
        {
            UNetArchitecture u => ForUNet(options, u).WithChannels(u.InputChannels, u.OutputChannels, name),
            ResNetArchitecture r => (options with { Generator = GeneratorKind.ResNet(r.Blocks), Ngf = r.Ngf, Norm = Norm(r.Norm), Dropout = r.Dropout })
                .WithChannels(r.InputChannels, r.OutputChannels, name),
            UpsampleResNetArchitecture u => (options with { Generator = GeneratorKind.ResNet(u.Blocks, upsample: true), Ngf = u.Ngf })
                .WithChannels(u.InputChannels, u.OutputChannels, name),
            PatchArchitecture p => options with { Discriminator = DiscriminatorKind.NLayers, NLayersD = p.Layers, Ndf = p.Ndf, Norm = Norm(p.Norm) },
            PixelArchitecture p => options with { Discriminator = DiscriminatorKind.Pixel, Ndf = p.Ndf, Norm = Norm(p.Norm) },
            AsymmetricPatchArchitecture p => options with { Ndf = p.Ndf },
            _ => throw new ArgumentException($"{architecture} is of an unknown kind"),
        }).Sound();
    }

    /// <summary>The network itself, without weights.</summary>
    public static Module Create(ReferenceArchitecture architecture, TrainingOptions o) => architecture switch
    {
        UNetArchitecture u => o.CreateGenerator(u.InputChannels, u.OutputChannels),
        ResNetArchitecture r => o.CreateGenerator(r.InputChannels, r.OutputChannels),
        UpsampleResNetArchitecture u => o.CreateGenerator(u.InputChannels, u.OutputChannels),
        PatchArchitecture p => o.CreateDiscriminator(p.InputChannels),
        PixelArchitecture p => o.CreateDiscriminator(p.InputChannels),
        AsymmetricPatchArchitecture p => o.CreateDiscriminator(p.InputChannels),
        _ => throw new ArgumentException($"{architecture} is of an unknown kind"),
    };

    /// <summary>The model that such networks are of by the reference's defaults.</summary>
    private static ModelKind ModelOf(ReferenceArchitecture architecture) =>
        architecture is ResNetArchitecture { Norm: not ReferenceNorm.Batch } or UpsampleResNetArchitecture or AsymmetricPatchArchitecture
            ? ModelKind.CycleGan
            : ModelKind.Pix2Pix;

    private static TrainingOptions ForUNet(TrainingOptions options, UNetArchitecture u)
    {
        var crop = Math.Max(SmallestCrop, 1 << Math.Min(u.Downs, 30));
        return options with
        {
            Generator = GeneratorKind.UNet(u.Downs),
            Ngf = u.Ngf,
            Norm = Norm(u.Norm),
            Dropout = u.Norm == ReferenceNorm.Batch,
            CropSize = crop,
            LoadSize = (int)(crop * LoadOverCrop),
        };
    }

    /// <summary>Options name the channels of A and B; a generator from B to A reads the output's.</summary>
    private static TrainingOptions WithChannels(this TrainingOptions options, int input, int output, string name)
    {
        var (a, b) = name == "netG_B" ? (output, input) : (input, output);
        return options with { InputNc = a, OutputNc = b, LambdaIdentity = a == b ? options.LambdaIdentity : 0 };
    }

    private static NormKind Norm(ReferenceNorm norm) => norm switch
    {
        ReferenceNorm.Batch => NormKind.Batch,
        ReferenceNorm.Instance => NormKind.Instance,
        _ => NormKind.None,
    };

    /// <summary>Options that a run can have, down to the generator's name in its file.</summary>
    private static TrainingOptions Sound(this TrainingOptions options)
    {
        try
        {
            _ = GeneratorKind.Parse(options.Generator.ToString());
        }
        catch (FormatException problem)
        {
            throw new OptionsException(problem.Message);
        }

        return options.Validated();
    }
}

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

    /// <summary>Name in a run where the file gives none.</summary>
    public static string DefaultName(ReferenceArchitecture architecture) =>
        architecture is UNetArchitecture or ResNetArchitecture or UpsampleResNetArchitecture ? "netG" : "netD";

    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    public static TrainingOptions Of(ReferenceArchitecture architecture) => (architecture switch
    {
        UNetArchitecture u => ForUNet(u),
        ResNetArchitecture { Norm: ReferenceNorm.Batch } r => ForResNet(TrainingOptions.ForPix2Pix(), r),
        ResNetArchitecture r => ForResNet(TrainingOptions.ForCycleGan(), r),
        UpsampleResNetArchitecture u => TrainingOptions.ForPyTorchGan() with
        {
            Generator = GeneratorKind.ResNet(u.Blocks, upsample: true),
            Ngf = u.Ngf,
            InputNc = u.InputChannels,
            OutputNc = u.OutputChannels,
        },
        PatchArchitecture p => TrainingOptions.ForPix2Pix() with { Discriminator = DiscriminatorKind.NLayers, NLayersD = p.Layers, Ndf = p.Ndf, Norm = Norm(p.Norm) },
        PixelArchitecture p => TrainingOptions.ForPix2Pix() with { Discriminator = DiscriminatorKind.Pixel, Ndf = p.Ndf, Norm = Norm(p.Norm) },
        AsymmetricPatchArchitecture p => TrainingOptions.ForPyTorchGan() with { Ndf = p.Ndf },
        _ => throw new ArgumentException($"{architecture} is of an unknown kind"),
    }).Sound();

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

    private static TrainingOptions ForUNet(UNetArchitecture u)
    {
        var crop = Math.Max(SmallestCrop, 1 << Math.Min(u.Downs, 30));
        return TrainingOptions.ForPix2Pix() with
        {
            Generator = GeneratorKind.UNet(u.Downs),
            Ngf = u.Ngf,
            Norm = Norm(u.Norm),
            Dropout = u.Norm == ReferenceNorm.Batch,
            InputNc = u.InputChannels,
            OutputNc = u.OutputChannels,
            CropSize = crop,
            LoadSize = (int)(crop * LoadOverCrop),
        };
    }

    private static TrainingOptions ForResNet(TrainingOptions model, ResNetArchitecture r) => model with
    {
        Generator = GeneratorKind.ResNet(r.Blocks),
        Ngf = r.Ngf,
        Norm = Norm(r.Norm),
        Dropout = r.Dropout,
        InputNc = r.InputChannels,
        OutputNc = r.OutputChannels,
    };

    private static NormKind Norm(ReferenceNorm norm) => norm switch
    {
        ReferenceNorm.Batch => NormKind.Batch,
        ReferenceNorm.Instance => NormKind.Instance,
        _ => NormKind.None,
    };

    /// <summary>Options that a run can have, down to the generator's name in its file.</summary>
    private static TrainingOptions Sound(this TrainingOptions options)
    {
        var matched = options.InputNc == options.OutputNc ? options : options with { LambdaIdentity = 0 };
        try
        {
            _ = GeneratorKind.Parse(matched.Generator.ToString());
        }
        catch (FormatException problem)
        {
            throw new OptionsException(problem.Message);
        }

        return matched.Validated();
    }
}

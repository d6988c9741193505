using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Families;

/// <summary>
/// Options for a network of the reference program, inferred from its tensors; the rest are the defaults of the family that uses such
/// networks (reflection padding; dropout in a U-Net with batch norm).
/// </summary>
internal static class ReferenceNetworks
{
    /// <summary>Index of the first residual block of an antialiased ResNet.</summary>
    private const int FirstAntialiasedBlock = 12;

    /// <summary>Smallest crop size for a U-Net, however few its downsamplings are.</summary>
    private const int SmallestCrop = 128;

    /// <summary>The reference's ratio of the scaled side to the cropped one, 286 : 256.</summary>
    private const double LoadOverCrop = 286.0 / 256;

    public static bool IsGenerator(ReferenceArchitecture architecture) =>
        architecture is UNetArchitecture or ResNetArchitecture or UpsampleResNetArchitecture;

    /// <summary>
    /// Whether networks of that kind are, by the reference's defaults, a CycleGAN's: instance norm in a ResNet, or PyTorch-GAN's layers.
    /// </summary>
    public static bool IsOfUnpairedTraining(ReferenceArchitecture architecture) =>
        architecture is ResNetArchitecture { Norm: not ReferenceNorm.Batch } || IsOfPyTorchGan(architecture);

    public static bool IsOfPyTorchGan(ReferenceArchitecture architecture) =>
        architecture is UpsampleResNetArchitecture or AsymmetricPatchArchitecture;

    /// <summary>Input and output channels of a generator; null for a discriminator.</summary>
    public static (int Input, int Output)? Channels(ReferenceArchitecture architecture) => architecture switch
    {
        UNetArchitecture u => (u.InputChannels, u.OutputChannels),
        ResNetArchitecture r => (r.InputChannels, r.OutputChannels),
        UpsampleResNetArchitecture u => (u.InputChannels, u.OutputChannels),
        _ => null,
    };

    /// <summary>The options with the inferred layers; channels are unchanged.</summary>
    /// <exception cref="OptionsException">the network is larger or smaller than any here</exception>
    public static T Describe<T>(ReferenceArchitecture architecture, T options)
        where T : TranslationOptions
    {
        TranslationOptions described = architecture switch
        {
            UNetArchitecture u => ForUNet(options, u),
            ResNetArchitecture r =>
                options with { Generator = GeneratorKind.ResNet(r.Blocks), Ngf = r.Ngf, Norm = Norm(r.Norm), Dropout = r.Dropout },
            UpsampleResNetArchitecture u =>
                options with { Generator = GeneratorKind.ResNet(u.Blocks, ScalingKind.Upsample), Ngf = u.Ngf },
            PatchArchitecture p =>
                options with { Discriminator = DiscriminatorKind.NLayers, NLayersD = p.Layers, Ndf = p.Ndf, Norm = Norm(p.Norm) },
            PixelArchitecture p => options with { Discriminator = DiscriminatorKind.Pixel, Ndf = p.Ndf, Norm = Norm(p.Norm) },
            AsymmetricPatchArchitecture p => options with { Ndf = p.Ndf },
            _ => throw new ArgumentException($"{architecture} is of an unknown kind"),
        };
        try
        {
            _ = GeneratorKind.Parse(described.Generator.ToString()); // Throws if options can't name such a generator.
        }
        catch (FormatException problem)
        {
            throw new OptionsException(problem.Message);
        }

        return (T)described;
    }

    /// <summary>
    /// Options for an antialiased ResNet, whose keys are those of CUT's generator; null if the tensors are those of another network, or if
    /// it is CUT's own: instance norm, no dropout, as many channels out as in.
    /// </summary>
    public static T? DescribeAntialiased<T>(StateShapes shapes, T options)
        where T : TranslationOptions
    {
        var blocks = shapes.Run("model.{0}.conv_block.1.weight", FirstAntialiasedBlock);
        if (blocks == 0
            || (shapes.Extent("model.1.weight", 0), shapes.Extent("model.1.weight", 1), shapes.Last("model.", ".weight"))
            is not ({ } ngf, { } input, { } last)
            || shapes.Extent($"model.{last}.weight", 0) is not { } output)
        {
            return null;
        }

        var norm = shapes.All.ContainsKey("model.2.running_mean") ? NormKind.Batch
            : shapes.All.ContainsKey("model.1.bias") ? NormKind.Instance
            : NormKind.None;
        var dropout = shapes.All.TryGetValue($"model.{FirstAntialiasedBlock}.conv_block.6.weight", out var second) && second.Length == 4;
        var decoderNorm = $"model.{FirstAntialiasedBlock + blocks + 2}";
        var isSmooth = shapes.All.ContainsKey($"{decoderNorm}.bias") && !shapes.All.ContainsKey($"{decoderNorm}.running_mean");
        return norm == NormKind.Instance && !dropout && input == output && !isSmooth ? null : (T)(options with
        {
            Generator = GeneratorKind.ResNet(blocks, isSmooth ? ScalingKind.Smooth : ScalingKind.Antialias), Ngf = ngf, InputNc = input,
            OutputNc = output, Norm = norm, Dropout = dropout,
        });
    }

    /// <summary>The network itself, without weights.</summary>
    public static Layer Create(ReferenceArchitecture architecture, TranslationOptions options) => architecture switch
    {
        PatchArchitecture p => options.CreateDiscriminator(p.InputChannels),
        PixelArchitecture p => options.CreateDiscriminator(p.InputChannels),
        AsymmetricPatchArchitecture p => options.CreateDiscriminator(p.InputChannels),
        _ when Channels(architecture) is { } c => options.CreateGenerator(c.Input, c.Output),
        _ => throw new ArgumentException($"{architecture} is of an unknown kind"),
    };

    private static TranslationOptions ForUNet(TranslationOptions options, UNetArchitecture u)
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

    private static NormKind Norm(ReferenceNorm norm) => norm switch
    {
        ReferenceNorm.Batch => NormKind.Batch,
        ReferenceNorm.Instance => NormKind.Instance,
        _ => NormKind.None,
    };
}

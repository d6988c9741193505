using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats.Reference;

namespace IlgpuGan.Models.Translation;

/// <summary>Options that build a network recognised in a foreign file.</summary>
public static class ReferenceOptions
{
    /// <summary>Options of a generator; null if it is none.</summary>
    public static TrainingOptions? ForGenerator(ReferenceArchitecture architecture) => architecture switch
    {
        UNetArchitecture u => Common(TrainingOptions.ForPix2Pix(), GeneratorKind.UNet(u.Downs), u.Ngf, u.InputChannels, u.OutputChannels, u.Norm),
        ResNetArchitecture r => Common(TrainingOptions.ForCycleGan(), GeneratorKind.ResNet(r.Blocks), r.Ngf, r.InputChannels, r.OutputChannels, r.Norm) with { Dropout = r.Dropout },
        UpsampleResNetArchitecture p => Common(
            TrainingOptions.ForPyTorchGan(), GeneratorKind.ResNet(p.Blocks, upsample: true), p.Ngf, p.InputChannels, p.OutputChannels, ReferenceNorm.Instance),
        _ => null,
    };

    private static TrainingOptions Common(TrainingOptions options, GeneratorKind generator, int ngf, int input, int output, ReferenceNorm norm) => options with
    {
        Generator = generator,
        Ngf = ngf,
        InputNc = input,
        OutputNc = output,
        Norm = norm switch
        {
            ReferenceNorm.Batch => NormKind.Batch,
            ReferenceNorm.Instance => NormKind.Instance,
            _ => NormKind.None,
        },
    };
}

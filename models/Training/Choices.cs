using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Training;

/// <summary>What is trained.</summary>
public enum ModelKind
{
    [JsonStringEnumMemberName("pix2pix")]
    Pix2Pix,

    [JsonStringEnumMemberName("cyclegan")]
    CycleGan,
}

/// <summary>Whose CycleGAN: the authors' program, or the variant of the PyTorch-GAN collection.</summary>
public enum Preset
{
    Reference,
    PytorchGan,
}

/// <summary>How a discriminator's scores become a loss.</summary>
public enum GanMode
{
    Lsgan,
    Vanilla,
    Wgangp,
}

public enum LearningRatePolicy
{
    Linear,
    Step,
    Plateau,
    Cosine,
}

/// <summary>Arithmetic of the convolutions; everything but <see cref="Fp32"/> needs a device that has it.</summary>
public enum Precision
{
    Fp32,
    Tf32,
    Bf16,
}

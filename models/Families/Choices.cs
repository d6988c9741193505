namespace IlgpuGan.Models.Families;

/// <summary>How the learning rate falls over the epochs.</summary>
public enum LearningRatePolicy
{
    Linear,
    Step,
    Plateau,
    Cosine,
    Constant,
}

/// <summary>Arithmetic of the convolutions; everything but <see cref="Fp32"/> needs a device that has it.</summary>
public enum Precision
{
    Fp32,
    Tf32,
    Bf16,
}

namespace IlgpuGan.Models.Families;

/// <summary>Learning rate schedule over the epochs.</summary>
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

/// <summary>In what gradients that are added up by a tree go from process to process.</summary>
public enum GradientExchange
{
    Fp32,

    /// <summary>The upper 16 bits of a float: half the bytes, each sum rounded to eight bits of significance.</summary>
    Bf16,
}

/// <summary>How a step's gradients are summed.</summary>
public enum GradientReduction
{
    /// <summary>The batch is computed as a whole.</summary>
    Batch,

    /// <summary>Each sample by itself, and its gradients by a binary tree: the same bits for any number of processes.</summary>
    Tree,
}

using System.Text.Json.Serialization;

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

/// <summary>Arithmetic of the convolutions; all but <see cref="Fp32"/> need a device that supports it.</summary>
public enum Precision
{
    Fp32,
    Tf32,
    Bf16,
}

/// <summary>Format of the gradients exchanged between processes under <see cref="GradientReduction.Tree"/>.</summary>
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

    /// <summary>Samples are computed one by one; a binary tree sums their gradients: the same bits for any number of processes.</summary>
    Tree,
}

/// <summary>What a training does about a picture that is damaged or has gone.</summary>
public enum DamagePolicy
{
    /// <summary>It saves its state and ends.</summary>
    Stop,

    /// <summary>It leaves the picture out, also after a resume.</summary>
    Skip,
}

/// <summary>Width of the vectors in which the CPU computes; it determines the bits of results.</summary>
public enum VectorWidth
{
    /// <summary>The widest that the processor has.</summary>
    Widest,

    /// <summary>256 bits, as in processors with AVX2.</summary>
    [JsonStringEnumMemberName("256")]
    Bits256,
}

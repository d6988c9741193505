namespace IlgpuGan.Tensors.Devices;

/// <summary>What the factors of convolutions and matrix products are rounded to; sums are float32 always.</summary>
public enum ProductPrecision
{
    /// <summary>Not rounded.</summary>
    Fp32,

    /// <summary>10 bits of mantissa: relative error 2⁻¹¹ a factor.</summary>
    Tf32,

    /// <summary>7 bits of mantissa: relative error 2⁻⁸ a factor.</summary>
    Bf16,
}

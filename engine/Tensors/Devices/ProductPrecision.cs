namespace IlgpuGan.Tensors.Devices;

/// <summary>Format to which the factors of convolutions and matrix products are rounded; sums are always float32.</summary>
public enum ProductPrecision
{
    /// <summary>Not rounded.</summary>
    Fp32,

    /// <summary>10 bits of mantissa: relative error 2⁻¹¹ per factor.</summary>
    Tf32,

    /// <summary>7 bits of mantissa: relative error 2⁻⁸ per factor.</summary>
    Bf16,
}

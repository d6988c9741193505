namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The one-dimensional transforms of Winograd's minimal filtering (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
/// 2016) for one choice of n interpolation points: m = n + 1 − r outputs of a filter with r taps need n multiplications. Data and filter
/// are evaluated at the points as polynomials, multiplied there, and interpolated. Each transform works on sixteen independent lanes:
/// element j is the vector at from + j · step.
/// </summary>
internal unsafe interface IPointTransform
{
    /// <summary>n, infinity included: the extent of a transformed tile.</summary>
    static abstract int Count { get; }

    /// <summary>The input transform Bᵀ: n inputs to n points, the same for every filter length.</summary>
    static abstract void Input(float* from, nint step, float* to, nint toStep);

    /// <summary>
    /// The filter transform G: a polynomial with <paramref name="count"/> coefficients (2 to n − 1) at the points, each scaled by
    /// 1 / Π (pⱼ − pₖ) over the finite points k ≠ j, infinity by 1, or by the negative where Bᵀ is negated too. It is applied to filters,
    /// and to dy in a weight gradient, where it includes the scale that <see cref="Collect"/> omits from Gᵀ.
    /// </summary>
    static abstract void Evaluate(float* from, nint step, int count, float* to, nint toStep);

    /// <summary>The output transform Aᵀ: n points to <paramref name="count"/> outputs (2 to n − 1); also Gᵀ without its scale.</summary>
    static abstract void Collect(float* from, nint step, int count, float* to, nint toStep);
}

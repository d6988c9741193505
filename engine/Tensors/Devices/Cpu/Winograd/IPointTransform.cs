namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The one-dimensional transforms of Winograd's minimal filtering (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
/// 2016) for one choice of n points: a filter of r taps and m = n + 1 − r outputs of it need n multiplications. A polynomial of the data is
/// evaluated at the points, multiplied there, and collected again. Each works on sixteen independent lanes: element j is the vector at from
/// + j · step.
/// </summary>
internal unsafe interface IPointTransform
{
    /// <summary>n, infinity included: the extent of a transformed tile.</summary>
    static abstract int Count { get; }

    /// <summary>Bᵀ: n inputs to n points, the same for every filter length.</summary>
    static abstract void Input(float* from, nint step, float* to, nint toStep);

    /// <summary>
    /// G: the polynomial with <paramref name="count"/> coefficients (2 to n − 1) at the points, each scaled by 1 / Π (pⱼ − pₖ) over the
    /// finite points k ≠ j, infinity by 1, or by its negative where Bᵀ is negated too. A filter is one, and in a weight gradient dy, which
    /// takes the scale along that Gᵀ owes.
    /// </summary>
    static abstract void Evaluate(float* from, nint step, int count, float* to, nint toStep);

    /// <summary>Aᵀ: n points to <paramref name="count"/> outputs (2 to n − 1); Gᵀ without its scale.</summary>
    static abstract void Collect(float* from, nint step, int count, float* to, nint toStep);
}

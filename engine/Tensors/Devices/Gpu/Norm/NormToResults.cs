using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>What <see cref="NormToKernels"/> write, as a kernel argument; an empty array is not written.</summary>
/// <param name="Y">the output</param>
/// <param name="Padded">the output with padded planes</param>
/// <param name="Branch">the second activation's output</param>
internal readonly record struct NormToResults(ArrayView<float> Y, ArrayView<float> Padded, ArrayView<float> Branch)
{
    /// <summary>Elements of all arrays.</summary>
    public long Length => Y.Length + Padded.Length + Branch.Length;
}

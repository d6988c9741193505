using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>A card's data sheet, for estimates without the card.</summary>
/// <param name="Name">display name</param>
/// <param name="Multiprocessors">number of multiprocessors</param>
/// <param name="FlopsPerSecond">float32 peak; a multiply-add is two operations</param>
/// <param name="Tf32FlopsPerSecond">TF32 peak of the tensor cores, dense</param>
/// <param name="Bf16FlopsPerSecond">bfloat16 peak of the tensor cores, dense</param>
/// <param name="BytesPerSecond">memory bandwidth</param>
internal sealed record GpuCard(
    string Name, int Multiprocessors, double FlopsPerSecond, double Tf32FlopsPerSecond, double Bf16FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>The H200 SXM, by NVIDIA's data sheet.</summary>
    public static GpuCard H200 { get; } = new("NVIDIA H200", 132, 67e12, 494e12, 989e12, 4.8e12);

    private const int MaxThreadsPerGroup = 1024;

    /// <summary>Peak operations a second of a product in a precision.</summary>
    public double Peak(ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => Tf32FlopsPerSecond,
        ProductPrecision.Bf16 => Bf16FlopsPerSecond,
        _ => FlopsPerSecond,
    };

    /// <summary>The clock frequency that gives that peak.</summary>
    internal double CyclesPerSecond(ProductPrecision precision) =>
        Peak(precision) / (2.0 * Multiprocessors * ProductTime.MultiplyAddsPerCycle(precision));

    internal ProductDevice Traits =>
        new(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors, MaxThreadsPerGroup, HasTensorCores: true);
}

using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>What a card can do on paper, for estimates where there is none.</summary>
/// <param name="Name">for people</param>
/// <param name="Multiprocessors">groups that certainly run beside each other</param>
/// <param name="FlopsPerSecond">float32 multiply-adds, two operations each</param>
/// <param name="Tf32FlopsPerSecond">tensor cores, dense</param>
/// <param name="Bf16FlopsPerSecond">tensor cores, dense</param>
/// <param name="BytesPerSecond">of its memory</param>
public sealed record GpuCard(
    string Name, int Multiprocessors, double FlopsPerSecond, double Tf32FlopsPerSecond, double Bf16FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>NVIDIA's data sheet of the H200 SXM.</summary>
    public static GpuCard H200 { get; } = new("NVIDIA H200", 132, 67e12, 494e12, 989e12, 4.8e12);

    private const int MostThreadsOfAGroup = 1024;

    /// <summary>Operations a second of a product's multiply-adds.</summary>
    public double Peak(ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => Tf32FlopsPerSecond,
        ProductPrecision.Bf16 => Bf16FlopsPerSecond,
        _ => FlopsPerSecond,
    };

    /// <summary>The clock at which multiprocessors have that peak.</summary>
    internal double CyclesPerSecond(ProductPrecision precision) =>
        Peak(precision) / (2.0 * Multiprocessors * ProductTime.MultiplyAddsPerCycle(precision));

    internal ProductDevice Traits =>
        new(AcceleratorType.Cuda, IsProcessor: false, Multiprocessors, MostThreadsOfAGroup, HasTensorCores: true);
}

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The share of peak arithmetic that a kernel's loop can reach, for choosing among kernels: counted in machine code for sm_90
/// (<see cref="ProductCode"/>), not measured. In float32 it is the share of instructions that multiply; on tensor cores the limit is the
/// path to shared memory and the L1 cache, 128 bytes a cycle for all warps.
/// </summary>
internal static class ProductReach
{
    public static double Of(ProductRung rung, TileShape? tile, ProductPrecision precision) => (rung, tile, precision) switch
    {
        (ProductRung.TensorCore, TileShape.Large, ProductPrecision.Tf32) => 0.38,
        (ProductRung.TensorCore, TileShape.Large, _) => 0.30,
        (ProductRung.TensorCore, _, ProductPrecision.Tf32) => 0.22,
        (ProductRung.TensorCore, _, _) => 0.16,
        (ProductRung.Vectorised, TileShape.Large, _) => 0.80,
        (ProductRung.Vectorised, TileShape.Medium, _) => 0.69,
        (ProductRung.Vectorised, _, _) => 0.47,
        (ProductRung.DoubleBuffered, TileShape.Large, _) => 0.74,
        (ProductRung.DoubleBuffered, TileShape.Medium, _) => 0.60,
        (ProductRung.DoubleBuffered, TileShape.Slim, _) => 0.35,
        (ProductRung.DoubleBuffered, _, _) => 0.26,
        (ProductRung.RegisterBlocked, TileShape.Large, _) => 0.71,
        (ProductRung.RegisterBlocked, TileShape.Medium, _) => 0.55,
        (ProductRung.RegisterBlocked, TileShape.Slim, _) => 0.40,
        (ProductRung.RegisterBlocked, _, _) => 0.18,
        _ => 0.14,
    };
}

namespace IlgpuGan.Tensors.Devices.Cpu.Gemm;

/// <summary>Packs the left factor of a product into the panels that <see cref="MicroKernel"/> reads.</summary>
internal static unsafe class Panels
{
    /// <summary>
    /// panel [depth][rows] from rows that are each contiguous: panel[k][r] = source[r · rowStride + k]; rows beyond <paramref name="used"/> are zeros.
    /// </summary>
    public static void FromRows(float* source, nint rowStride, int used, int depth, int rows, float* panel) =>
        Transpose.Run(source, rowStride, used, rows, depth, panel, rows);
}

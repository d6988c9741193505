using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>A part of a weight that is prefetched during products, one piece per product.</summary>
/// <param name="from">start of its first row; null for none</param>
/// <param name="pitch">distance between rows</param>
/// <param name="rows">number of contiguous rows</param>
/// <param name="length">floats per row</param>
internal readonly unsafe struct WeightBlock(float* from, nint pitch, int rows, int length)
{
    /// <summary>The prefetch of a product: a piece of this block, and a second stream.</summary>
    /// <param name="product">index of the product</param>
    /// <param name="products">number of products</param>
    /// <param name="depth">reduction steps of a product</param>
    /// <param name="second">start of the second stream</param>
    /// <param name="secondStep">floats of the second stream per step</param>
    public Prefetch PrefetchFor(int product, int products, int depth, float* second, int secondStep)
    {
        var pieces = Math.Max(1, products / Math.Max(rows, 1));
        var row = product / pieces;
        if (row >= rows)
        {
            return new Prefetch(second, 0, second, secondStep);
        }

        var piece = DivideUp(length, pieces);
        return new Prefetch(from + (row * pitch) + (product % pieces * piece), DivideUp(piece, depth), second, secondStep);
    }
}

using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>A part of a weight that is asked for while products run, in as many pieces as there are products.</summary>
/// <param name="from">where its first row begins; null for none</param>
/// <param name="pitch">from one row to the next</param>
/// <param name="rows">runs of neighbouring numbers</param>
/// <param name="length">floats of each</param>
internal readonly unsafe struct WeightBlock(float* from, nint pitch, int rows, int length)
{
    /// <summary>What a product asks for: a piece of this, and a second run.</summary>
    /// <param name="product">which of the <paramref name="products"/></param>
    /// <param name="products">how many there are</param>
    /// <param name="depth">steps of a product</param>
    /// <param name="second">where the second run begins</param>
    /// <param name="secondStep">floats of it for each step</param>
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

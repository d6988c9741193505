using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

internal static class SoftmaxKernels
{
    /// <summary>
    /// y = (x − largest) − log Σ exp(x − largest): in this order, or a large x would swallow the logarithm. A group a row.
    /// </summary>
    public static void LogSoftmax(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var start = Grid.IdxX * columns;
        var maximum = Reducers.Maximum.Identity;
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            maximum = Reducers.Maximum.Join(maximum, new Compensated(x[start + i], 0));
        }

        var largest = GroupTree.Join<Reducers.Maximum>(maximum, shared).High;
        var sum = default(Compensated);
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            sum = sum.Add(MathF.Exp(x[start + i] - largest));
        }

        var logarithm = MathF.Log(GroupTree.Join<Reducers.Sum>(sum, shared).Value);
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            y[start + i] = x[start + i] - largest - logarithm;
        }
    }
}

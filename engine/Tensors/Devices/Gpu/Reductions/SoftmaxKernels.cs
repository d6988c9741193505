using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

internal static class SoftmaxKernels
{
    /// <summary>
    /// y = (x − max) − log Σ exp(x − max), in this order, since adding max to the logarithm first would lose its digits. A group for each
    /// row.
    /// </summary>
    public static void LogSoftmax(ArrayView<float> x, ArrayView<float> y, int columns)
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var start = Grid.IdxX * columns;
        var maximum = CompensatedReducers.Maximum.Identity;
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            maximum = CompensatedReducers.Maximum.Join(maximum, new Compensated(x[start + i], 0));
        }

        var largest = GroupTree.Join<CompensatedReducers.Maximum>(maximum, shared).High;
        var sum = default(Compensated);
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            sum = sum.Add(MathF.Exp(x[start + i] - largest));
        }

        var logarithm = MathF.Log(GroupTree.Join<CompensatedReducers.Sum>(sum, shared).Value);
        for (var i = Group.IdxX; i < columns; i += Group.DimX)
        {
            y[start + i] = x[start + i] - largest - logarithm;
        }
    }
}

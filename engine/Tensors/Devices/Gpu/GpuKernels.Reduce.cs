using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<ReduceCall>, IKernel<LogSoftmaxCall>
{
    /// <summary>The least number of elements an output that a whole group reduces.</summary>
    private const int ReducedByGroup = 128;

    /// <summary>The least number of elements of a part that a group reduces.</summary>
    private const int ReducedPerGroup = 8192;

    /// <summary>The least number of elements of a part that a thread reduces.</summary>
    private const int ReducedPerThread = 64;

    /// <summary>The most parts of an output; one thread joins them in order.</summary>
    private const int MaxParts = 256;

    public void Run(ReduceCall call)
    {
        var (f, x, xShape, y, yShape) = call;
        var g = new ReduceGeometry(xShape, yShape);
        switch (f)
        {
            case Reduction.Sum: Reduce<CompensatedReducers.Sum>(x, y, g, 1); break;
            case Reduction.Mean: Reduce<CompensatedReducers.Sum>(x, y, g, (float)(1.0 / g.Reduced)); break;
            case Reduction.Maximum: Reduce<CompensatedReducers.Maximum>(x, y, g, 1); break;
            case Reduction.Minimum: Reduce<CompensatedReducers.Minimum>(x, y, g, 1); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    public void Run(LogSoftmaxCall call) =>
        queue.Launch(
            SoftmaxKernels.LogSoftmax, new KernelConfig(call.Rows, queue.GroupFor(call.Columns)), call.X.View(), call.Y.View(),
            call.Columns);

    private void Reduce<TReducer>(DeviceSpan x, DeviceSpan y, in ReduceGeometry whole, float scale)
        where TReducer : struct, ICompensatedReducer
    {
        var byGroup = IsByGroup(whole);
        var g = InParts(whole, byGroup);
        if (g.Parts == 1)
        {
            Reduce<TReducer>(x.View(), y.View(), ArrayView<float>.Empty, ArrayView<int>.Empty, g, byGroup, scale);
            return;
        }

        using var partials = new PooledScratch(Pool, 2L * g.Parts * g.Outputs);
        var groups = byGroup ? g.Outputs : GroupsByThread(g);
        var counters = groups <= Counters.Length ? Counters.SubView(0, groups) : ArrayView<int>.Empty;
        Reduce<TReducer>(x.View(), partials.View, y.View(), counters, g, byGroup, scale);
        if (counters.Length > 0)
        {
            return;
        }

        queue.Launch(ReduceKernels.JoinParts<TReducer>, queue.ForElements(y.Length), partials.View, y.View(), g.Parts, scale);
    }

    private static bool IsByGroup(in ReduceGeometry g) => g.InnerIsReduced && g.Reduced >= ReducedByGroup;

    private static ReduceGeometry InParts(in ReduceGeometry whole, bool byGroup) =>
        whole.InParts(Math.Min(whole.Reduced / (byGroup ? ReducedPerGroup : ReducedPerThread), MaxParts));

    /// <summary>Threads of a group that reduces an output, or a part of one.</summary>
    private int ThreadsOf(in ReduceGeometry g) => queue.GroupFor(g.PerPart / 4);

    /// <summary>Groups in X where each thread reduces an output.</summary>
    private int GroupsByThread(in ReduceGeometry g) => (g.Outputs + queue.GroupSize - 1) / queue.GroupSize;

    private void Reduce<TReducer>(
        ArrayView<float> x, ArrayView<float> results, ArrayView<float> y, ArrayView<int> counters, in ReduceGeometry g, bool byGroup,
        float scale)
        where TReducer : struct, ICompensatedReducer
    {
        if (byGroup)
        {
            var config = new KernelConfig(new Index2D(g.Outputs, g.Parts), new Index2D(ThreadsOf(g), 1));
            queue.Launch(ReduceKernels.ByGroup<TReducer>, config, x, results, y, counters, g, scale);
        }
        else
        {
            var config = new KernelConfig(new Index2D(GroupsByThread(g), g.Parts), new Index2D(queue.GroupSize, 1));
            queue.Launch(ReduceKernels.ByThread<TReducer>, config, x, results, y, counters, g, scale);
        }
    }
}

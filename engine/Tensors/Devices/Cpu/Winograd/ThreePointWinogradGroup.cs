using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Computes the outputs of a group of filters of a <see cref="ThreePointWinogradPlan"/>.</summary>
internal readonly unsafe struct ThreePointWinogradGroup(
    ThreePointWinogradPlan plan, float* v, float* weight, float* bias, float* output, Scratch[] scratch) : ITask
{
    private const int Width = ThreePointWinogradPlan.Width;

    private const int Places = ThreePointWinogradPlan.Places;

    /// <param name="task">index of the group</param>
    /// <param name="worker">index of the scratch memory</param>
    public void Run(int task, int worker)
    {
        var c = plan.Correlation;
        var plane = c.OutH * c.OutW;
        var weights = (nint)plan.Sources.Length * Places * plan.WeightPitch;
        var sums = (nint)c.Phases.Length * Places * plan.SumPitch;
        var u = scratch[worker].Floats(weights + sums + Math.Max((nint)c.Images * plane, c.WeightPlane) * Width);
        var m = u + weights;
        var workspace = m + sums;
        var vectors = Math.Min(plan.GroupVectors, (c.Filters / Width) - (task * plan.GroupVectors));
        var filter = task * plan.GroupFilters;
        for (var channel = 0; channel < c.Channels; channel += plan.BlockChannels)
        {
            var depth = Math.Min(plan.BlockChannels, c.Channels - channel);
            new ThreePointWinogradWeight(plan, weight, filter, vectors).Transform(channel, depth, workspace, u);
            Multiply(channel, depth, vectors, Next(filter, channel + depth, vectors), u, m);
        }

        for (var vector = 0; vector < vectors; vector++)
        {
            Collect(m + (vector * Width), bias == null ? null : bias + filter + (vector * Width), workspace);
            for (var n = 0; n < c.Images; n++)
            {
                Transpose.Run(
                    workspace + ((nint)n * plane * Width), Width, plane, plane, Width,
                    output + (((nint)n * c.Filters) + filter + (vector * Width)) * plane, plane);
            }
        }
    }

    /// <summary>The next block of the weight, in its memory layout.</summary>
    private WeightBlock Next(int filter, int channel, int vectors)
    {
        var c = plan.Correlation;
        if (channel >= c.Channels)
        {
            return default;
        }

        var from = weight + ((nint)filter * c.FilterStride) + ((nint)channel * c.ChannelStride);
        var channels = Math.Min(plan.BlockChannels, c.Channels - channel);
        return c.FilterStride < c.ChannelStride
            ? new WeightBlock(from, c.ChannelStride, channels, vectors * Width * c.WeightPlane)
            : new WeightBlock(from, c.FilterStride, vectors * Width, channels * c.WeightPlane);
    }

    /// <summary>m [phase][place] = or += v · u over a block of channels and the residues of each phase.</summary>
    private void Multiply(int channel, int depth, int vectors, WeightBlock next, float* u, float* m)
    {
        var call = 0;
        var calls = plan.Sources.Length * Places * plan.Panels;
        var kernel = plan.Kernel;
        var panelPitch = (nint)depth * kernel.Rows;
        var a = v + ((nint)channel * plan.Sources.Length * Places * plan.Panels * kernel.Rows);
        var count = vectors * Width / kernel.Lanes;
        var phase = -1;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            foreach (var source in plan.Sources)
            {
                var isFirst = channel == 0 && source.Phase != phase;
                phase = source.Phase;
                for (var place = 0; place < Places; place++, u += plan.WeightPitch)
                {
                    var c = m + (((nint)phase * Places) + place) * plan.SumPitch;
                    for (var panel = 0; panel < plan.Panels; panel++, a += panelPitch, c += kernel.Rows * plan.GroupFilters)
                    {
                        // Prefetch during this product: the next weights from memory, the next panel from the last-level cache.
                        var prefetch = next.PrefetchFor(call++, calls, depth, a + panelPitch, kernel.Rows);
                        for (var vector = 0; vector < count;)
                        {
                            var tile = kernel.NextTile(count - vector);
                            kernel.Run(
                                tile, depth, a, new(u, bases + vector, offsets),
                                new(c + (vector * kernel.Lanes), plan.GroupFilters, !isFirst), prefetch);
                            vector += tile;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Transforms the sums of sixteen filters to pixels [image][row][column][filter].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(float* sums, float* shifts, float* pixels)
    {
        var c = plan.Correlation;
        var shift = shifts == null ? Vector512<float>.Zero : Vector512.Load(shifts);
        for (var p = 0; p < c.Phases.Length; p++, sums += Places * (nint)plan.SumPitch)
        {
            var from = sums;
            for (var row = 0; row < c.Images * plan.TilesY; row++)
            {
                var y = (row % plan.TilesY * ThreePointWinogradPlan.Outputs * c.OutStepY) + c.Phases[p].Top;
                var x = c.Phases[p].Left;
                var to = pixels + (((((nint)row / plan.TilesY) * c.OutH) + y) * c.OutW + x) * Width;
                var isLow = y + c.OutStepY < c.OutH;
                for (var tile = 0; tile < plan.TilesX; tile++, from += plan.GroupFilters)
                {
                    var (y00, y01, y10, y11) = ThreePoints.CollectSquare(from, plan.SumPitch);
                    var isWide = x + c.OutStepX < c.OutW;
                    Store(y00, y01, shift, y < c.OutH && x < c.OutW, y < c.OutH && isWide, to, c.OutStepX);
                    Store(y10, y11, shift, isLow && x < c.OutW, isLow && isWide, to + ((nint)c.OutStepY * c.OutW * Width), c.OutStepX);
                    x += ThreePointWinogradPlan.Outputs * c.OutStepX;
                    to += ThreePointWinogradPlan.Outputs * c.OutStepX * Width;
                }
            }
        }
    }

    /// <summary>Stores two outputs of a row, as far as they are inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector512<float> left, Vector512<float> right, Vector512<float> shift, bool hasLeft, bool hasRight, float* to, nint step)
    {
        if (hasLeft)
        {
            (left + shift).Store(to);
        }

        if (hasRight)
        {
            (right + shift).Store(to + (step * Width));
        }
    }
}

using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Some rows of some filters of a correlation's output, in all phases: written from the accumulators of a group.</summary>
/// <param name="bias">that of the channel group's first filter, or null</param>
/// <param name="output">the channel group's first filter in the first image</param>
internal readonly unsafe struct OutputRows(CorrelationPlan plan, float* bias, float* output)
{
    public required int FirstFilter { get; init; }

    public required int Filters { get; init; }

    /// <summary>First row of each phase, numbered across images.</summary>
    public required int FirstRow { get; init; }

    public required int Rows { get; init; }

    /// <summary>First column of each phase.</summary>
    public required int Left { get; init; }

    /// <summary>Writes the sums, with the bias.</summary>
    /// <param name="sums">[phase][filter][row][column]: the accumulators</param>
    /// <param name="phasePitch">distance between phases</param>
    public void Write(float* sums, nint phasePitch)
    {
        var g = plan.Correlation;
        for (var f = 0; f < Filters; f++, sums += plan.AccumulatorPitch)
        {
            var shift = bias == null ? 0 : bias[FirstFilter + f];
            var plane = output + (nint)(FirstFilter + f) * g.OutH * g.OutW;
            if (plan.HasWholeRows)
            {
                WriteWholeRows(sums, shift, plane);
            }
            else
            {
                WriteRows(sums, phasePitch, shift, plane);
            }
        }
    }

    /// <summary>One filter, row by row.</summary>
    /// <param name="plane">its first image</param>
    private void WriteRows(float* sums, nint phasePitch, float shift, float* plane)
    {
        var g = plan.Correlation;
        var columns = Math.Min(plan.GroupColumns, g.Columns - Left);

        // The columns of two phases alternate: left, right, left, right.
        var isPaired = g.OutStepX == 2 && g.OutW % 2 == 0;
        for (var r = 0; r < Rows; r++, sums += plan.RunPitch)
        {
            var (image, row) = Math.DivRem(FirstRow + r, g.Rows);
            for (var p = 0; p < plan.Phases.Length; p += isPaired ? 2 : 1)
            {
                var phase = plan.Phases[p].Phase;
                var y = row * g.OutStepY + phase.Top;
                if (y >= g.OutH)
                {
                    continue;
                }

                var to = plane + ((nint)image * g.OutputPlanes * g.OutH + y) * g.OutW + phase.Left + Left * g.OutStepX;
                if (phase.Left == 0)
                {
                    // The next filter's rows are scattered: without prefetching, each would be a separate cache miss.
                    CacheLines.Prefetch(to + ((nint)g.OutH * g.OutW), columns * g.OutStepX);
                }

                if (isPaired)
                {
                    Interleaving.Interleave(sums + p * phasePitch, sums + (p + 1) * phasePitch, columns, shift, to);
                }
                else
                {
                    var inside = CorrelationPlan.DivideUp(g.OutW - phase.Left, g.OutStepX) - Left;
                    Interleaving.ScatterStrided(sums + p * phasePitch, Math.Min(columns, inside), shift, to, g.OutStepX);
                }
            }
        }
    }

    /// <summary>One filter, where the rows of an image are contiguous both in the accumulators and in the output.</summary>
    /// <param name="plane">its first image</param>
    private void WriteWholeRows(float* sums, float shift, float* plane)
    {
        var g = plan.Correlation;
        for (var r = 0; r < Rows;)
        {
            var (image, y) = Math.DivRem(FirstRow + r, g.Rows);
            var rows = Math.Min(g.Rows - y, Rows - r);
            var to = plane + ((nint)image * g.OutputPlanes * g.OutH + y) * g.OutW;

            // The next filter's rows, which are elsewhere in memory.
            CacheLines.Prefetch(to + ((nint)g.OutH * g.OutW), rows * g.OutW);
            Interleaving.ScatterStrided(sums + (r * plan.RunPitch), rows * g.OutW, shift, to, 1);
            r += rows;
        }
    }
}

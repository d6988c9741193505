using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Convolution and its gradients by definition, one thread for each output: the reference for the faster rungs.
/// </summary>
internal static class DirectConvolution
{
    /// <summary>
    /// y[n, k, i, j] = bias[k] + Σ x[n, c, i·s + u·d − p, j·s + v·d − p] · w[k, c − c₀, u, v], where c runs over the channels of k's group,
    /// from c₀ on.
    /// </summary>
    public static void Forward(ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, ConvGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var column = index % g.OutW;
        var row = index / g.OutW % g.OutH;
        var k = index / (g.OutW * g.OutH) % g.K;
        var n = index / (g.OutW * g.OutH) / g.K;
        var channels = g.C / g.Groups;
        var first = k / (g.K / g.Groups) * channels;
        var sum = default(Compensated);
        for (var c = 0; c < channels; c++)
        {
            for (var u = 0; u < g.KernelH; u++)
            {
                var i = (row * g.StrideH) + (u * g.DilationH) - g.PadTop;
                for (var v = 0; v < g.KernelW; v++)
                {
                    var j = (column * g.StrideW) + (v * g.DilationW) - g.PadLeft;
                    if (i >= 0 && i < g.H && j >= 0 && j < g.W)
                    {
                        sum = sum.Add(x[((((n * g.C) + first + c) * g.H) + i) * g.W + j] * w[(
                            (((k * channels) + c) * g.KernelH) + u) * g.KernelW + v]);
                    }
                }
            }
        }

        y[index] = sum.Value + (bias.IntLength > 0 ? bias[k] : 0);
    }

    /// <summary>dx[n, c, i, j] = bias[c] + Σ dy[n, k, …] · w[k, c, u, v] over the outputs that read the element.</summary>
    public static void InputGradient(ArrayView<float> dy, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> dx, ConvGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dx.IntLength)
        {
            return;
        }

        var j = index % g.W;
        var i = index / g.W % g.H;
        var c = index / (g.W * g.H) % g.C;
        var n = index / (g.W * g.H) / g.C;
        var channels = g.C / g.Groups;
        var filters = g.K / g.Groups;
        var first = c / channels * filters;
        c %= channels;
        var sum = default(Compensated);
        for (var u = 0; u < g.KernelH; u++)
        {
            var top = i + g.PadTop - (u * g.DilationH);
            for (var v = 0; v < g.KernelW; v++)
            {
                var left = j + g.PadLeft - (v * g.DilationW);
                if (top < 0 || left < 0 || top % g.StrideH != 0 || left % g.StrideW != 0
                    || top / g.StrideH >= g.OutH || left / g.StrideW >= g.OutW)
                {
                    continue;
                }

                var place = ((top / g.StrideH) * g.OutW) + (left / g.StrideW);
                for (var k = first; k < first + filters; k++)
                {
                    sum = sum.Add(
                        dy[(((n * g.K) + k) * g.OutH * g.OutW) + place] * w[((((k * channels) + c) * g.KernelH) + u) * g.KernelW + v]);
                }
            }
        }

        dx[index] = sum.Value + (bias.IntLength > 0 ? bias[index / (g.W * g.H) % g.C] : 0);
    }

    /// <summary>dw[k, c, u, v] = Σ x[n, c, …] · dy[n, k, i, j] over all pictures and positions.</summary>
    public static void WeightGradient(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw, ConvGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dw.IntLength)
        {
            return;
        }

        var v = index % g.KernelW;
        var u = index / g.KernelW % g.KernelH;
        var channels = g.C / g.Groups;
        var k = index / (g.KernelW * g.KernelH) / channels;
        var c = (k / (g.K / g.Groups) * channels) + (index / (g.KernelW * g.KernelH) % channels);
        var sum = default(Compensated);
        for (var n = 0; n < g.N; n++)
        {
            for (var row = 0; row < g.OutH; row++)
            {
                var i = (row * g.StrideH) + (u * g.DilationH) - g.PadTop;
                for (var column = 0; column < g.OutW; column++)
                {
                    var j = (column * g.StrideW) + (v * g.DilationW) - g.PadLeft;
                    if (i >= 0 && i < g.H && j >= 0 && j < g.W)
                    {
                        sum =
                            sum.Add(x[((((n * g.C) + c) * g.H) + i) * g.W + j] * dy[((((n * g.K) + k) * g.OutH) + row) * g.OutW + column]);
                    }
                }
            }
        }

        dw[index] = sum.Value;
    }
}

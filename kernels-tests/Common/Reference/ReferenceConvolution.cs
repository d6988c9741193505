namespace IlgpuGan.TestsCommon.Reference;

/// <summary>Convolution in double precision as its definition reads: the truth that the kernels are compared with.</summary>
internal static class ReferenceConvolution
{
    public static double[] Forward(float[] x, float[] w, float[]? bias, ConvGeometry g) =>
        Forward(Numbers.Double(x), Numbers.Double(w), bias is null ? null : Numbers.Double(bias), g);

    public static double[] Forward(double[] x, double[] w, double[]? bias, ConvGeometry g)
    {
        var y = new double[g.N * g.K * g.OutH * g.OutW];
        Visit(g, new ToY(x, w, y));
        AddBias(y, bias, g.OutH * g.OutW);
        return y;
    }

    public static double[] InputGradient(float[] dy, float[] w, float[]? bias, ConvGeometry g) =>
        InputGradient(Numbers.Double(dy), Numbers.Double(w), bias is null ? null : Numbers.Double(bias), g);

    public static double[] InputGradient(double[] dy, double[] w, double[]? bias, ConvGeometry g)
    {
        var dx = new double[g.N * g.C * g.H * g.W];
        Visit(g, new ToX(dy, w, dx));
        AddBias(dx, bias, g.H * g.W);
        return dx;
    }

    /// <summary>Adds each channel's number to its planes, of so many pixels.</summary>
    private static void AddBias(double[] y, double[]? bias, int pixels)
    {
        for (var i = 0; bias is not null && i < y.Length; i++)
        {
            y[i] += bias[i / pixels % bias.Length];
        }
    }

    public static double[] WeightGradient(float[] x, float[] dy, ConvGeometry g) =>
        WeightGradient(Numbers.Double(x), Numbers.Double(dy), g);

    public static double[] WeightGradient(double[] x, double[] dy, ConvGeometry g)
    {
        var dw = new double[g.K * (g.C / g.Groups) * g.KernelH * g.KernelW];
        Visit(g, new ToW(x, dy, dw));
        return dw;
    }

    /// <summary>Calls <paramref name="product"/> with the places in x, w and y of every multiply-add that meets no padding.</summary>
    private static void Visit<TProduct>(ConvGeometry g, TProduct product)
        where TProduct : struct, IProduct
    {
        for (var n = 0; n < g.N; n++)
        {
            for (var k = 0; k < g.K; k++)
            {
                for (var oy = 0; oy < g.OutH; oy++)
                {
                    for (var ox = 0; ox < g.OutW; ox++)
                    {
                        for (var c = 0; c < g.C / g.Groups; c++)
                        {
                            for (var ky = 0; ky < g.KernelH; ky++)
                            {
                                for (var kx = 0; kx < g.KernelW; kx++)
                                {
                                    var y = oy * g.StrideH - g.PadTop + ky * g.DilationH;
                                    var x = ox * g.StrideW - g.PadLeft + kx * g.DilationW;
                                    if (y >= 0 && y < g.H && x >= 0 && x < g.W)
                                    {
                                        product.Add(
                                            ((n * g.C + (k / (g.K / g.Groups) * (g.C / g.Groups)) + c) * g.H + y) * g.W + x,
                                            ((k * (g.C / g.Groups) + c) * g.KernelH + ky) * g.KernelW + kx,
                                            ((n * g.K + k) * g.OutH + oy) * g.OutW + ox);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>A multiply-add, given the places of its three numbers. A struct, so that the loops above compile to plain code.</summary>
    private interface IProduct
    {
        void Add(int x, int w, int y);
    }

    private readonly struct ToY(double[] x, double[] w, double[] y) : IProduct
    {
        public void Add(int xi, int wi, int yi) => y[yi] += x[xi] * w[wi];
    }

    private readonly struct ToX(double[] dy, double[] w, double[] dx) : IProduct
    {
        public void Add(int xi, int wi, int yi) => dx[xi] += dy[yi] * w[wi];
    }

    private readonly struct ToW(double[] x, double[] dy, double[] dw) : IProduct
    {
        public void Add(int xi, int wi, int yi) => dw[wi] += x[xi] * dy[yi];
    }
}

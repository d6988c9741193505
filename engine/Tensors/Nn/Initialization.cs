using System.Numerics;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Distributions of first weights, for convolutions and linear layers. Fan-in is the weight's second extent times the kernel's area and
/// fan-out its first, for transposed convolutions too, as in the reference program.
/// Scales of batch norm are drawn from N(1, gain²) under every scheme.
/// </summary>
public enum Initialization
{
    /// <summary>N(0, gain²).</summary>
    Normal,

    /// <summary>N(0, gain²·2/(fan_in + fan_out)) (Glorot and Bengio 2010).</summary>
    Xavier,

    /// <summary>N(0, 2/fan_in) (He et al. 2015).</summary>
    Kaiming,

    /// <summary>gain times a random matrix [extent 0, rest] of orthonormal rows or columns, whichever are fewer (Saxe et al. 2013).</summary>
    Orthogonal,
}

internal static class WeightInitializer
{
    public static Action<Tensor> For(ModuleTensor tensor, Initialization scheme, float gain, RandomKey key)
    {
        var shape = tensor.Shape;
        return tensor.Initial switch
        {
            InitialValue.Zero => t => t.Device.Kernels.Fill(t.Span, 0),
            InitialValue.One => t => t.Device.Kernels.Fill(t.Span, 1),
            InitialValue.DrawnAroundOne => t => FillNormal(t, key, 1, gain),
            _ when scheme == Initialization.Orthogonal => t => FillOrthogonal(t, key, gain),
            _ => t => FillNormal(t, key, 0, Deviation(shape, scheme, gain)),
        };
    }

    private static float Deviation(Shape shape, Initialization scheme, float gain)
    {
        var area = shape.Count / ((double)shape[0] * shape[1]);
        var (fanIn, fanOut) = (shape[1] * area, shape[0] * area);
        return scheme switch
        {
            Initialization.Normal => gain,
            Initialization.Xavier => (float)(gain * Math.Sqrt(2 / (fanIn + fanOut))),
            Initialization.Kaiming => (float)Math.Sqrt(2 / fanIn),
            _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "an initialisation without a deviation"),
        };
    }

    private static void FillNormal(Tensor tensor, RandomKey key, float mean, float deviation)
    {
        tensor.Device.Kernels.Normal(key, tensor.Span);
        tensor.Device.Kernels.Unary(Devices.UnaryFunction.Affine, deviation, mean, tensor.Span, tensor.Span);
    }

    private static void FillOrthogonal(Tensor tensor, RandomKey key, float gain)
    {
        tensor.Device.Kernels.Normal(key, tensor.Span);
        var values = tensor.ToArray();
        var rows = tensor.Shape[0];
        var columns = values.Length / rows;
        var transposed = rows > columns;
        var (count, length) = transposed ? (columns, rows) : (rows, columns);
        var vectors = new double[count][];
        for (var i = 0; i < count; i++)
        {
            vectors[i] = new double[length];
            for (var j = 0; j < length; j++)
            {
                vectors[i][j] = values[transposed ? (j * columns) + i : (i * columns) + j];
            }

            Orthonormalize(vectors, i);
        }

        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < length; j++)
            {
                values[transposed ? (j * columns) + i : (i * columns) + j] = (float)(gain * vectors[i][j]);
            }
        }

        tensor.CopyFrom(values);
    }

    /// <summary>Gram–Schmidt, twice, which is enough for orthogonality to rounding (Giraud et al. 2005).</summary>
    private static void Orthonormalize(double[][] vectors, int last)
    {
        var v = vectors[last];
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < last; i++)
            {
                AddScaled(v, -Dot(v, vectors[i]), vectors[i]);
            }
        }

        AddScaled(v, (1 / Math.Sqrt(Dot(v, v))) - 1, v);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            sum += new Vector<double>(a, i) * new Vector<double>(b, i);
        }

        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    private static void AddScaled(double[] y, double scale, double[] x)
    {
        var i = 0;
        for (; i <= y.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(y, i) + (scale * new Vector<double>(x, i))).CopyTo(y, i);
        }

        for (; i < y.Length; i++)
        {
            y[i] += scale * x[i];
        }
    }
}

using System.Numerics;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Distributions of initial weights of convolutions and linear layers. Fan-in is the weight's second extent times the kernel's area, and
/// fan-out its first extent times the area, for transposed convolutions too, as in the reference program.
/// A vector [n] counts as a weight [n, 1]. Scales of batch norm are drawn from N(1, gain²), except under <see cref="Default"/>,
/// <see cref="Constant"/> and <see cref="Orthogonal"/>.
/// </summary>
public enum Initialization
{
    /// <summary>N(0, gain²).</summary>
    Normal,

    /// <summary>N(0, gain²·2/(fan_in + fan_out)) (Glorot and Bengio 2010).</summary>
    Xavier,

    /// <summary>N(0, 2/fan_in) (He et al. 2015).</summary>
    Kaiming,

    /// <summary>U(−b, b) with b = gain·√(6/(fan_in + fan_out)) (Glorot and Bengio 2010).</summary>
    XavierUniform,

    /// <summary>N(0, gain²), with values beyond two standard deviations drawn again.</summary>
    TruncatedNormal,

    /// <summary>The gain itself, everywhere.</summary>
    Constant,

    /// <summary>
    /// PyTorch's defaults: U(−b, b) with b = 1/√fan_in for weights and the parameters named <c>bias</c> behind them; scales of batch norm
    /// are 1.
    /// </summary>
    Default,

    /// <summary>
    /// The gain times a random matrix [extent 0, rest] with orthonormal rows or columns, whichever are fewer (Saxe et al. 2013). The gain
    /// is the length of a row, about 1, and no deviation: scales of batch norm are drawn from N(1, 0.02²).
    /// </summary>
    Orthogonal,
}

internal static class WeightInitializer
{
    /// <summary>Deviation of the scales of batch norm where the gain is none: that of DCGAN.</summary>
    private const float NormDeviation = 0.02f;

    /// <summary>Returns the function that writes a tensor's initial values.</summary>
    /// <param name="named">the tensor to fill, with its key in the network</param>
    /// <param name="weight">the tensor itself if it is drawn, else the drawn weight that its module registered before; or null</param>
    /// <param name="scheme">distribution of drawn tensors</param>
    /// <param name="gain">parameter of the distribution</param>
    /// <param name="key">key of the random numbers</param>
    public static Action<Tensor> For(NamedTensor named, ModuleTensor? weight, Initialization scheme, float gain, RandomKey key)
    {
        var tensor = named.Tensor;
        var shape = tensor.Shape;
        return tensor.Initial switch
        {
            InitialValue.Zero when scheme == Initialization.Default && IsBias(named) && weight is not null =>
                t => FillUniform(t, key, 1 / Math.Sqrt(Fans(weight.Shape).In)),
            InitialValue.Zero or InitialValue.One or InitialValue.Constant => t => t.Device.Kernels.Run(new FillCall(
                t.Span, tensor.FirstValue)),
            InitialValue.DrawnAroundOne when scheme is Initialization.Default or Initialization.Constant =>
                t => t.Device.Kernels.Run(new FillCall(t.Span, 1)),
            InitialValue.DrawnAroundOne => t => FillNormal(t, key, 1, scheme == Initialization.Orthogonal ? NormDeviation : gain),
            InitialValue.Direction => t => FillDirection(t, key),
            InitialValue.StandardNormal => t => t.Device.Kernels.Run(new NormalCall(key, t.Span)),
            InitialValue.LengthOfWeight =>
                t => FillLengths(t, (weight ?? throw new InvalidOperationException("no weight was registered before its lengths")).Value),
            _ when scheme == Initialization.Orthogonal => t => FillOrthogonal(t, key, gain),
            _ when scheme == Initialization.Constant => t => t.Device.Kernels.Run(new FillCall(t.Span, gain)),
            _ when scheme == Initialization.Default => t => FillUniform(t, key, 1 / Math.Sqrt(Fans(shape).In)),
            _ when scheme == Initialization.XavierUniform =>
                t => FillUniform(t, key, gain * Math.Sqrt(6 / (Fans(shape).In + Fans(shape).Out))),
            _ when scheme == Initialization.TruncatedNormal => t => FillTruncated(t, key, gain),
            _ => t => FillNormal(t, key, 0, Deviation(shape, scheme, gain)),
        };
    }

    /// <summary>Whether a tensor is a layer's bias, by its name: another parameter that begins at 0, such as a gate, is to be 0.</summary>
    private static bool IsBias(NamedTensor named) =>
        named.Tensor.Role == TensorRole.Parameter && named.Name.AsSpan(named.Name.LastIndexOf('.') + 1) is "bias";

    private static float Deviation(Shape shape, Initialization scheme, float gain)
    {
        var (fanIn, fanOut) = Fans(shape);
        return scheme switch
        {
            Initialization.Normal => gain,
            Initialization.Xavier => (float)(gain * Math.Sqrt(2 / (fanIn + fanOut))),
            Initialization.Kaiming => (float)Math.Sqrt(2 / fanIn),
            _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "an initialisation without a deviation"),
        };
    }

    private static (double In, double Out) Fans(Shape shape)
    {
        var (first, second) = (shape.Rank > 0 ? shape[0] : 1, shape.Rank > 1 ? shape[1] : 1);
        var area = shape.Count / ((double)first * second);
        return (second * area, first * area);
    }

    private static void FillUniform(Tensor tensor, RandomKey key, double bound)
    {
        tensor.Device.Kernels.Run(new UniformCall(key, tensor.Span));
        tensor.Device.Kernels.Run(new UnaryCall(UnaryFunction.Affine, (float)(2 * bound), (float)-bound, tensor.Span, tensor.Span));
    }

    /// <summary>Numbers beyond two deviations are those of a second draw, a third, …, so that each depends on its index alone.</summary>
    private static void FillTruncated(Tensor tensor, RandomKey key, float deviation)
    {
        tensor.Device.Kernels.Run(new NormalCall(key, tensor.Span));
        var values = tensor.ToArray();
        for (var step = key.Step + 1; Array.Exists(values, IsBeyond); step++)
        {
            tensor.Device.Kernels.Run(new NormalCall(new RandomKey(key.Seed, key.Stream, step, key.Op), tensor.Span));
            var next = tensor.ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = IsBeyond(values[i]) ? next[i] : values[i];
            }
        }

        tensor.CopyFrom(Array.ConvertAll(values, value => value * deviation));

        static bool IsBeyond(float value) => MathF.Abs(value) > 2;
    }

    private static void FillNormal(Tensor tensor, RandomKey key, float mean, float deviation)
    {
        tensor.Device.Kernels.Run(new NormalCall(key, tensor.Span));
        tensor.Device.Kernels.Run(new UnaryCall(UnaryFunction.Affine, deviation, mean, tensor.Span, tensor.Span));
    }

    private static void FillDirection(Tensor tensor, RandomKey key)
    {
        tensor.Device.Kernels.Run(new NormalCall(key, tensor.Span));
        var values = tensor.ToArray();
        var length = Math.Sqrt(values.Sum(v => (double)v * v));
        tensor.CopyFrom(Array.ConvertAll(values, v => (float)(v / length)));
    }

    /// <summary>Fills a tensor with the lengths of a weight's slices, one per element.</summary>
    private static void FillLengths(Tensor lengths, Tensor weight)
    {
        var axis = Array.FindIndex(lengths.Shape.ToArray(), extent => extent != 1);
        var inner = axis < 0 ? 1 : weight.Shape.Around("initialize", axis).Inner;
        var squares = new double[lengths.Count];
        var values = weight.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            squares[i / inner % squares.Length] += (double)values[i] * values[i];
        }

        lengths.CopyFrom(Array.ConvertAll(squares, square => (float)Math.Sqrt(square)));
    }

    private static void FillOrthogonal(Tensor tensor, RandomKey key, float gain)
    {
        tensor.Device.Kernels.Run(new NormalCall(key, tensor.Span));
        var values = tensor.ToArray();
        var rows = tensor.Shape.Rank > 0 ? tensor.Shape[0] : 1;
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

    /// <summary>Gram–Schmidt, done twice, which gives orthogonality up to rounding (Giraud et al. 2005).</summary>
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

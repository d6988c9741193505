namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// Memory-bound calls of <see cref="IKernels"/>, on arrays like a network's but larger than any cache, unless the device is for debugging.
/// Costs count the minimum memory traffic.
/// </summary>
internal sealed class MemoryBoundKernels : IDisposable
{
    private const int Channels = 64;
    private const int Pad = 1;

    /// <summary>Pictures for each channel: 64 MB, more than any cache.</summary>
    private const int UsualPictures = 4;
    private const int UsualSide = 256;

    /// <summary>Side of the only picture where each thread of a kernel is one of the processor.</summary>
    private const int SmallSide = 16;

    private static readonly AdamSettings s_adam = new(0.5f, 0.999f, 1e-8f, WeightDecay: 0, StepNumbers.AtOnce);

    private static readonly Row[] s_all =
    [
        new("copy", 2, 0, m => m._kernels.Run(new CopyCall(m._x.Span, m._y.Span))),
        new("add", 3, 1, m => m._kernels.Run(new BinaryCall(
            BinaryFunction.Add, m._x.Span, m._shape, m._y.Span, m._shape, m._z.Span, m._shape))),
        new(
            "add-per-channel", 2, 1,
            m => m._kernels.Run(new BinaryCall(BinaryFunction.Add, m._x.Span, m._shape, m._mean.Span, m._perChannel, m._z.Span, m._shape))),
        new("expand-per-channel", 1, 0, m => m._kernels.Run(new ExpandCall(m._mean.Span, m._perChannel, m._z.Span, m._shape))),
        new("concat", 2, 0, m => m.Concat()),
        new("leaky-relu", 2, 1, m => m._kernels.Run(new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, m._x.Span, m._y.Span))),
        new("leaky-relu-gradient", 3, 1, m => m._kernels.Run(new UnaryGradientCall(
            UnaryFunction.LeakyRelu, 0.2f, 0, m._x.Span, m._y.Span, m._z.Span))),
        new("tanh", 2, 10, m => m._kernels.Run(new UnaryCall(UnaryFunction.Tanh, 0, 0, m._x.Span, m._y.Span))),
        new("dropout", 2, 30, m => m._kernels.Run(new DropoutCall(new RandomKey(1, 0, 0, 0), 0.5f, m._x.Span, m._y.Span))),
        new(
            "sum", 1, 1,
            m => m._kernels.Run(new ReduceCall(
                Reduction.Sum, m._x.Span, m._shape, m._variance.Span with { Length = 1 }, new Shape(1, 1, 1, 1)))),
        new("sum-per-channel", 1, 1, m => m._kernels.Run(new ReduceCall(
            Reduction.Sum, m._x.Span, m._shape, m._variance.Span, m._perChannel))),
        new("instance-norm", 3, 8, m => m.Normalise(m._norm)),
        new("batch-norm", 3, 8, m => m.Normalise(new NormGeometry(4, Channels, m.Pixels / 4, PerInstance: false))),
        new(
            "instance-norm-gradient", 5, 14,
            m =>
                m._kernels.Run(new NormalizeGradientCall(
                    new(m._x.Span, m._mean.Span, m._variance.Span, null, null, m._norm, 1e-5f), m._y.Span, m._z.Span, null, null))),
        new("instance-norm-relu-pad", 3, 9, m => m._kernels.Run(new NormToCall(
            new(m._x.Span, m._meanOfPlane.Span, m._varianceOfPlane.Span, null, null, m.Planes, 1e-5f), null, null,
            m._padded.Span, null, null, m.ReluAndBorder))),
        new("instance-norm-relu-pad-gradient", 5, 16, m => m._kernels.Run(new NormToGradientCall(
            new(m._x.Span, m._meanOfPlane.Span, m._varianceOfPlane.Span, null, null, m.Planes, 1e-5f), m._padded.Span, m._z.Span,
            null, null, m.ReluAndBorder))),
        new("pad-reflect", 2, 0, m => m._kernels.Run(new PadCall(PadMode.Reflect, 0, m._x.Span, m._padded.Span, m.Border))),
        new("pad-reflect-gradient", 2, 1, m => m._kernels.Run(new PadGradientCall(PadMode.Reflect, m._padded.Span, m._z.Span, m.Border))),
        new("adam", 7, 12, m => m._kernels.Run(new AdamCall([new(m._x.Span, m._y.Span, m._z.Span, m._v.Span)], s_adam))),
    ];

    private readonly IKernels _kernels;
    private readonly int _side;
    private readonly Shape _shape;
    private readonly Shape _perChannel = new(1, Channels, 1, 1);
    private readonly NormGeometry _norm;
    private readonly Tensor _x, _y, _z, _v, _mean, _variance, _meanOfPlane, _varianceOfPlane, _padded;

    public MemoryBoundKernels(GpuDevice device)
    {
        _kernels = device.Kernels;
        _side = device.IsForDebugging ? SmallSide : UsualSide;
        AdamCoefficients.SetRates(device.Numbers, s_adam, learningRate: 1e-4f, step: 1);
        _shape = new Shape(1, Channels, (device.IsForDebugging ? 1 : UsualPictures) * _side, _side);
        _norm = new NormGeometry(1, Channels, Pixels, PerInstance: true);
        (_x, _y, _z, _v) = (Numbers(_shape), Numbers(_shape), Numbers(_shape), Tensor.Zeros(_shape, device));
        (_mean, _variance) = (Tensor.Zeros(_perChannel, device), Tensor.Ones(_perChannel, device));
        (_meanOfPlane, _varianceOfPlane) = (Tensor.Zeros(new Shape(Border.Planes), device), Tensor.Ones(new Shape(Border.Planes), device));
        _padded = Numbers(new Shape(Border.Planes, Border.OutH, Border.OutW));

        Tensor Numbers(Shape shape) => Tensor.Uniform(new RandomKey(1, 0, 0, 0), shape, device);
    }

    public static IEnumerable<string> Names => s_all.Select(entry => entry.Name);

    private int Pixels => (int)(_shape.Count / Channels);

    private PadGeometry Border => new((int)(_shape.Count / _side / Height), Height, _side, Pad, Pad, Pad, Pad);

    /// <summary>Each picture normalised by itself.</summary>
    private NormGeometry Planes => new(1, Border.Planes, Border.H * Border.W, PerInstance: true);

    private NormTail ReluAndBorder => new(UnaryFunction.Relu, 0, Border, PadMode.Reflect);

    private int Height => Math.Min(_side, Pixels / _side * 2);

    /// <summary>The shape, cost and call of a kernel.</summary>
    /// <param name="name">one of <see cref="Names"/></param>
    public (string Shape, OpCost Cost, Action Call) Find(string name)
    {
        var (_, accesses, flops, call) = Array.Find(s_all, entry => entry.Name == name) is { Name: not null } found
            ? found
            : throw new ArgumentOutOfRangeException(nameof(name), name, "not a kernel that can be measured");
        return (_shape.ToString(), new OpCost(flops * _shape.Count, accesses * sizeof(float) * _shape.Count), () => call(this));
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _x, _y, _z, _v, _mean, _variance, _meanOfPlane, _varianceOfPlane, _padded })
        {
            tensor.Dispose();
        }
    }

    private void Normalise(in NormGeometry g)
    {
        _kernels.Run(new MomentsCall(_x.Span, _mean.Span, _variance.Span, g));
        _kernels.Run(new NormalizeCall(new(_x.Span, _mean.Span, _variance.Span, null, null, g, 1e-5f), _y.Span));
    }

    /// <summary>Concatenates two arrays along the channels, in a batch of two.</summary>
    private void Concat()
    {
        Shape half = new(2, Channels / 4, Pixels / _side, _side), whole = new(2, Channels / 2, Pixels / _side, _side);
        _kernels.Run(new CopyBlockCall(_x.Span, half, [0, 0, 0, 0], _y.Span, whole, [0, 0, 0, 0], half));
        _kernels.Run(new CopyBlockCall(_z.Span, half, [0, 0, 0, 0], _y.Span, whole, [0, Channels / 4, 0, 0], half));
    }

    /// <param name="Name">of the call</param>
    /// <param name="Accesses">to an element</param>
    /// <param name="Flops">operations on it</param>
    /// <param name="Call">makes it</param>
    private sealed record Row(string Name, int Accesses, int Flops, Action<MemoryBoundKernels> Call);
}

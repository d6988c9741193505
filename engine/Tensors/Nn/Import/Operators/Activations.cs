using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Activations of a float tensor, with the defaults of the ONNX standard.</summary>
internal static class Activations
{
    public static void Add(OperatorList list)
    {
        list.Floats("Relu", call => call.Tensor(0).Relu());
        list.Floats("LeakyRelu", call => Leaky(call.Tensor(0), call.Node.Float("alpha", 0.01f)));
        list.Floats("PRelu", Prelu);
        list.Floats("Elu", call => call.Tensor(0).Elu(call.Node.Float("alpha", 1)));
        list.Floats("Celu", Celu);
        list.Floats("Selu", Selu);
        list.Floats("ThresholdedRelu", Thresholded);
        list.Floats("Sigmoid", call => call.Tensor(0).Sigmoid());
        list.Floats("HardSigmoid", call => HardSigmoid(call.Tensor(0), call.Node.Float("alpha", 0.2f), call.Node.Float("beta", 0.5f)));
        list.Floats("HardSwish", HardSwish);
        list.Floats("Tanh", call => call.Tensor(0).Tanh());
        list.Floats("Softplus", call => call.Tensor(0).Softplus());
        list.Floats("Softsign", call => call.Tensor(0).Softsign());
        list.Floats("Mish", Mish);
        list.Floats("Gelu", Gelu);
        list.Floats("Erf", call => Erf(call.Tensor(0)));
        list.Floats("Softmax", call => Softmax(call, (x, axis) => x.Softmax(axis)));
        list.Floats("LogSoftmax", call => Softmax(call, (x, axis) => x.LogSoftmax(axis)));
        list.Floats("Hardmax", call => Softmax(call, Hardmax));
        list.Floats("Swish", Swish);
        list.Floats("Shrink", Shrink);
    }

    private static Tensor Leaky(Tensor x, float slope)
    {
        if (slope > 0)
        {
            return x.LeakyRelu(slope);
        }

        using var positive = x.Relu();
        using var negative = x.Clamp(float.NegativeInfinity, 0);
        using var below = negative.Affine(slope, 0);
        return positive.Add(below);
    }

    /// <summary>x where it is positive, else slope·x. The slopes broadcast to x, but x does not broadcast to them.</summary>
    private static Tensor Prelu(NodeCall call)
    {
        var (x, slope) = (call.Tensor(0), call.Tensor(1));
        if (Shape.Broadcast("PRelu", x.Shape, slope.Shape) != x.Shape)
        {
            throw NodeCall.Refused($"its slopes {slope.Shape} do not broadcast to {x.Shape}");
        }

        using var positive = x.Relu();
        using var negative = x.Clamp(float.NegativeInfinity, 0);
        using var below = negative.Multiply(slope);
        return positive.Add(below);
    }

    /// <summary>max(0, x) + min(0, α·(e^(x/α) − 1)).</summary>
    private static Tensor Celu(NodeCall call)
    {
        var alpha = call.Node.Float("alpha", 1);
        using var scaled = call.Tensor(0).Affine(1 / alpha, 0);
        using var elu = scaled.Elu();
        return elu.Affine(alpha, 0);
    }

    private static Tensor Selu(NodeCall call)
    {
        using var elu = call.Tensor(0).Elu(call.Node.Float("alpha", 1.67326319217681884765625f));
        return elu.Affine(call.Node.Float("gamma", 1.05070102214813232421875f), 0);
    }

    private static Tensor Thresholded(NodeCall call)
    {
        var x = call.Tensor(0);
        using var above = x.GreaterThan(call.Node.Float("alpha", 1));
        return x.Mask(above);
    }

    private static Tensor HardSigmoid(Tensor x, float alpha, float beta)
    {
        using var line = x.Affine(alpha, beta);
        return line.Clamp(0, 1);
    }

    private static Tensor HardSwish(NodeCall call)
    {
        var x = call.Tensor(0);
        using var gate = HardSigmoid(x, 1f / 6, 0.5f);
        return x.Multiply(gate);
    }

    private static Tensor Mish(NodeCall call)
    {
        var x = call.Tensor(0);
        using var softplus = x.Softplus();
        using var gate = softplus.Tanh();
        return x.Multiply(gate);
    }

    private static Tensor Gelu(NodeCall call) => call.Node.Text("approximate", "none") switch
    {
        "none" => call.Tensor(0).Gelu(),
        "tanh" => call.Tensor(0).Gelu(isApproximate: true),
        var other => throw NodeCall.Refused($"approximate = '{other}' is not supported"),
    };

    /// <summary>
    /// erf x = 2·Φ(√2·x) − 1, with Φ(u) = gelu(u)/u. In float32 it is ±1 beyond ±5; near 0, where u is too small to divide by, it is 0.
    /// </summary>
    private static Tensor Erf(Tensor x)
    {
        const float MinDivisor = 1e-30f;
        using var bounded = x.Clamp(-5, 5);
        using var u = bounded.Affine(MathF.Sqrt(2), 0);
        using var size = u.Abs();
        using var isZero = size.LessThan(MinDivisor);
        using var divisor = u.MaskedFill(isZero, 1);
        using var gelu = u.Gelu();
        using var share = gelu.Divide(divisor);
        using var both = share.Affine(2, -1);
        return both.MaskedFill(isZero, 0);
    }

    /// <summary>Before opset 13 softmax ran over all dimensions from the axis on.</summary>
    private static Tensor Softmax(NodeCall call, Func<Tensor, int, Tensor> compute)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", call.OperatorSet < 13 ? 1 : -1), x.Shape.Rank);
        if (call.OperatorSet >= 13)
        {
            return compute(x, axis);
        }

        var (outer, inner) = x.Shape.Around("Hardmax", axis);
        using var rows = x.Reshape(new Shape(outer, x.Shape[axis] * inner));
        using var result = compute(rows, -1);
        return result.Reshape(x.Shape);
    }

    /// <summary>1 at the first maximum, else 0.</summary>
    private static Tensor Hardmax(Tensor x, int axis)
    {
        using var index = x.Argmax(axis, keepDims: true);
        using var one = Tensor.Ones(index.Shape, x.Device);
        using var zeros = Tensor.Zeros(x.Shape, x.Device);
        return zeros.ScatterAdd(axis, index, one);
    }

    /// <summary>x·σ(α·x).</summary>
    private static Tensor Swish(NodeCall call)
    {
        var x = call.Tensor(0);
        using var scaled = x.Affine(call.Node.Float("alpha", 1), 0);
        using var gate = scaled.Sigmoid();
        return x.Multiply(gate);
    }

    /// <summary>x + bias below −λ, x − bias above λ, 0 between.</summary>
    private static Tensor Shrink(NodeCall call)
    {
        var (x, limit, bias) = (call.Tensor(0), call.Node.Float("lambd", 0.5f), call.Node.Float("bias", 0));
        using var isAbove = x.GreaterThan(limit);
        using var isBelow = x.LessThan(-limit);
        using var less = x.Affine(1, -bias);
        using var more = x.Affine(1, bias);
        using var above = less.Mask(isAbove);
        using var below = more.Mask(isBelow);
        return above.Add(below);
    }
}

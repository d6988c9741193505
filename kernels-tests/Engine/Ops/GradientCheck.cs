using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>
/// The errors of an op on a device against its definition: of its value, of the gradient of L = Σ r·op(x), and of the gradient of
/// s·∇L. Derivatives of the definition are numerical, so that no backward formula judges another.
/// </summary>
/// <param name="device">where the engine computes</param>
/// <param name="tamper">called with each tensor about to be differentiated; mutations change its graph here</param>
internal sealed class GradientCheck(Device device, Action<Tensor>? tamper = null)
{
    public double ForwardError(OpCase c)
    {
        var inputs = c.DrawInputs();
        using var step = device.Step();
        var y = c.Engine(OnDevice(c, inputs, requiresGrad: false));
        var expected = c.Reference(c.InDouble());
        Assert.That(y.Shape, Is.EqualTo(expected.Shape), "shape of the output");
        return RelativeError.Of(y.ToArray(), expected.Values);
    }

    /// <summary>Error of ∂L/∂x of all inputs.</summary>
    public double FirstOrderError(OpCase c) => RelativeError.OfAll(FirstOrder(c), ExpectedDerivatives.First(c));

    /// <summary>Error of the derivatives of s·∂L/∂x by the inputs x and by the weights r, where s is random.</summary>
    public double SecondOrderError(OpCase c) => RelativeError.OfAll(SecondOrder(c), ExpectedDerivatives.Second(c));

    /// <summary>∂L/∂x of each input, as the engine computes it.</summary>
    public float[][] FirstOrder(OpCase c)
    {
        var inputs = c.DrawInputs();
        var weights = c.DrawWeights();
        using var step = device.Step();
        var xs = OnDevice(c, inputs, requiresGrad: true);
        var loss = Loss(c, xs, weights, out _);
        tamper?.Invoke(loss);
        return Array.ConvertAll(Differentiation.Gradients(loss, xs), g => g.ToArray());
    }

    /// <summary>The derivatives of s·∂L/∂x by each input and, last, by r, as the engine computes them.</summary>
    public float[][] SecondOrder(OpCase c)
    {
        var inputs = c.DrawInputs();
        var weights = c.DrawWeights();
        var directions = c.DrawDirections();
        using var step = device.Step();
        var xs = OnDevice(c, inputs, requiresGrad: true);
        var loss = Loss(c, xs, weights, out var r);
        var gradients = Differentiation.Gradients(loss, xs, createGraph: true);
        var along = Tensor.Zeros(Shape.Scalar, device);
        for (var i = 0; i < xs.Length; i++)
        {
            along += (gradients[i] * Tensor.From(directions[i], xs[i].Shape, device)).Sum();
        }

        tamper?.Invoke(along);
        return Array.ConvertAll(Differentiation.Gradients(along, [.. xs, r]), g => g.ToArray());
    }

    private Tensor Loss(OpCase c, Tensor[] xs, float[] weights, out Tensor r)
    {
        var y = c.Engine(xs);
        r = Tensor.From(weights, y.Shape, device);
        r.RequiresGrad = true;
        return (y * r).Sum();
    }

    private Tensor[] OnDevice(OpCase c, float[][] inputs, bool requiresGrad)
    {
        var tensors = new Tensor[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            tensors[i] = Tensor.From(inputs[i], c.Inputs[i], device);
            tensors[i].RequiresGrad = requiresGrad;
        }

        return tensors;
    }
}

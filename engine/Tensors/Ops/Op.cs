using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// An op, declared once: name, shape rule, cost, forward, what its gradient needs, gradient.
/// An instance is one application with its settings (stride, axes, …); <see cref="Run"/> applies it.
/// </summary>
/// <remarks>
/// Ops of one's own derive from it like those of the engine and compute through <see cref="IKernels"/>; they are differentiated, recorded
/// and replayed like those. One instance may be applied once only if its settings change: the gradient is asked of the instance that was
/// run.
/// </remarks>
public abstract class Op
{
    private static long s_sequence;

    /// <summary>As errors, profiles and test cases spell it: <c>conv2d</c>, <c>instance_norm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The output's shape; throws <see cref="ShapeException"/> naming op, shapes and cause.</summary>
    public abstract Shape InferShape(ReadOnlySpan<Tensor> inputs);

    /// <summary>Floating-point operations of the forward and the least bytes it must move.</summary>
    public virtual OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var elements = output.Count;
        foreach (var input in inputs)
        {
            elements += input.Count;
        }

        return new OpCost(output.Count, elements * sizeof(float));
    }

    /// <summary>
    /// True if inputs are repeated to the output's shape, so that a gradient may have to be summed back over the repetitions.
    /// </summary>
    protected virtual bool Broadcasts => false;

    /// <summary>True if the derivative is zero everywhere: the result is a constant, and nothing is recorded.</summary>
    protected virtual bool IsConstant => false;

    /// <summary>Memory of the output: fresh, unless the op merely renames its input's.</summary>
    protected virtual Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) => Tensor.Empty(shape, inputs[0].Device);

    /// <summary>Writes every element of <paramref name="output"/>.</summary>
    protected abstract void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output);

    /// <summary>What <see cref="Gradient"/> reads, and nothing else, in a new array: it stays in memory until the backward.</summary>
    protected virtual Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => [];

    /// <summary>
    /// The gradient of each input, written in ops so that it can itself be differentiated;
    /// null for an input that needs none (or has none). The caller owns the results: to pass dy on unchanged, return <c>dy.Share()</c>.
    /// </summary>
    /// <param name="dy">gradient of the output, of its shape</param>
    /// <param name="saved">what <see cref="Save"/> returned</param>
    /// <param name="needs">which inputs are asked for</param>
    public abstract Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs);

    /// <summary>Applies an op: checks, computes, and records it if gradients are recorded and an input asks for one.</summary>
    public static Tensor Run(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        var device = inputs[0].Device;
        foreach (var input in inputs)
        {
            if (input.Device != device)
            {
                throw new DeviceException(
                    $"{op.Name}: inputs on {device.Name} and on {input.Device.NameBeside(device)}; move them to one device first");
            }
        }

        var output = Compute(op, device, inputs, place: null);
        if (GradMode.IsEnabled)
        {
            op.Record(inputs, output);
        }

        return output;
    }

    /// <summary>
    /// Applies an element-wise op to a first input that nobody reads again. The result takes its memory (and handle) if nothing is recorded
    /// and nobody else holds it; else the input is disposed.
    /// </summary>
    internal static Tensor RunInPlace(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        var x = inputs[0];
        if (!GradMode.IsEnabled && x.IsExclusive && op.InferShape(inputs) == x.Shape)
        {
            return Compute(op, x.Device, inputs, place: x);
        }

        var output = Run(op, inputs);
        x.Dispose();
        return output;
    }

    /// <summary>Applies an op, unrecorded, and writes what comes of it over a tensor of the result's shape, which is returned.</summary>
    internal static Tensor RunInto(Op op, Tensor place, params ReadOnlySpan<Tensor> inputs) => Compute(op, place.Device, inputs, place);

    /// <summary>Names the op in whatever the device has to complain about.</summary>
    private static Tensor Compute(Op op, Device device, ReadOnlySpan<Tensor> inputs, Tensor? place)
    {
        var shape = op.InferShape(inputs);
        try
        {
            var output = place ?? op.Allocate(inputs, shape);
            using (OpProfile.Measure(op, inputs, output))
            {
                op.Forward(device.Kernels, inputs, output);
            }

            return output;
        }
        catch (DeviceException exception) when (exception.Op is null)
        {
            var shapes = new string[inputs.Length];
            for (var i = 0; i < shapes.Length; i++)
            {
                shapes[i] = inputs[i].Shape.ToString();
            }

            throw exception.During(op.Name, $"{op.Name} {string.Join(' ', shapes)} -> {shape}");
        }
    }

    private static Shape[] ShapesOf(ReadOnlySpan<Tensor> tensors)
    {
        var shapes = new Shape[tensors.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = tensors[i].Shape;
        }

        return shapes;
    }

    private void Record(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var needs = GradientNeeds.Of(inputs);
        if (needs.None || IsConstant)
        {
            return;
        }

        var variables = new Variable?[inputs.Length];
        Shape[]? broadcast = null;
        for (var i = 0; i < inputs.Length; i++)
        {
            variables[i] = needs[i] ? inputs[i].Variable : null;
            if (Broadcasts && inputs[i].Shape != output.Shape)
            {
                broadcast = ShapesOf(inputs);
            }
        }

        var node = new Node { Sequence = Interlocked.Increment(
            ref s_sequence), Op = this, Inputs = variables, BroadcastInputs = broadcast, Layer = OpProfile.CurrentLayer };
        output.Attach(node.Produce());
        node.Save(Save(inputs, output, needs));
    }
}

/// <summary>Which inputs of an op a gradient is asked for.</summary>
public readonly record struct GradientNeeds(uint Mask)
{
    public bool None => Mask == 0;

    /// <summary>Whether the gradient of an input is asked for.</summary>
    public bool this[int input] => (Mask >> input & 1) != 0;

    internal static GradientNeeds Of(ReadOnlySpan<Tensor> inputs)
    {
        uint mask = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            mask |= inputs[i].RequiresGrad ? 1u << i : 0;
        }

        return new GradientNeeds(mask);
    }
}

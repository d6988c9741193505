using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// An op, declared once: name, shape rule, cost, forward, saved tensors, gradient.
/// An instance is one application with its settings (stride, axes, …); <see cref="Run"/> applies it.
/// </summary>
/// <remarks>
/// Custom ops derive from this class and compute through <see cref="IKernels"/>, like those of the engine; they are differentiated,
/// recorded and replayed in the same way. The backward pass calls <see cref="Gradient"/> on the instance that ran, so an instance whose
/// settings change must be applied only once.
/// </remarks>
public abstract class Op
{
    private static long s_sequence;

    /// <summary>The name in errors, profiles and test cases: <c>conv2d</c>, <c>instance_norm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The output's shape.</summary>
    /// <exception cref="ShapeException">the inputs do not fit; the message names the op, the shapes and the cause</exception>
    public abstract Shape InferShape(ReadOnlySpan<Tensor> inputs);

    /// <summary>Floating-point operations of the forward, and the minimum of bytes it moves.</summary>
    internal virtual OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var elements = output.Count;
        foreach (var input in inputs)
        {
            elements += input.Count;
        }

        return new OpCost(output.Count, elements * sizeof(float));
    }

    /// <summary>
    /// True if inputs broadcast to the output's shape: the walk then sums their gradients over the broadcast dimensions.
    /// </summary>
    protected virtual bool Broadcasts => false;

    /// <summary>True if the derivative is zero everywhere: the result is a constant, and nothing is recorded.</summary>
    protected virtual bool IsConstant => false;

    /// <summary>Allocates the output; an op that returns a view of its input overrides it.</summary>
    protected virtual Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) => Tensor.Empty(shape, inputs[0].Device);

    /// <summary>Writes every element of <paramref name="output"/>; not called for one without elements.</summary>
    protected abstract void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output);

    /// <summary>The tensors that <see cref="Gradient"/> reads, and no others, in a new array: they stay in memory until it runs.</summary>
    protected virtual Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => [];

    /// <summary>
    /// The gradient of each input, in its shape (or in the output's, if the op <see cref="Broadcasts"/>), computed by ops so that it can
    /// itself be differentiated; null for an input that needs none or has none. The caller owns the results: to pass dy on unchanged,
    /// return <c>dy.Share()</c>.
    /// </summary>
    /// <param name="dy">gradient of the output, of its shape</param>
    /// <param name="saved">the tensors that <see cref="Save"/> returned</param>
    /// <param name="needs">the inputs whose gradients are needed</param>
    public abstract Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs);

    /// <summary>Applies an op: checks, computes, and records it if gradients are recorded and an input requires one.</summary>
    public static Tensor Run(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null)
            {
                throw new ArgumentNullException(nameof(inputs), $"{op.Name}: input {i + 1} of {inputs.Length} is null");
            }
        }

        var device = inputs[0].Device;
        foreach (var input in inputs)
        {
            if (input.Device != device)
            {
                throw new DeviceException(
                    $"{op.Name}: inputs on {device.Name} and on {input.Device.NameBeside(device)}; move them to one device first");
            }
        }

        var output = Compute(op, device, inputs);
        if (GradMode.IsEnabled)
        {
            op.Record(inputs, output);
        }

        return output;
    }

    /// <summary>Computes an op; an exception of the device, or of a kernel call, gets the op's name and shapes.</summary>
    private static Tensor Compute(Op op, Device device, ReadOnlySpan<Tensor> inputs)
    {
        var shape = op.InferShape(inputs);
        try
        {
            var output = op.Allocate(inputs, shape);
            if (output.Count > 0)
            {
                using var measured = OpProfile.Measure(op, inputs, output);
                op.Forward(device.Kernels, inputs, output);
            }

            return output;
        }
        catch (DeviceException exception) when (exception.Op is null)
        {
            throw exception.During(op.Name, Application(op, inputs, shape));
        }
        catch (ShapeException exception)
        {
            throw new ShapeException($"{Application(op, inputs, shape)}: {exception.Message}");
        }
    }

    /// <summary>An op and the shapes of its inputs and output, for errors.</summary>
    private static string Application(Op op, ReadOnlySpan<Tensor> inputs, Shape output)
    {
        var shapes = new string[inputs.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = inputs[i].Shape.ToString();
        }

        return $"{op.Name} {string.Join(' ', shapes)} -> {output}";
    }

    private void Record(ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var needs = GradientNeeds.Of(inputs);
        if (needs.None || IsConstant)
        {
            return;
        }

        var variables = new Variable?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            variables[i] = inputs[i].RequiresGrad ? inputs[i].Variable : null;
        }

        var node = new Node
        {
            Sequence = Interlocked.Increment(ref s_sequence), Op = this, Inputs = variables, Broadcasts = Broadcasts,
            Layer = OpProfile.CurrentLayer,
        };
        output.Attach(node.Produce(output.Shape));
        node.Save(Save(inputs, output, needs));
    }
}

/// <summary>The inputs of an op whose gradients are needed, as a bit mask. The last bit stands for all from the 32nd input on.</summary>
public readonly record struct GradientNeeds
{
    private readonly uint _mask;

    internal GradientNeeds(uint mask) => _mask = mask;

    public bool None => _mask == 0;

    /// <summary>Whether the gradient of an input is needed; from the 32nd on, that of any of these.</summary>
    public bool this[int input] => (_mask & BitOf(input)) != 0;

    internal static uint BitOf(int input) => 1u << Math.Min(input, 31);

    internal static GradientNeeds Of(ReadOnlySpan<Tensor> inputs)
    {
        uint mask = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            mask |= inputs[i].RequiresGrad ? BitOf(i) : 0;
        }

        return new GradientNeeds(mask);
    }
}

using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.Mutations;

/// <summary>One way in which a gradient can be wrong.</summary>
/// <param name="Name">for the table</param>
/// <param name="Apply">the wrong numbers from the right ones</param>
internal sealed record Mutation(string Name, Func<float[], float[]> Apply)
{
    public static Mutation SignFlipped { get; } = new("sign flipped", g => Array.ConvertAll(g, x => -x));

    public static Mutation IndexShifted { get; } = new("index shifted", g => [.. g[1..], g[0]]);

    public static IReadOnlyList<Mutation> All { get; } =
    [
        SignFlipped,
        IndexShifted,
        new("term dropped", g => new float[g.Length]),
        new("factor 1.001", g => Array.ConvertAll(g, x => 1.001f * x)),
        new("largest element forgotten", ForgetLargest),
    ];

    /// <summary>The wrong gradient; null if these numbers are the same either way.</summary>
    public Tensor? Mutate(Tensor gradient)
    {
        var right = gradient.ToArray();
        var wrong = Apply(right);
        return wrong.AsSpan().SequenceEqual(right) ? null : Tensor.From(wrong, gradient.Shape, gradient.Device);
    }

    public override string ToString() => Name;

    private static float[] ForgetLargest(float[] gradient)
    {
        var result = (float[])gradient.Clone();
        result[Array.IndexOf(gradient, gradient.MaxBy(Math.Abs))] = 0;
        return result;
    }
}

/// <summary>An op that is right but for the gradient of one of its inputs.</summary>
internal sealed class MutantOp(Op op, int input, Mutation mutation) : Op
{
    /// <summary>Whether the mutation has changed a number so far.</summary>
    public bool HasBitten { get; private set; }

    public override string Name => op.Name;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => op.InferShape(inputs);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        throw new InvalidOperationException("only the gradient of a recorded op is mutated");

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var gradients = op.Gradient(dy, saved, needs);
        if (needs[input] && gradients[input] is { } right && mutation.Mutate(right) is { } wrong)
        {
            gradients[input] = wrong;
            HasBitten = true;
        }

        return gradients;
    }
}

using System.Runtime.CompilerServices;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon;

/// <summary>How a case's inputs are drawn: away from where its function has a kink or is not defined.</summary>
internal enum Draw
{
    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Between 0.4 and 2.</summary>
    Positive,

    /// <summary>
    /// A shuffled grid of step 0.05 without 0, over all inputs together: no two elements are near each other, none is near 0.
    /// </summary>
    Distinct,
}

/// <summary>
/// One application of an op to inputs of certain shapes, beside its definition in double precision. Conformance, gradients, gradients of
/// gradients and mutations all run over these.
/// </summary>
/// <param name="Op">the op's name</param>
/// <param name="Settings">what distinguishes the case, for people</param>
/// <param name="Inputs">shapes of the inputs</param>
/// <param name="Engine">the op</param>
/// <param name="Reference">its definition</param>
internal sealed record OpCase(string Op, string Settings, Shape[] Inputs, Func<Tensor[], Tensor> Engine, Func<Array64[], Array64> Reference)
{
    /// <summary>Numbers in results: counting them takes as long as computing them.</summary>
    private static readonly ConditionalWeakTable<OpCase, StrongBox<int>> s_counts = [];

    public Draw Draw { get; init; } = Draw.Normal;

    /// <summary>Greatest relative error in norm of the forward.</summary>
    public double ForwardTolerance { get; init; } = 2e-6;

    /// <summary>False where the derivative is zero everywhere, so that there is nothing to record.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>The inputs as the engine gets them: the same ones in every run.</summary>
    public float[][] DrawInputs()
    {
        var random = new Random(Inputs.Sum(s => (int)s.Count));
        if (Draw == Draw.Distinct)
        {
            var count = (int)Inputs.Sum(s => s.Count);
            var grid = Enumerable.Range(0, count).Select(i => (i - (count / 2) + 0.5f) * 0.05f).ToArray();
            random.Shuffle(grid);
            var offset = 0;
            return [.. Inputs.Select(s => grid[offset..(offset += (int)s.Count)])];
        }

        return [.. Inputs.Select(s => DrawNumbers(random, (int)s.Count, Draw))];
    }

    /// <summary>The inputs as the reference gets them: the same numbers.</summary>
    public Array64[] InDouble() =>
        [.. DrawInputs().Select((x, i) => new Array64(Inputs[i], Array.ConvertAll(x, value => (double)value)))];

    /// <summary>r of the loss L = Σ r·op(x).</summary>
    public float[] DrawWeights() =>
        DrawNumbers(new Random(1), s_counts.GetValue(this, c => new((int)c.Reference(c.InDouble()).Shape.Count)).Value);

    /// <summary>s of the second-order loss s·∂L/∂x.</summary>
    public float[][] DrawDirections()
    {
        var random = new Random(2);
        return [.. Inputs.Select(shape => DrawNumbers(random, (int)shape.Count))];
    }

    public static float[] DrawNumbers(Random random, int count, Draw draw = Draw.Normal)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = draw == Draw.Positive
                ? 0.4f + (1.6f * random.NextSingle())
                : (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    public override string ToString() => $"{Op} {string.Join(' ', Inputs)} {Settings}".TrimEnd();
}

using System.Runtime.CompilerServices;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon;

/// <summary>The distribution of a case's inputs, which must avoid kinks and undefined points of its function.</summary>
internal enum Draw
{
    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Between 0.4 and 2.</summary>
    Positive,

    /// <summary>Between 0.4 and 2, or the negative of such a number: away from 0 on both sides, and no two of one size.</summary>
    Signed,

    /// <summary>
    /// A shuffled grid of step 0.05 without 0, over all inputs together: elements are apart from each other and from 0.
    /// </summary>
    Distinct,
}

/// <summary>
/// One application of an op to inputs of given shapes, with its definition in double precision. The suites for conformance, gradients,
/// second derivatives and mutations run over these cases.
/// </summary>
/// <param name="Op">The op's name.</param>
/// <param name="Settings">A description of the case for its name.</param>
/// <param name="Inputs">The shapes of the inputs.</param>
/// <param name="Engine">The op under test.</param>
/// <param name="Reference">Its definition.</param>
internal sealed record OpCase(string Op, string Settings, Shape[] Inputs, Func<Tensor[], Tensor> Engine, Func<Array64[], Array64> Reference)
{
    /// <summary>Cached element counts of the results, which are only known by computing the reference.</summary>
    private static readonly ConditionalWeakTable<OpCase, StrongBox<int>> s_counts = [];

    public Draw Draw { get; init; } = Draw.Normal;

    /// <summary>The largest accepted relative error in norm of the forward pass.</summary>
    public double ForwardTolerance { get; init; } = 2e-6;

    /// <summary>False if the derivative is zero everywhere, so that no node is recorded.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>The inputs for the engine, deterministic.</summary>
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

    /// <summary>The same inputs for the reference.</summary>
    public Array64[] InDouble() =>
        [.. DrawInputs().Select((x, i) => new Array64(Inputs[i], Array.ConvertAll(x, value => (double)value)))];

    /// <summary>The weights r of the loss L = Σ r·op(x).</summary>
    public float[] DrawWeights() =>
        DrawNumbers(new Random(1), s_counts.GetValue(this, c => new((int)c.Reference(c.InDouble()).Shape.Count)).Value);

    /// <summary>The directions s of the second-order loss s·∂L/∂x.</summary>
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
            values[i] = draw switch
            {
                Draw.Positive => Positive(),
                Draw.Signed => random.Next(2) == 0 ? Positive() : -Positive(),
                _ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
            };
        }

        return values;

        float Positive() => 0.4f + (1.6f * random.NextSingle());
    }

    public override string ToString() => $"{Op} {string.Join(' ', Inputs)} {Settings}".TrimEnd();
}

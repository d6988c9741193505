using System.Runtime.CompilerServices;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>Derivatives of a case's definition, in double precision and numerical; computed once, since many tests ask.</summary>
internal static class ExpectedDerivatives
{
    // Truncation grows with the step's square, rounding with its inverse (squared, for second differences).
    private const double FirstStep = 1e-4;
    private const double SecondStep = 1e-3;

    // Shorter, since a direction moves all elements at once.
    private const double SecondStepAlong = 3e-4;

    private static readonly ConditionalWeakTable<OpCase, double[][]> s_first = [];
    private static readonly ConditionalWeakTable<OpCase, double[][]> s_second = [];

    /// <summary>∂L/∂x of each input, for L = Σ r·op(x).</summary>
    public static double[][] First(OpCase c) => s_first.GetValue(c, static c =>
        NumericalDerivative.Gradient(Loss(c), Arguments(c), FirstStep)[..^1]);

    /// <summary>The derivatives of s·∂L/∂x by each input and, last, by r.</summary>
    public static double[][] Second(OpCase c) => s_second.GetValue(c, static c =>
    {
        double[]?[] directions = [.. c.DrawDirections().Select(InDouble), null];
        return NumericalDerivative.Gradient(NumericalDerivative.Along(Loss(c), directions, SecondStep), Arguments(c), SecondStep);
    });

    /// <summary>The change of L along a direction: one array an input, and null for r.</summary>
    public static double FirstAlong(OpCase c, double[]?[] direction) =>
        NumericalDerivative.Along(Loss(c), direction, FirstStep)(Arguments(c));

    /// <summary>The change of s·∂L/∂x along a direction: one array an input, and one for r.</summary>
    public static double SecondAlong(OpCase c, double[]?[] direction)
    {
        double[]?[] directions = [.. c.DrawDirections().Select(InDouble), null];
        var derivative = NumericalDerivative.Along(Loss(c), directions, SecondStepAlong);
        return NumericalDerivative.Along(derivative, direction, SecondStepAlong)(Arguments(c));
    }

    /// <summary>L as a function of the inputs and, last, of r.</summary>
    private static Func<double[][], double> Loss(OpCase c) => arguments =>
    {
        var y = c.Reference([.. c.Inputs.Select((shape, i) => new Array64(shape, arguments[i]))]);
        double sum = 0;
        for (var i = 0; i < y.Values.Length; i++)
        {
            sum += y.Values[i] * arguments[^1][i];
        }

        return sum;
    };

    private static double[][] Arguments(OpCase c) => [.. c.DrawInputs().Select(InDouble), InDouble(c.DrawWeights())];

    private static double[] InDouble(float[] values) => Array.ConvertAll(values, x => (double)x);
}

namespace IlgpuGan.EngineTests.Ops;

/// <summary>Derivatives of a function of several arrays by central differences in double precision.</summary>
internal static class NumericalDerivative
{
    /// <summary>∂f/∂x for every element of every array, by all cores.</summary>
    public static double[][] Gradient(Func<double[][], double> f, double[][] at, double step)
    {
        var gradient = Array.ConvertAll(at, x => new double[x.Length]);
        Parallel.ForEach(
            at.SelectMany((x, i) => Enumerable.Range(0, x.Length).Select(j => (i, j))),
            () => Array.ConvertAll(at, x => (double[])x.Clone()),
            (place, _, own) =>
            {
                var (i, j) = place;
                var x = own[i][j];
                own[i][j] = x + step;
                var above = f(own);
                own[i][j] = x - step;
                var below = f(own);
                own[i][j] = x;
                gradient[i][j] = (above - below) / (2 * step);
                return own;
            },
            _ => { });
        return gradient;
    }

    /// <summary>The function x ↦ d/dt f(x + t·direction) at t = 0; a null direction leaves an array where it is.</summary>
    public static Func<double[][], double> Along(Func<double[][], double> f, double[]?[] direction, double step) => at =>
    {
        double At(double t) => f([.. at.Select((x, i) => direction[i] is { } d ? x.Zip(d, (a, b) => a + (t * b)).ToArray() : x)]);
        return (At(step) - At(-step)) / (2 * step);
    };
}

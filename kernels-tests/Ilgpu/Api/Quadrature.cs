namespace IlgpuGan.KernelsTests.Ilgpu.Api;

/// <summary>
/// Integrals by Gauss and Legendre's rule of 16 points in panels: the definitions of special functions, which share nothing with how they
/// are computed.
/// </summary>
internal static class Quadrature
{
    private const int Points = 16;

    private static readonly (double Node, double Weight)[] s_rule = [.. Enumerable.Range(1, Points).Select(Point)];

    public static double Integral(Func<double, double> function, double from, double to, int panels)
    {
        double width = (to - from) / panels, sum = 0;
        for (int panel = 0; panel < panels; panel++)
        {
            double middle = from + ((panel + 0.5) * width), part = 0;
            foreach ((double node, double weight) in s_rule)
            {
                part += weight * function(middle + (0.5 * width * node));
            }

            sum += part;
        }

        return 0.5 * width * sum;
    }

    // A root of Legendre's polynomial by Newton's method, and its weight.
    private static (double Node, double Weight) Point(int k)
    {
        double x = Math.Cos(Math.PI * (k - 0.25) / (Points + 0.5)), slope = 0;
        for (int step = 0; step < 8; step++)
        {
            double below = 1, here = x;
            for (int n = 2; n <= Points; n++)
            {
                (below, here) = (here, ((((2 * n) - 1) * x * here) - ((n - 1) * below)) / n);
            }

            slope = Points * ((x * here) - below) / ((x * x) - 1);
            x -= here / slope;
        }

        return (x, 2 / ((1 - (x * x)) * slope * slope));
    }
}

namespace ILGPU.Runtime.Cuda;

/// <content>
/// Bessel's functions of the first kind (J) and of the second (Y). Near 1 and beyond, where they swing around 0, the absolute error is at
/// most 4e-15 in double precision for numbers up to 1e5, from where it grows with that of the device's Sin and Cos; near 0 that is the
/// relative error. Single precision is double precision rounded.
/// </content>
public static partial class LibDevice
{
    private const double EulersGamma = 0.5772156649015329;
    private const double TwoOverPi = 0.6366197723675814;
    private const double FirstAsymptotic = 25;
    private const double LeastOfRecurrence = 1e-9;

    /// <summary>J of order 0.</summary>
    public static double J0(double x)
    {
        double a = Math.Abs(x);
        if (a < FirstAsymptotic)
        {
            Recurrence(a, out double j0, out _, out _, out _);
            return j0;
        }

        Asymptotic(a, 0, out double far, out _);
        return far;
    }

    /// <inheritdoc cref="J0(double)"/>
    public static float J0(float x) => (float)J0((double)x);

    /// <summary>J of order 1.</summary>
    public static double J1(double x)
    {
        double a = Math.Abs(x);
        if (a < FirstAsymptotic)
        {
            Recurrence(a, out _, out double j1, out _, out _);
            return x < 0 ? -j1 : j1;
        }

        Asymptotic(a, 1, out double far, out _);
        return x < 0 ? -far : far;
    }

    /// <inheritdoc cref="J1(double)"/>
    public static float J1(float x) => (float)J1((double)x);

    /// <summary>J of an order.</summary>
    /// <param name="x">The order; NaN is returned below 0.</param>
    /// <param name="y">The number. The absolute error is at most 1e-14 for orders up to 100.</param>
    public static double JN(int x, double y)
    {
        double a = Math.Abs(y);
        if (x < 0 || IsNaN(y) == 1)
        {
            return double.NaN;
        }

        double value = x == 0 ? J0(a) : x == 1 ? J1(a) : a > x ? UpFromOne(x, a) : DownTo(x, a);
        return y < 0 && (x & 1) == 1 ? -value : value;
    }

    /// <inheritdoc cref="JN(int, double)"/>
    public static float JN(int x, float y) => (float)JN(x, (double)y);

    /// <summary>Y of order 0; -∞ at 0, NaN below.</summary>
    public static double Y0(double x)
    {
        if (!(x > 0))
        {
            return x == 0 ? double.NegativeInfinity : double.NaN;
        }

        if (x < FirstAsymptotic)
        {
            Recurrence(x, out _, out _, out double y0, out _);
            return y0;
        }

        Asymptotic(x, 0, out _, out double far);
        return far;
    }

    /// <inheritdoc cref="Y0(double)"/>
    public static float Y0(float x) => (float)Y0((double)x);

    /// <summary>Y of order 1; -∞ at 0, NaN below.</summary>
    public static double Y1(double x)
    {
        if (!(x > 0))
        {
            return x == 0 ? double.NegativeInfinity : double.NaN;
        }

        if (x < FirstAsymptotic)
        {
            Recurrence(x, out _, out _, out _, out double y1);
            return y1;
        }

        Asymptotic(x, 1, out _, out double far);
        return far;
    }

    /// <inheritdoc cref="Y1(double)"/>
    public static float Y1(float x) => (float)Y1((double)x);

    // Miller's recurrence down from an order where J is nothing, scaled by J0 + 2 ΣJ(2k) = 1; Y by Neumann's series over the same J
    // (Abramowitz and Stegun 9.1.27, 9.1.46, 9.1.89). From 0 up to 25.
    private static void Recurrence(double x, out double j0, out double j1, out double y0, out double y1)
    {
        double t = Math.Max(x, LeastOfRecurrence), step = 2 / t;
        double above = 0, even = 1e-200, odd = 0, sum = 0, seriesOf0 = 0, seriesOf1 = 0;
        for (int k = t < 1 ? 10 : 30; k > 0; k--)
        {
            // even is J(2k), above J(2k + 1).
            double sign = (k & 1) == 0 ? 1 : -1;
            sum += even;
            seriesOf0 += sign * even / k;
            seriesOf1 += sign * above * ((2 * k) + 1) / (k * (k + 1));
            odd = (2 * k * step * even) - above;
            even = (((2 * k) - 1) * step * odd) - even;
            above = odd;
        }

        double scale = 1 / (even + (2 * sum));
        double logarithm = Math.Log(0.5 * x) + EulersGamma;
        j0 = even * scale;
        j1 = odd * scale * (x / t);
        y0 = TwoOverPi * ((logarithm * j0) - (2 * seriesOf0 * scale));
        y1 = TwoOverPi * (((logarithm - 1) * j1) - (seriesOf1 * scale) - (j0 / x));
    }

    // Hankel's expansions (Abramowitz and Stegun 9.2.5 to 9.2.10), whose terms get smaller up to the order 2x.
    private static void Asymptotic(double x, int order, out double j, out double y)
    {
        if (IsInfinity(x) == 1)
        {
            j = 0;
            y = 0;
            return;
        }

        double p = 1, q = 0, term = 1, sign = 1, part = 0.125 / x;
        double square = 4 * order * order;
        for (int k = 1; k < 24; k += 2)
        {
            double twice = 2 * k;
            term *= (square - ((twice - 1) * (twice - 1))) * part / k;
            q += sign * term;
            term *= (square - ((twice + 1) * (twice + 1))) * part / (k + 1);
            p -= sign * term;
            sign = -sign;
        }

        // The cosine and sine of x - (2 · order + 1) π/4, times √2.
        double sin = Math.Sin(x), cos = Math.Cos(x);
        double c = order == 0 ? cos + sin : sin - cos;
        double s = order == 0 ? sin - cos : -(cos + sin);
        double scale = Math.Sqrt(1 / (Math.PI * x));
        j = scale * ((p * c) - (q * s));
        y = scale * ((p * s) + (q * c));
    }

    // Stable where the number is larger than the order.
    private static double UpFromOne(int order, double x)
    {
        double below = J0(x), here = J1(x);
        for (int k = 1; k < order; k++)
        {
            double next = (2 * k / x * here) - below;
            below = here;
            here = next;
        }

        return here;
    }

    // Miller's recurrence for orders from 2 and numbers up to the order. Very small numbers have the first term of the series.
    private static double DownTo(int order, double x)
    {
        double wanted = 1;
        if (x < 1e-10)
        {
            for (int k = 1; k <= order; k++)
            {
                wanted *= 0.5 * x / k;
            }

            return wanted;
        }

        wanted = 0;
        double step = 2 / x, above = 0, here = 1e-200, sum = 0;
        for (int k = (order + 30 + (int)Math.Sqrt(40.0 * order)) & ~1; k > 0; k--)
        {
            // here is J(k).
            wanted = k == order ? here : wanted;
            sum += (k & 1) == 0 ? here : 0;
            double below = (k * step * here) - above;
            above = here;
            here = below;
            if (Math.Abs(here) > 1e100)
            {
                above *= 1e-100;
                here *= 1e-100;
                sum *= 1e-100;
                wanted *= 1e-100;
            }
        }

        return wanted / (here + (2 * sum));
    }
}

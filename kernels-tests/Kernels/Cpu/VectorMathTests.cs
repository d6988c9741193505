using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Largest error of each elementary function over every 509th float of its domain, against the framework's double.</summary>
internal sealed class VectorMathTests
{
    private static double LargestError(Func<Vector512<float>, Vector512<float>> function, Func<double, double> exact, float low, float high)
    {
        var worst = 0.0;
        Span<float> x = stackalloc float[Vector512<float>.Count];
        var (first, last) = (Order(low), Order(high));
        for (var i = first; i <= last; i += 509 * x.Length)
        {
            for (var lane = 0; lane < x.Length; lane++)
            {
                x[lane] = Unorder(Math.Min(i + (lane * 509), last));
            }

            var y = function(Vector512.Create<float>(x));
            for (var lane = 0; lane < x.Length; lane++)
            {
                worst = Math.Max(worst, Numbers.UlpError(y[lane], exact(x[lane])));
            }
        }

        TestContext.Out.WriteLine($"largest error {worst:F3} ulp");
        return worst;
    }

    /// <summary>Numbers floats from negative to positive in order of size.</summary>
    private static long Order(float x)
    {
        var bits = BitConverter.SingleToInt32Bits(x);
        return bits >= 0 ? bits : -(long)(bits & int.MaxValue);
    }

    private static float Unorder(long order) =>
        order >= 0 ? BitConverter.Int32BitsToSingle((int)order) : -BitConverter.Int32BitsToSingle((int)-order);

    [TestCase(-120f, 100f)]
    public void Exp(float low, float high) => Assert.That(LargestError(VectorMath.Exp, Math.Exp, low, high), Is.LessThan(1.5));

    [TestCase(-120f, 0f)]
    public void Exp_minus_1(float low, float high) =>
        Assert.That(LargestError(VectorMath.ExpMinus1, ExpMinus1, low, high), Is.LessThan(2));

    [TestCase(0f, float.MaxValue)]
    public void Log(float low, float high) => Assert.That(LargestError(VectorMath.Log, Math.Log, low, high), Is.LessThan(1.5));

    [TestCase(-float.MaxValue, float.MaxValue)]
    public void Tanh(float low, float high) => Assert.That(LargestError(VectorMath.Tanh, Math.Tanh, low, high), Is.LessThan(2));

    [TestCase(-120f, float.MaxValue)]
    public void Sigmoid(float low, float high) =>
        Assert.That(LargestError(VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), low, high), Is.LessThan(3));

    [TestCase(-120f, float.MaxValue)]
    public void Softplus(float low, float high) =>
        Assert.That(LargestError(VectorMath.Softplus, x => x > 50 ? x : Log1p(Math.Exp(x)), low, high), Is.LessThan(3));

    [TestCase(-100f, 100f)]
    [TestCase(-float.MaxValue, float.MaxValue)]
    public void Sin(float low, float high) => Assert.That(LargestError(VectorMath.Sin, Math.Sin, low, high), Is.LessThan(0.6));

    [TestCase(-100f, 100f)]
    [TestCase(-float.MaxValue, float.MaxValue)]
    public void Cos(float low, float high) => Assert.That(LargestError(VectorMath.Cos, Math.Cos, low, high), Is.LessThan(0.6));

    /// <summary>Against the continued fraction of the normal distribution's tail, up to where floats end.</summary>
    [TestCase(-13f, -3f)]
    public void Normal_distribution(float low, float high) =>
        Assert.That(LargestError(x => NormalDistribution.Of(x).Below, Tail, low, high), Is.LessThan(8));

    private static double Tail(double x)
    {
        var fraction = -x;
        for (var k = 200; k > 0; k--)
        {
            fraction = -x + (k / fraction);
        }

        return Math.Exp(-x * x / 2) / (Math.Sqrt(2 * Math.PI) * fraction);
    }

    [Test]
    public void Sine_and_cosine_of_turns()
    {
        // Absolute error in units of 2⁻²⁴: near a zero of one function the other is 1.
        var worst = 0.0;
        for (var i = 0; i < 1 << 24; i += 16 * 31)
        {
            var u = (Vector512.ConvertToSingle(Vector512.CreateSequence(i, 31))) * MathF.Pow(2, -24);
            var (sin, cos) = VectorMath.SinCosTurns(u);
            for (var lane = 0; lane < Vector512<float>.Count; lane++)
            {
                var (exactSin, exactCos) = Math.SinCos(2 * Math.PI * u[lane]);
                worst = Math.Max(worst, Math.Max(Math.Abs(sin[lane] - exactSin), Math.Abs(cos[lane] - exactCos)));
            }
        }

        Assert.That(worst * (1 << 24), Is.LessThan(2));
    }

    [Test]
    public void Sine_and_cosine_are_exact_at_quarter_turns()
    {
        var (sin, cos) = VectorMath.SinCosTurns(Vector512.CreateSequence(0f, 0.25f));
        Assert.That((sin[0], sin[1], sin[2], sin[3]), Is.EqualTo((0f, 1f, 0f, -1f)));
        Assert.That((cos[0], cos[1], cos[2], cos[3]), Is.EqualTo((1f, 0f, -1f, 0f)));
    }

    [Test]
    public void Ends_of_the_number_line()
    {
        var x = Vector512.Create(
            float.NegativeInfinity, float.PositiveInfinity, float.NaN, 0, -0f, float.Epsilon, -float.Epsilon, float.MaxValue,
            -float.MaxValue, -1, 1, 88.8f, -104, 1e-40f, -1e-40f, 2);
        var exp = VectorMath.Exp(x);
        var log = VectorMath.Log(x);
        var tanh = VectorMath.Tanh(x);
        var sigmoid = VectorMath.Sigmoid(x);
        var softplus = VectorMath.Softplus(x);
        Assert.Multiple(() =>
        {
            for (var i = 0; i < Vector512<float>.Count; i++)
            {
                Assert.That(Numbers.UlpError(exp[i], Math.Exp(x[i])), Is.LessThan(1.5), $"exp {x[i]}");
                Assert.That(Numbers.UlpError(log[i], Math.Log(x[i])), Is.LessThan(1.5), $"log {x[i]}");
                Assert.That(Numbers.UlpError(tanh[i], Math.Tanh(x[i])), Is.LessThan(2), $"tanh {x[i]}");
                Assert.That(Numbers.UlpError(sigmoid[i], 1 / (1 + Math.Exp(-(double)x[i]))), Is.LessThan(3), $"sigmoid {x[i]}");
                Assert.That(
                    Numbers.UlpError(softplus[i], x[i] > 50 ? x[i] : Log1p(Math.Exp(x[i]))), Is.LessThan(3), $"softplus {x[i]}");
            }
        });
    }

    /// <summary>ln(1 + z) to full double precision for small z too.</summary>
    /// <summary>What the difference loses cancels with what the logarithm sees (W. Kahan).</summary>
    private static double ExpMinus1(double x)
    {
        var u = Math.Exp(x);
        return u == 1 ? x : u == 0 ? -1 : (u - 1) * x / Math.Log(u);
    }

    private static double Log1p(double z)
    {
        var u = 1 + z;
        return u == 1 ? z : double.IsInfinity(u) ? u : Math.Log(u) * z / (u - 1);
    }
}

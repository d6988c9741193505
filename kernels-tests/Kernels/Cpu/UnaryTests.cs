using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class UnaryTests
{
    private static readonly int[] s_lengths = [1, 15, 16, 17, 1000, 70001];

    private static double Reference(UnaryFunction f, double x, double p, double q) => UnaryDefinition.For(f).Of(x, p, q);

    /// <summary>The slope by central difference of the reference: no formula of ours is used.</summary>
    private static double Slope(UnaryFunction f, double x, double p, double q)
    {
        const double h = 1e-6;
        return (Reference(f, x + h, p, q) - Reference(f, x - h, p, q)) / (2 * h);
    }

    private static (float Low, float High, float P, float Q) Settings(UnaryFunction f)
    {
        var d = UnaryDefinition.For(f);
        return (d.Low, d.High, d.P, d.Q);
    }

    [Test]
    public void Agrees_with_the_double_reference([Values] UnaryFunction f, [ValueSource(nameof(s_lengths))] int length)
    {
        var (low, high, p, q) = Settings(f);
        var x = Numbers.Some(length, low: low, high: high);
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(length);
            run.Kernels.Run(new UnaryCall(f, p, q, run.Input(x), output));
            return output;
        });
        Numbers.AssertClose(y, Array.ConvertAll(x, v => Reference(f, v, p, q)), 3e-7);
    }

    [Test]
    public void Works_in_place([Values] UnaryFunction f)
    {
        var (low, high, p, q) = Settings(f);
        var x = Numbers.Some(333, low: low, high: high);
        var y = KernelRun.Of(run =>
        {
            var values = run.InOut(x);
            run.Kernels.Run(new UnaryCall(f, p, q, values, values));
            return values;
        });
        Numbers.AssertClose(y, Array.ConvertAll(x, v => Reference(f, v, p, q)), 3e-7);
    }

    [Test]
    public void Gradient_is_the_slope([Values] UnaryFunction f, [ValueSource(nameof(s_lengths))] int length)
    {
        var (low, high, p, q) = Settings(f);
        var kinks = (float[])[0, p, q];

        // A difference across a kink means nothing; elsewhere it must agree.
        var x = Array.ConvertAll(
            Numbers.Some(length, low: low, high: high),
            v => Array.Exists(kinks, k => Math.Abs(v - k) < 1e-3f) ? v + 0.01f : v);
        var dy = Numbers.Some(length, seed: 2);
        var saved = f.GradientReadsOutput() ? Array.ConvertAll(x, v => (float)Reference(f, v, p, q)) : x;
        var dx = KernelRun.Of(run =>
        {
            var values = run.InOut(dy);
            run.Kernels.Run(new UnaryGradientCall(f, p, q, run.Input(saved), values, values));
            return values;
        });
        Numbers.AssertClose(dx, [.. x.Select((v, i) => dy[i] * Slope(f, v, p, q))], 3e-6);
    }

    [Test]
    public void The_table_has_a_row_for_each_function_in_order() =>
        Assert.That(UnaryTable.Rows.Select(row => row.Function), Is.EqualTo(Enum.GetValues<UnaryFunction>()));

    [TestCase(UnaryFunction.Gelu)]
    [TestCase(UnaryFunction.GeluTanh)]
    public void Far_from_0_a_gelu_is_0_or_its_input(UnaryFunction f)
    {
        float[] x = [-1e30f, -1e10f, -100, -15, 15, 100, 1e10f, 1e30f];
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(x.Length);
            run.Kernels.Run(new UnaryCall(f, 0, 0, run.Input(x), output));
            return output;
        });
        var slope = KernelRun.Of(run =>
        {
            var output = run.Output(x.Length);
            run.Kernels.Run(new UnaryGradientCall(f, 0, 0, run.Input(x), run.Input([1, 1, 1, 1, 1, 1, 1, 1]), output));
            return output;
        });
        Assert.That(y, Is.EqualTo(x.Select(v => v > 0 ? v : 0)).Within(1e-30f));
        Assert.That(slope, Is.EqualTo(x.Select(v => v > 0 ? 1f : 0)).Within(1e-30f));
    }

    [Test]
    public void Clamp_has_slope_1_at_its_bounds()
    {
        var dx = KernelRun.Of(run =>
        {
            var output = run.Output(4);
            run.Kernels.Run(new UnaryGradientCall(
                UnaryFunction.Clamp, -1, 2, run.Input([-1, 2, -1.001f, 2.001f]), run.Input([5, 6, 7, 8]), output));
            return output;
        });
        Assert.That(dx, Is.EqualTo(new float[] { 5, 6, 0, 0 }));
    }

    [TestCase(UnaryFunction.Relu)]
    [TestCase(UnaryFunction.LeakyRelu)]
    [TestCase(UnaryFunction.Tanh)]
    [TestCase(UnaryFunction.Sigmoid)]
    [TestCase(UnaryFunction.Softplus)]
    [TestCase(UnaryFunction.Exp)]
    [TestCase(UnaryFunction.Log)]
    [TestCase(UnaryFunction.Sqrt)]
    [TestCase(UnaryFunction.Clamp)]
    [TestCase(UnaryFunction.Sin)]
    [TestCase(UnaryFunction.Cos)]
    [TestCase(UnaryFunction.Gelu)]
    [TestCase(UnaryFunction.GeluTanh)]
    [TestCase(UnaryFunction.Elu)]
    public void Keeps_NaN(UnaryFunction f)
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(17);
            run.Kernels.Run(new UnaryCall(f, 0.2f, 1, run.Input(Enumerable.Repeat(float.NaN, 17).ToArray()), output));
            return output;
        });
        Assert.That(y, Is.All.NaN);
    }
}

namespace IlgpuGan.EngineTests.Ops;

/// <summary>
/// Large cases: the value everywhere, derivatives along random directions of each input. Second derivatives are made of the same kernels:
/// on one device.
/// </summary>
[TestFixture("cpu")]
[TestFixture("opencl", Category = Exhaustive.Category)]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class LargeOpTests(string device)
{
    private GradientCheck Check { get; } = new(TestDevices.Open(device));

    [TestCaseSource(typeof(OpCases), nameof(OpCases.Large))]
    public void ValueAndDerivativesAgreeWithTheDefinition(OpCase c)
    {
        Assert.That(Check.ForwardError(c), Is.LessThan(c.ForwardTolerance), "value");
        var random = new Random(8);
        var gradients = Check.FirstOrder(c);
        Agree(gradients, random, direction => ExpectedDerivatives.FirstAlong(c, [.. direction, null]), "gradient");
        if (device == "cpu")
        {
            Agree(Check.SecondOrder(c), random, direction => ExpectedDerivatives.SecondAlong(c, direction), "gradient of the gradient");
        }
    }

    /// <summary>
    /// Compares the change along random directions. They are scaled so that each array adds about as much to the change: a mistake in a
    /// small one, such as a bias, is not drowned by a large one.
    /// </summary>
    private static void Agree(float[][] gradients, Random random, Func<double[][], double> change, string what)
    {
        const int Directions = 2;
        var norms = Array.ConvertAll(gradients, g => RelativeError.Norm(Array.ConvertAll(g, x => (double)x)));
        var floor = 1e-2 * norms.Max();
        var share = norms.Min(n => Math.Max(n, floor));
        for (var k = 0; k < Directions; k++)
        {
            double product = 0;
            var direction = new double[gradients.Length][];
            for (var i = 0; i < gradients.Length; i++)
            {
                var factor = share / Math.Max(norms[i], floor);
                direction[i] = Array.ConvertAll(OpCase.DrawNumbers(random, gradients[i].Length), x => factor * x);
                product += gradients[i].Zip(direction[i], (g, d) => g * d).Sum();
            }

            Assert.That(Math.Abs(product - change(direction)) / share, Is.LessThan(OpTests.GradientTolerance), what);
        }
    }
}

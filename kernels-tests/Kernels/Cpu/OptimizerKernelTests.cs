namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class OptimizerKernelTests
{
    private static readonly int[] s_sizes = [1, 17, 0, 1000, 70001, 0, 5];

    [TestCase(1, 0f)]
    [TestCase(2, 0.1f)]
    [TestCase(1000, 0f)]
    public void Adam(long step, float weightDecay)
    {
        var settings = new AdamSettings(0.5f, 0.999f, 1e-8f, weightDecay, StepNumbers.AtOnce);
        var weights = s_sizes.Select((n, i) => Numbers.Some(n, seed: i)).ToArray();
        var gradients = s_sizes.Select((n, i) => Numbers.Some(n, seed: 10 + i)).ToArray();
        var firsts = s_sizes.Select((n, i) => Numbers.Some(n, seed: 20 + i, low: -0.1, high: 0.1)).ToArray();
        var seconds = s_sizes.Select((n, i) => Numbers.Some(n, seed: 30 + i, low: 0, high: 0.1)).ToArray();
        var results = KernelRun.Of(run =>
        {
            var slots = s_sizes.Select((_, i) => new AdamSlot(
                run.InOut(weights[i]), run.Input(gradients[i]), run.InOut(firsts[i]), run.InOut(seconds[i]))).ToArray();
            AdamCoefficients.SetRates(run.Numbers, settings, 2e-4f, step);
            run.Kernels.Run(new AdamCall(slots, settings));
            return [.. slots.SelectMany(s => new[] { s.Weight, s.FirstMoment, s.SecondMoment })];
        });
        for (var i = 0; i < s_sizes.Length; i++)
        {
            var (w, m, v) = (Numbers.Double(weights[i]), Numbers.Double(firsts[i]), Numbers.Double(seconds[i]));
            for (var j = 0; j < s_sizes[i]; j++)
            {
                var g = gradients[i][j] + (weightDecay * w[j]);
                m[j] = (0.5 * m[j]) + (0.5 * g);
                v[j] = (0.999 * v[j]) + (0.001 * g * g);
                w[j] -= 2e-4 * (m[j] / (1 - Math.Pow(0.5, step))) / (Math.Sqrt(v[j] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }

            Numbers.AssertClose(results[3 * i], w, 2e-7);
            Numbers.AssertClose(results[(3 * i) + 1], m, 2e-7);
            Numbers.AssertClose(results[(3 * i) + 2], v, 1e-6, floor: 1e-3);
        }
    }

    /// <summary>After one step from zero moments every weight has moved by the learning rate, whatever its gradient's size.</summary>
    [Test]
    public void First_step_of_Adam_moves_each_weight_by_the_learning_rate()
    {
        var w = KernelRun.Of(run =>
        {
            var weight = run.InOut([0, 0, 0, 0]);
            var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, 0, StepNumbers.AtOnce);
            AdamCoefficients.SetRates(run.Numbers, settings, 0.001f, step: 1);
            run.Kernels.Run(new AdamCall(
                [new AdamSlot(weight, run.Input([3, -3e-5f, 1e4f, 0]), run.InOut(new float[4]), run.InOut(new float[4]))], settings));
            return weight;
        });
        Numbers.AssertClose(w, [-0.001, 0.001 / (1 + (1e-8 / 3e-5)), -0.001, 0], 1e-6, floor: 1e-3);
    }

    [TestCase(0f, 0f)]
    [TestCase(0.9f, 0f)]
    [TestCase(0.9f, 0.01f)]
    public void Sgd(float momentum, float weightDecay)
    {
        var weights = s_sizes.Select((n, i) => Numbers.Some(n, seed: i)).ToArray();
        var gradients = s_sizes.Select((n, i) => Numbers.Some(n, seed: 10 + i)).ToArray();
        var velocities = s_sizes.Select((n, i) => Numbers.Some(n, seed: 20 + i)).ToArray();
        var results = KernelRun.Of(run =>
        {
            var slots = s_sizes.Select((_, i) => new SgdSlot(
                run.InOut(weights[i]), run.Input(gradients[i]), momentum == 0 ? null : run.InOut(velocities[i]))).ToArray();
            run.Numbers.SetSingle(StepNumbers.AtOnce, 0.1f);
            run.Kernels.Run(new SgdCall(slots, StepNumbers.AtOnce, momentum, weightDecay));
            return [.. slots.SelectMany(s => new[] { s.Weight, s.Velocity ?? s.Weight })];
        });
        for (var i = 0; i < s_sizes.Length; i++)
        {
            var w = Numbers.Double(weights[i]);
            var v = momentum == 0 ? new double[w.Length] : Numbers.Double(velocities[i]);
            for (var j = 0; j < w.Length; j++)
            {
                v[j] = (momentum * v[j]) + gradients[i][j] + (weightDecay * w[j]);
                w[j] -= 0.1f * v[j];
            }

            Numbers.AssertClose(results[2 * i], w, 3e-7);
            Numbers.AssertClose(results[(2 * i) + 1], momentum == 0 ? w : v, 3e-7);
        }
    }
}

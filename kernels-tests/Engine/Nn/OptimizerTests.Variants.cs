using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <content>The variants that families of GANs are trained with: each against its formula, resumed, replayed, in groups and
/// clipped.</content>
internal sealed partial class OptimizerTests
{
    private static readonly string[] s_variants =
    [
        "rmsprop", "rmsprop momentum", "rmsprop tensorflow", "rmsprop tensorflow momentum", "adam tensorflow", "adamw", "nesterov",
        "adam clipped", "sgd weights",
    ];

    [TestCaseSource(nameof(s_variants))]
    public void VariantsFollowTheirFormulas(string variant)
    {
        var parameter = Parameter("w");
        var optimizer = Make(variant, [parameter]);
        double[] w = [.. s_start.Select(x => (double)x)];
        var rule = Formula(variant);
        var (first, second) =
            (new double[w.Length], Enumerable.Repeat(variant.StartsWith("rmsprop tensorflow") ? 1.0 : 0, w.Length).ToArray());
        for (var t = 1; t <= 5; t++)
        {
            optimizer.LearningRate = t < 4 ? 0.01f : 0.005f;
            Step(optimizer, parameter, scale: t);
            double[] g = [.. s_gradient.Select(x => (double)x * t)];
            if (variant == "adam clipped")
            {
                var factor = Math.Min(1, 2 / (Math.Sqrt(g.Sum(x => x * x)) + 1e-6));
                g = [.. g.Select(x => Math.Clamp(x * factor, -0.4, 0.4))];
            }

            for (var i = 0; i < w.Length; i++)
            {
                w[i] = rule(w[i], g[i], ref first[i], ref second[i], t < 4 ? 0.01 : 0.005, t);
            }
        }

        Assert.That(RelativeError.Of(parameter.Value.ToArray(), w), Is.LessThan(1e-5));
    }

    [TestCaseSource(nameof(s_variants))]
    public void VariantsGoOnBitForBitAfterAResume(string variant)
    {
        var stored = AssertGoesOn(parameter => Make(variant, [parameter]));
        if (variant == "rmsprop tensorflow momentum")
        {
            Assert.That(stored, Is.EqualTo(new[] { "w.square_avg", "w.momentum_buffer", "w.step" }));
        }
    }

    /// <summary>State and counts are forgotten, the parameter stays: what follows is what a new optimiser does.</summary>
    [TestCaseSource(nameof(s_variants))]
    public void ARestartIsABeginning(string variant)
    {
        var parameter = Parameter("w");
        var optimizer = Make(variant, [parameter]);
        Step(optimizer, parameter, 1);
        Step(optimizer, parameter, 2);
        var between = Parameter("w", parameter.Value.ToArray());
        var fresh = Make(variant, [between]);
        optimizer.Restart();
        Assert.That(optimizer.UpdateCount, Is.Zero);
        Assert.That(parameter.Value.ToArray(), Is.EqualTo(between.Value.ToArray()));
        Step(optimizer, parameter, 3);
        Step(fresh, between, 3);
        Assert.That(parameter.Value.ToArray(), Is.EqualTo(between.Value.ToArray()));
        Assert.That(optimizer.State().Select(s => s.Name), Is.EqualTo(fresh.State().Select(s => s.Name)));
    }

    /// <summary>
    /// Schedules, clipping and counts of steps go on in replays, with the bits of the step as written, and with every replay checked.
    /// </summary>
    [TestCaseSource(nameof(s_variants))]
    public void ReplaysOfVariantsAreTheStepAsWritten(string variant)
    {
        var eager = Train(isEager: true, checks: 0);
        Assert.That(Train(isEager: false, checks: 0), Is.EqualTo(eager));
        Assert.That(Train(isEager: false, checks: 1), Is.EqualTo(eager));

        float[] Train(bool isEager, int checks)
        {
            var (a, b) = (Parameter("a"), Parameter("b"));
            var optimizer = Make(variant, [a]);
            var slow = optimizer.AddGroup([b], rateFactor: 0.1f);
            using var average = new WeightAverage([a, b], 0.9f, countsUpdates: true);
            using var step = new RecordedStep(Device, inputs =>
            {
                optimizer.Minimize(((a.Value * inputs[0]) + (b.Value * inputs[0]).Square()).Sum());
                average.Update();
                return [];
            })
            {
                Eager = isEager,
                Checks = checks,
            };
            using var x = Tensor.From(s_gradient, new Shape(37), Device);
            for (var i = 0; i < 5; i++)
            {
                (optimizer.LearningRate, slow.RateFactor) = (0.01f / (i + 1), 0.1f * i);
                step.Run(x);
            }

            Assert.That(optimizer.StepCount, Is.EqualTo(5));
            Assert.That(average.UpdateCount, Is.EqualTo(5));
            return [.. a.Value.ToArray(), .. b.Value.ToArray(), .. average.Averages.SelectMany(v => v.Value.ToArray())];
        }
    }

    [Test]
    public void GroupsLearnWithMultiplesOfTheRate()
    {
        var (a, b, alone) = (Parameter("a"), Parameter("b"), Parameter("alone"));
        var both = new Adam([a], 0.02f);
        both.AddGroup([b], rateFactor: 0.5f);
        foreach (var scale in new[] { 1, 2 })
        {
            using var step = Device.Step();
            both.Minimize(Loss(a, scale) + Loss(b, scale));
        }

        var half = new Adam([alone], 0.01f);
        Step(half, alone, 1);
        Step(half, alone, 2);
        Assert.That(b.Value.ToArray(), Is.EqualTo(alone.Value.ToArray()));
        Assert.That(a.Value.ToArray(), Is.Not.EqualTo(alone.Value.ToArray()));
        Fails.With<ArgumentException>(() => both.AddGroup([b], 1), "two parameters are named 'b'");
        Assert.That(both.Groups.Select(g => g.Parameters.Single().Name), Is.EqualTo(new[] { "a", "b" }));
    }

    /// <summary>A step that was recorded before is recorded anew.</summary>
    [Test]
    public void ParametersThatAreAddedBetweenStepsAreTrained([Values] bool recorded)
    {
        var (first, later) = (Parameter("first"), Parameter("later"));
        var sgd = new Sgd([first], 0.01f);
        using var direction = Tensor.From(s_gradient, new Shape(37), Device);
        using var step = new RecordedStep(Device, _ =>
        {
            sgd.Minimize(((first.Value + later.Value) * direction).Sum());
            later.Value.ClearGradient();
            return [];
        })
        {
            Eager = !recorded,
        };
        for (var i = 0; i < 6; i++)
        {
            if (i == 3)
            {
                Assert.That(later.Value.ToArray(), Is.EqualTo(s_start));
                sgd.AddGroup([later]);
            }

            step.Run();
        }

        Assert.That(sgd.UpdateCount, Is.EqualTo(6 + 3));
        Assert.That(step.Counts[StepPath.Replayed], recorded ? Is.Positive : Is.Zero);
        Assert.That(
            RelativeError.Of(later.Value.ToArray(), [.. s_start.Select((w, i) => w - (3 * 0.01 * s_gradient[i]))]), Is.LessThan(1e-6));
    }

    /// <summary>The largest second moment stays in the divisor after the gradients have become small; eager and replayed.</summary>
    [Test]
    public void AmsGradDividesByTheLargestSecondMoment([Values] bool decoupled, [Values] bool recorded)
    {
        var parameter = Parameter("w");
        Optimizer optimizer = decoupled
            ? new AdamW([parameter], 0.01f, 0.8f, 0.9f, weightDecay: 0.3f, amsGrad: true)
            : new Adam([parameter], 0.01f, 0.8f, 0.9f, weightDecay: 0.3f, amsGrad: true);
        using var direction = Tensor.From(s_gradient, new Shape(37), Device);
        using var scale = new StepNumber(Device);
        using var step = new RecordedStep(Device, _ =>
        {
            optimizer.Minimize((parameter.Value * direction * scale).Sum());
            return [];
        })
        {
            Eager = !recorded,
        };
        double[] w = [.. s_start.Select(x => (double)x)];
        var (m, v, largest) = (new double[w.Length], new double[w.Length], new double[w.Length]);
        for (var t = 1; t <= 6; t++)
        {
            scale.Value = t < 3 ? 2 : 0.1f;
            step.Run();
            for (var i = 0; i < w.Length; i++)
            {
                var g = (s_gradient[i] * (t < 3 ? 2 : 0.1)) + (decoupled ? 0 : 0.3 * w[i]);
                w[i] -= decoupled ? 0.01 * 0.3 * w[i] : 0;
                m[i] = (0.8 * m[i]) + (0.2 * g);
                v[i] = (0.9 * v[i]) + (0.1 * g * g);
                largest[i] = Math.Max(largest[i], v[i]);
                w[i] -= 0.01 * m[i] / (1 - Math.Pow(0.8, t)) / (Math.Sqrt(largest[i] / (1 - Math.Pow(0.9, t))) + 1e-8);
            }
        }

        Assert.That(RelativeError.Of(parameter.Value.ToArray(), w), Is.LessThan(1e-5));
        Assert.That(
            optimizer.State().Select(s => s.Name), Is.EqualTo(new[] { "w.exp_avg", "w.exp_avg_sq", "w.max_exp_avg_sq", "w.step" }));
    }

    [Test]
    public void GroupsHaveDecaysAndBetasOfTheirOwn()
    {
        foreach (var (together, alone) in new (Func<NamedTensor, NamedTensor, Optimizer>, Func<NamedTensor, Optimizer>)[]
        {
            (With(new Func<NamedTensor, Adam>(a => new Adam([a], 0.02f)), (adam, b) => adam.AddGroup([b], 0.5f, 0.2f, 0.5f, 0.9f)),
                b => new Adam([b], 0.01f, 0.5f, 0.9f, weightDecay: 0.2f)),
            (With(a => new AdamW([a], 0.02f), (adam, b) => adam.AddGroup([b], 0.5f, 0.2f)), b => new AdamW([b], 0.01f, weightDecay: 0.2f)),
            (With(a => new Sgd([a], 0.02f, momentum: 0.9f), (sgd, b) => sgd.AddGroup([b], 0.5f, 0.2f)),
                b => new Sgd([b], 0.01f, momentum: 0.9f, weightDecay: 0.2f)),
            (With(a => new RmsProp([a], 0.02f), (rmsprop, b) => rmsprop.AddGroup([b], 0.5f, 0.2f)),
                b => new RmsProp([b], 0.01f, weightDecay: 0.2f)),
        })
        {
            var (a, b, single) = (Parameter("a"), Parameter("b"), Parameter("single"));
            var (both, expected) = (together(a, b), alone(single));
            foreach (var scale in new[] { 1, 2, 3 })
            {
                using var step = Device.Step();
                both.Minimize(Loss(a, scale) + Loss(b, scale));
                Step(expected, single, scale);
            }

            Assert.That(b.Value.ToArray(), Is.EqualTo(single.Value.ToArray()), both.GetType().Name);
            Assert.That(a.Value.ToArray(), Is.Not.EqualTo(single.Value.ToArray()));
        }

        static Func<NamedTensor, NamedTensor, Optimizer> With<T>(Func<NamedTensor, T> make, Action<T, NamedTensor> add)
            where T : Optimizer => (a, b) =>
            {
                var optimizer = make(a);
                add(optimizer, b);
                return optimizer;
            };
    }

    /// <summary>The norm is that of all gradients together; one that is below the limit is left alone.</summary>
    [TestCase(1.5)]
    [TestCase(1e6)]
    public void TheNormOfAllGradientsIsLimited(double limit)
    {
        var (a, b) = (Parameter("a"), Parameter("b"));
        var sgd = new Sgd([a, b], 1) { ClipNorm = (float)limit };
        using (Device.Step())
        {
            sgd.Minimize(Loss(a, 1) + Loss(b, 2));
        }

        var norm = Math.Sqrt(s_gradient.Sum(g => 5.0 * g * g));
        var factor = Math.Min(1, limit / (norm + 1e-6));
        Assert.That(RelativeError.Of(a.Value.ToArray(), [.. s_start.Select((w, i) => w - (factor * s_gradient[i]))]), Is.LessThan(1e-6));
        Assert.That(
            RelativeError.Of(b.Value.ToArray(), [.. s_start.Select((w, i) => w - (2 * factor * s_gradient[i]))]), Is.LessThan(1e-6));
        Assert.That(() => new Sgd([a], 1) { ClipNorm = 0 }, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>
    /// Micro-batches, each in a step of its own, are one step along the mean; a run that stops between two of them goes on exactly.
    /// </summary>
    [Test]
    public void GradientsOfMicroBatchesAddUp([Values] bool recorded)
    {
        var (parameter, whole, resumed) = (Parameter("w"), Parameter("w"), Parameter("w"));
        var (adam, expected, successor) = (new Adam([parameter], 0.01f), new Adam([whole], 0.01f), new Adam([resumed], 0.01f));
        using var direction = Tensor.From(s_gradient, new Shape(37), Device);
        using var part = new StepNumber(Device);
        using var micro = new RecordedStep(Device, _ =>
        {
            adam.Accumulate(Loss(parameter) * part, weight: 0.5f);
            return [];
        })
        {
            Eager = !recorded,
        };
        using var update = new RecordedStep(Device, _ =>
        {
            adam.StepAccumulated();
            return [];
        })
        {
            Eager = !recorded,
        };
        for (var i = 0; i < 4; i++)
        {
            part.Value = 1;
            micro.Run();
            if (i == 3)
            {
                resumed.Value.CopyFrom(parameter.Value);
                var stored = adam.State().ToDictionary(s => s.Name, s => s.Value.ToArray());
                Assert.That(stored.Keys, Does.Contain("w.gradient_sum"));
                successor.LoadState(stored.GetValueOrDefault);
            }

            part.Value = 3;
            micro.Run();
            update.Run();
            Step(expected, whole, 2);
        }

        using (Device.Step())
        {
            successor.Accumulate(Loss(resumed) * 3, weight: 0.5f);
            successor.StepAccumulated();
        }

        Assert.That(parameter.Value.ToArray(), Is.EqualTo(whole.Value.ToArray()).Within(1e-6f));
        Assert.That(resumed.Value.ToArray(), Is.EqualTo(parameter.Value.ToArray()));

        Tensor Loss(NamedTensor p) => (p.Value * direction).Sum();
    }

    [Test]
    public void AveragesFollowTheirFormulaSwapInAndGoOn([Values] bool counted)
    {
        var parameter = Parameter("w");
        using var average = new WeightAverage([parameter], 0.75f, counted);
        double[] expected = [.. s_start.Select(x => (double)x)];
        var sgd = new Sgd([parameter], 0.1f);
        for (var n = 0; n < 4; n++)
        {
            Step(sgd, parameter, scale: n + 1);
            average.Update();
            var decay = counted ? Math.Min(0.75, (1.0 + n) / (10 + n)) : 0.75;
            expected = [.. expected.Zip(parameter.Value.ToArray(), (a, w) => (decay * a) + ((1 - decay) * w))];
        }

        var weights = parameter.Value.ToArray();
        Assert.That(RelativeError.Of(average.Averages.Single().Value.ToArray(), expected), Is.LessThan(1e-6));
        using (average.Swap())
        {
            Assert.That(RelativeError.Of(parameter.Value.ToArray(), expected), Is.LessThan(1e-6));
            Assert.That(average.Update, Throws.InvalidOperationException.With.Message.Contains("in the network"));
            Assert.That(() => average.State().Count(), Throws.InvalidOperationException);
        }

        Assert.That(parameter.Value.ToArray(), Is.EqualTo(weights));
        var stored = average.State().ToDictionary(s => s.Name, s => s.Value.ToArray());
        Assert.That(stored.Keys, Is.EqualTo(new[] { "w.average", "weight_average.updates" }));
        var resumed = Parameter("w", weights);
        using var successor = new WeightAverage([resumed], 0.75f, counted);
        successor.LoadState(stored.GetValueOrDefault);
        average.Update();
        successor.Update();
        Assert.That(successor.Averages.Single().Value.ToArray(), Is.EqualTo(average.Averages.Single().Value.ToArray()));
        Fails.With<ArgumentException>(() => successor.LoadState(_ => null), "lacks 'w.average'");
        successor.Restart();
        Assert.That(successor.Averages.Single().Value.ToArray(), Is.EqualTo(weights), "begun again");
        Assert.That(successor.UpdateCount, Is.Zero);
    }

    private static Optimizer Make(string variant, IEnumerable<NamedTensor> parameters) => variant switch
    {
        "rmsprop" => new RmsProp(parameters, 0.01f, weightDecay: 0.1f),
        "rmsprop momentum" => new RmsProp(parameters, 0.01f, 0.9f, momentum: 0.5f),
        "rmsprop tensorflow" => new RmsProp(parameters, 0.01f, 0.9f, convention: RmsPropConvention.TensorFlow1),
        "rmsprop tensorflow momentum" =>
            new RmsProp(parameters, 0.01f, 0.9f, epsilon: 1e-3f, momentum: 0.5f, convention: RmsPropConvention.TensorFlow1),
        "adam tensorflow" => new Adam(parameters, 0.01f, epsilon: 1e-2f, convention: AdamEpsilon.TensorFlow1),
        "adamw" => new AdamW(parameters, 0.01f, weightDecay: 0.3f),
        "nesterov" => new Sgd(parameters, 0.01f, momentum: 0.9f, weightDecay: 0.05f, nesterov: true),
        "adam clipped" => new Adam(parameters, 0.01f, 0.5f, epsilon: 0.1f) { ClipNorm = 2, ClipValue = 0.4f },
        _ => new Sgd(parameters, 0.01f) { ClipWeights = 0.5f },
    };

    private delegate double Rule(double w, double g, ref double first, ref double second, double rate, int step);

    private static Rule Formula(string variant)
    {
        return variant switch
        {
            "rmsprop" => (double w, double g, ref double _, ref double s, double rate, int _) =>
            {
                g += 0.1 * w;
                s = (0.99 * s) + (0.01 * g * g);
                return w - (rate * g / (Math.Sqrt(s) + 1e-8));
            },
            "rmsprop momentum" => (double w, double g, ref double v, ref double s, double rate, int _) =>
            {
                s = (0.9 * s) + (0.1 * g * g);
                v = (0.5 * v) + (g / (Math.Sqrt(s) + 1e-8));
                return w - (rate * v);
            },
            "rmsprop tensorflow" => (double w, double g, ref double _, ref double s, double rate, int _) =>
            {
                s = (0.9 * s) + (0.1 * g * g);
                return w - (rate * g / Math.Sqrt(s + 1e-10));
            },
            "rmsprop tensorflow momentum" => (double w, double g, ref double v, ref double s, double rate, int _) =>
            {
                s = (0.9 * s) + (0.1 * g * g);
                v = (0.5 * v) + (rate * g / Math.Sqrt(s + 1e-3));
                return w - v;
            },
            "adam tensorflow" => (double w, double g, ref double m, ref double v, double rate, int t) =>
            {
                m = (0.9 * m) + (0.1 * g);
                v = (0.999 * v) + (0.001 * g * g);
                return w - (rate * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t)) * m / (Math.Sqrt(v) + 1e-2));
            },
            "adamw" => (double w, double g, ref double m, ref double v, double rate, int t) =>
            {
                m = (0.9 * m) + (0.1 * g);
                v = (0.999 * v) + (0.001 * g * g);
                return w - (rate * 0.3 * w) - (rate * m / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8));
            },
            "nesterov" => (double w, double g, ref double v, ref double _, double rate, int _) =>
            {
                g += 0.05 * w;
                v = (0.9 * v) + g;
                return w - (rate * (g + (0.9 * v)));
            },
            "adam clipped" => (double w, double g, ref double m, ref double v, double rate, int t) =>
            {
                m = (0.5 * m) + (0.5 * g);
                v = (0.999 * v) + (0.001 * g * g);
                return w - (rate * m / (1 - Math.Pow(0.5, t)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 0.1));
            },
            _ => (double w, double g, ref double _, ref double _, double rate, int _) => Math.Clamp(w - (rate * g), -0.5, 0.5),
        };
    }
}

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>Our training steps compute what PyTorch's compute.</summary>
[TestFixtureSource(typeof(TestDevices.Fast))]
internal sealed class GoldenStepTests(string deviceName)
{
    public const double Tolerance = 1e-4;

    public static IEnumerable<string> Names => GoldenFixture.Names;

    /// <summary>Recorded and replayed, and as written each time.</summary>
    [Test]
    public void FiveStepsAgreeWithPyTorch([ValueSource(nameof(Names))] string name, [Values] bool eager)
    {
        using var fixture = new GoldenFixture(name);
        var device = TestDevices.Open(deviceName);
        using var trainer = GanModel.Create(fixture.Options with { Eager = eager }, device);
        fixture.LoadInitial(trainer);
        using var mix = fixture.HasMix ? Tensor.From(fixture.Mix(0), new Shape(fixture.Mix(0).Length, 1, 1, 1), device) : null;
        trainer.Mix = mix is null ? trainer.Mix : _ => mix;

        var losses = new Dictionary<string, List<float>>();
        for (var step = 0; step < fixture.Steps; step++)
        {
            mix?.CopyFrom(fixture.Mix(step));
            using var pair = fixture.Input(step, device);
            foreach (var loss in trainer.Step(pair, step))
            {
                losses.TryAdd(loss.Name, []);
                losses[loss.Name].Add(loss.Value);
            }
        }

        Assert.That(losses.Keys, Is.EquivalentTo(fixture.LossNames));
        Assert.Multiple(() =>
        {
            foreach (var (lossName, values) in losses)
            {
                Assert.That(
                    RelativeError(values, fixture.Loss(lossName)), Is.LessThan(Tolerance), $"{lossName}: {string.Join(' ', values)}");
            }

            var compared = 0;
            foreach (var (key, ours, theirs) in fixture.Final(trainer))
            {
                Assert.That(RelativeError(ours, theirs), Is.LessThan(Tolerance), key);
                compared++;
            }

            Assert.That(compared, Is.EqualTo(fixture.CountOfFinal));
        });
    }

    internal static double RelativeError(IReadOnlyList<float> ours, IReadOnlyList<float> theirs)
    {
        Assert.That(ours, Has.Count.EqualTo(theirs.Count));
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < ours.Count; i++)
        {
            difference += Math.Pow((double)ours[i] - theirs[i], 2);
            norm += Math.Pow(theirs[i], 2);
        }

        return norm > 0 ? Math.Sqrt(difference / norm) : Math.Sqrt(difference);
    }
}

using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A generator that translates in several steps takes as many as it is asked for, with the noise of the seed.</summary>
public sealed class SteppedGeneratorTests
{
    private const int Usual = 3;

    private Device _device = null!;

    [OneTimeSetUp]
    public void OneTimeSetUp() => _device = Device.Open("cpu", threads: 1);

    [OneTimeTearDown]
    public void OneTimeTearDown() => _device.Dispose();

    [TestCase(null, Usual)]
    [TestCase(1, 1)]
    [TestCase(8, 8)]
    public void ItTakesTheStepsAskedFor(int? asked, int taken)
    {
        using var step = _device.Step();
        var output = Bound(new TranslationSettings { Steps = asked }, noise: 0).Single().Forward(Tensor.Ones(Of(1), _device));
        Assert.That(output.ToArray(), Is.All.EqualTo(1f + taken));
        Assert.That(new Walk(0).Forward(Tensor.Ones(Of(1), _device)).ToArray(), Is.All.EqualTo(1f + Usual), "as a layer");
    }

    /// <summary>Other seeds and samples, other noise; the same for every picture of a batch, alone or not.</summary>
    [Test]
    public void NoiseIsOfTheSeedAndTheSample()
    {
        using var step = _device.Step();
        var settings = new TranslationSettings { Seed = 4, Samples = 2 };
        List<float[]> alone = [.. Bound(settings).Concat(Bound(new TranslationSettings())).Select(b => Output(b, 1))];
        Assert.That(alone.Select(o => o[0]).Distinct().Count(), Is.EqualTo(3));
        Assert.That(Output(Bound(new TranslationSettings { Seed = 4 })[0], 1), Is.EqualTo(alone[0]));
        Assert.That(alone[0].Distinct().Count(), Is.EqualTo(alone[0].Length));
        Assert.That(Output(Bound(settings)[1], 2), Is.EqualTo(alone[1].Concat(alone[1])));

        float[] Output(Layer layer, int count) => layer.Forward(Tensor.Zeros(Of(count), _device)).ToArray();
    }

    [TestCase(0, null, "--steps must be between 1 and 8 for walk, not 0")]
    [TestCase(9, null, "--steps must be between 1 and 8 for walk, not 9")]
    [TestCase(2, 5ul, "--seed does not fit walk: netG takes no random inputs")]
    public void WhatDoesNotFitIsRefused(int steps, ulong? seed, string message) => Assert.That(
        () => Bound(new TranslationSettings { Steps = steps, Seed = seed }, noise: 0),
        Throws.TypeOf<OptionsException>().With.Message.EqualTo(message));

    private static Shape Of(int count) => new(count, 1, 2, 3);

    private List<Layer> Bound(TranslationSettings settings, float noise = 1)
    {
        var takes = GeneratorConditions.InSteps("netG", new StepRange(Usual, Most: 8, IsRandom: noise > 0));
        var spec = new GeneratorSpec("netG", Direction.AToB, 1, 1, 1, 1, "walk") { Conditions = takes };
        return [.. RequestedConditions.Of(settings, spec, "walk", _device).Select(given => takes.Bind(_ => new Walk(noise), given))];
    }

    /// <summary>Adds 1 and noise in each step.</summary>
    private sealed class Walk(float noise) : SteppedGenerator(Usual)
    {
        public override Tensor Translate(Tensor x, TranslationSteps steps)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                x = x.Affine(1, 1).Add(steps.Noise(i, x.Shape, x.Device).Affine(noise, 0));
            }

            return x;
        }
    }
}

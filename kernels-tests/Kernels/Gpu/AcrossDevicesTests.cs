using System.Text.Json;
using IlgpuGan.Models.Families.ProgressiveGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>A run on an accelerator against the same run on the processor, and runs that move between the two.</summary>
[TestFixture("opencl")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class AcrossDevicesTests(string name) : InFolder
{
    /// <summary>With dropout in the generator, so that masks take part.</summary>
    private static readonly TranslationOptions s_pix2pix = TinyRun.Pix2Pix with
    {
        Generator = GeneratorKind.UNet(6), CropSize = 64, LoadSize = 64, BatchSize = 1,
    };

    protected override Device Device => TestDevices.Open(name);

    private const int Steps = 30;

    [Test]
    public void LossesOfAPix2PixRunAgree() => LossesAgree(
        s_pix2pix with { Steps = Steps });

    [Test]
    public void LossesOfACycleGanRunAgree() =>
        LossesAgree(TinyRun.CycleGan with { Steps = 20, CropSize = 32, LoadSize = 32 });

    /// <summary>Penalties of gradients, and levels that fade in: three in ten steps.</summary>
    [TestCase("wgan-gp")]
    [TestCase("pggan")]
    public void LossesOfARunOnFilesAgree(string family)
    {
        var tiny = CatalogueCase.All[family];
        tiny.WriteData(_runs.PathOf("data"));
        var options = tiny.Options with { Data = _runs.PathOf("data"), Steps = 10 };
        if (options is ProgressiveGanOptions growing)
        {
            options = growing with { HoldImages = 8, FadeImages = 8 };
        }

        _runs.TrainOnFiles("cpu", options);
        _runs.TrainOnFiles("device", options with { Device = Device.Name });
        Compare("device", "cpu", steps: 10);
    }

    [Test]
    public void ARunMovesToTheDeviceAndBack()
    {
        var device = Device.Name;
        var options = TinyRun.CycleGan with { Steps = 5, CropSize = 16, LoadSize = 16 };
        _runs.Train("whole", options);
        _runs.Train("moved", options, stopAfter: 2);
        Assert.That(_runs.Resume("moved", o => o with { Device = device }, stopAfter: 1), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That(_runs.Resume("moved", o => o with { Device = "cpu" }), Is.EqualTo(TrainingOutcome.Finished));
        Compare("moved", "whole", steps: (int)options.Steps!);
    }

    [Test]
    public void AResumedRunEndsWithTheSameBits()
    {
        var options = TinyRun.Pix2Pix with { Steps = 4, Device = Device.Name };
        _runs.AssertResumes(options, stopAfter: 1);
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(4096)]
    [TestCase(10_001)]
    public void RandomNumbersAreThoseOfTheProcessor(int count)
    {
        var cpu = TestDevices.Open("cpu");
        using var here = Device.Step();
        using var there = cpu.Step();
        var key = new RandomKey(0xFEDCBA9876543210, RandomStream.Dropout, 17, 3);
        var shape = new Shape(count);
        Assert.That(Tensor.Uniform(key, shape, Device).ToArray(), Is.EqualTo(Tensor.Uniform(key, shape, cpu).ToArray()));
        Assert.That(Tensor.Normal(key, shape, Device).ToArray(), Is.EqualTo(Tensor.Normal(key, shape, cpu).ToArray()).Within(2e-6f));
        Assert.That(Dropped(Device), Is.EqualTo(Dropped(cpu)));

        float[] Dropped(Device device)
        {
            var x = Tensor.From([.. Enumerable.Range(1, count).Select(i => i / 3f)], shape, device);
            device.Kernels.Run(new DropoutCall(key, 0.5f, x.Span, x.Span));
            return x.ToArray();
        }
    }

    private void LossesAgree(TranslationOptions options)
    {
        var device = Device.Name;
        _runs.Train("cpu", options);
        _runs.Train("device", options with { Device = device });
        Compare("device", "cpu", steps: (int)options.Steps!);
    }

    /// <summary>Within 1e-3 over the first ten steps; later, rounding has grown as it does in GANs, and losses are merely alike.</summary>
    private void Compare(string actual, string expected, int steps)
    {
        var (ours, theirs) = (Losses(actual), Losses(expected));
        Assert.That(ours, Has.Count.EqualTo(steps));
        for (var step = 0; step < steps; step++)
        {
            foreach (var (loss, value) in theirs[step])
            {
                Assert.That(ours[step][loss], Is.EqualTo(value).Within(step < 10 ? 0.1 : 30).Percent, $"{loss} of step {step + 1}");
            }
        }
    }

    private List<Dictionary<string, double>> Losses(string run) =>
    [
        .. File.ReadLines(new RunDirectory(_runs.PathOf(run)).Log).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.EnumerateObject()
                .Where(p => p.Name is not ("step" or "epoch" or "seconds"))
                .ToDictionary(p => p.Name, p => p.Value.GetDouble());
        }),
    ];
}

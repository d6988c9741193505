using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.ModelsTests.Ranks;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Whether a run's device may measure its kernels, and that only the run's own steps ask it to.</summary>
internal sealed class TuneOptionTests : InFolder
{
    /// <summary>With a gradient penalty, whose draws show the device within a step.</summary>
    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with
    {
        GanMode = GanMode.Wgangp, Norm = NormKind.Instance, Steps = 1,
    };

    [Test]
    public void ARunSaysSoToItsDeviceAndRemembersIt([Values] bool tunes)
    {
        var (options, wanted) = (s_options with { Tune = tunes }, tunes ? TuningMode.FirstUse : TuningMode.Table);
        using (var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options)))
        {
            Assert.That(Train(run), Is.Not.Empty.And.All.EqualTo(wanted));
            Assert.That(run.Model.Device.Tuning, Is.EqualTo(TuningMode.Kept), "as it was, for whoever computes there next");
        }

        var directory = new RunDirectory(_runs.PathOf("run"));
        var written = File.ReadAllText(Path.Combine(directory.Path, "options.json"));
        Assert.That(written, Does.Contain($"\"tune\": {(tunes ? "true" : "false")}"));
        using var resumed = TrainingRun.Resume(directory.Path, o => o with { Steps = 2 }, TinyRun.Data(options));
        Assert.That(Train(resumed), Is.Not.Empty.And.All.EqualTo(wanted));
    }

    [Test]
    public void AnotherModelOnTheDeviceChangesNothing()
    {
        using var device = new CpuDevice(1);
        var options = s_options with { Tune = false };
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), device);
        using var other = GanModel.Create(options with { Tune = true }, device);
        Assert.That(device.Tuning, Is.EqualTo(TuningMode.Kept));
        Assert.That(Train(run), Is.Not.Empty.And.All.EqualTo(TuningMode.Table));
    }

    /// <summary>A translator on the device of a training in bfloat16 computes in float32 as before.</summary>
    [Test]
    public void PrecisionIsTheDevicesOwnBetweenSteps()
    {
        using var device = new ModelledDevice(GpuCard.H200);
        using var model = GanModel.Create(s_options with { Precision = Precision.Bf16 }, device);
        Assert.That(device.Precision, Is.EqualTo(ProductPrecision.Fp32), "opening a model changes nothing");
        using (new DeviceSettings(device, ProductPrecision.Bf16, TuningMode.Table))
        {
            Assert.That(device.Precision, Is.EqualTo(ProductPrecision.Bf16));
        }

        Assert.That((device.Precision, device.Tuning), Is.EqualTo((ProductPrecision.Fp32, TuningMode.Kept)));
    }

    /// <summary>The same bits for any number of ranks, whatever was measured on the device of one of them.</summary>
    [Test]
    public void RanksTakeTheTable()
    {
        var options = s_options with { Reduction = GradientReduction.Tree, Threads = 1 };
        var modes = ThreadRanks.Run(2, ranks =>
        {
            using var run = TrainingRun.Create(_runs.PathOf("ranks"), options, ranks, TinyRun.Data(options));
            return Train(run);
        });
        Assert.That(modes.SelectMany(of => of), Is.Not.Empty.And.All.EqualTo(TuningMode.Table));
    }

    /// <summary>Trains; how the device selects kernels within the steps.</summary>
    private static List<TuningMode> Train(TrainingRun run)
    {
        var seen = new List<TuningMode>();
        using var mix = Tensor.Full(new Shape(1, 1, 1, 1), 0.5f, run.Model.Device).Keep();
        run.Model.FixedDraws = (_, _) =>
        {
            seen.Add(run.Model.Device.Tuning);
            return mix;
        };
        run.Train();
        return seen;
    }
}

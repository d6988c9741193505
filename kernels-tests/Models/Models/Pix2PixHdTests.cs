using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.ModelsTests.Models;

/// <summary>pix2pixHD: sizes of its networks, what its discriminators see, and what a step leaves and changes.</summary>
public sealed class Pix2PixHdTests : OnCpu
{
    private const int Side = 32;

    private static readonly Pix2PixHdOptions s_tiny = new()
    {
        LabelMaps = false, Ngf = 4, Ndf = 4, NDownsampleGlobal = 2, NBlocksGlobal = 1, NLayersD = 2,
        Preprocess = PreprocessMode.ResizeAndCrop,
        LoadSize = Side + 4, CropSize = Side, Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    /// <summary>An epoch of four steps in which the enhancer learns alone, then all do.</summary>
    [Test]
    public void TheEnhancerLearnsAloneAtFirst()
    {
        using var model = GanModel.Create(s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NiterFixGlobal = 1 }, _device);
        var before = ModelSteps.Weights(model);
        ModelSteps.Take(model, 3, Side);
        var alone = ModelSteps.Weights(model);
        ModelSteps.Take(model, 3, Side, epoch: 1);
        var all = ModelSteps.Weights(model);
        Assert.Multiple(() =>
        {
            foreach (var name
                in before.Keys.Where(k => k.StartsWith("netG", StringComparison.Ordinal) && k.EndsWith("weight", StringComparison.Ordinal)))
            {
                Assert.That(
                    alone[name],
                    name.StartsWith("netG.model.", StringComparison.Ordinal) ? Is.EqualTo(before[name]) : Is.Not.EqualTo(before[name]),
                    name);
                Assert.That(all[name], Is.Not.EqualTo(alone[name]), name);
            }
        });
        Assert.That(
            model.Optimizers.Select(o => (o.Name, o.Optimizer.StepCount)),
            Is.EqualTo(new[] { ("optG", 6L), ("optG_coarse", 3L), ("optD", 6L) }));
    }

    /// <summary>Five pairs an epoch: three steps alone, stopped in the first epoch, and on from there.</summary>
    [Test]
    public void ResumedRunWithAnEnhancerEndsWithTheSameBits()
    {
        var options = s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NiterFixGlobal = 1 };
        using var runs = new TinyRun();
        runs.AssertResumes(options, stopAfter: 3);
    }

    [Test]
    public void AnEnhancerBeginsWithAGlobalGenerator()
    {
        using var runs = new TinyRun();
        runs.Train("global", s_tiny with { Ngf = 8, Steps = 2 });
        var options = s_tiny with { NLocalEnhancers = 1, NBlocksLocal = 1, NumD = 3, Steps = 0 };
        using var grown = IlgpuGan.Models.Training.TrainingRun.Create(
            runs.PathOf("grown"), options, TinyRun.Data(options), initFrom: runs.PathOf("global"));
        using var fresh = IlgpuGan.Models.Training.TrainingRun.Create(runs.PathOf("fresh"), options, TinyRun.Data(options));
        var (after, before) = (ModelSteps.Weights(grown.Model), ModelSteps.Weights(fresh.Model));
        Assert.Multiple(() =>
        {
            foreach (var name in before.Keys.Where(k => k.EndsWith("weight", StringComparison.Ordinal)))
            {
                var isTaken = name.StartsWith("netG.model.", StringComparison.Ordinal)
                    || name.StartsWith("netD.scale0", StringComparison.Ordinal) || name.StartsWith("netD.scale1", StringComparison.Ordinal);
                Assert.That(after[name], isTaken ? Is.Not.EqualTo(before[name]) : Is.EqualTo(before[name]), name);
            }
        });
        var other = options with { Ngf = 3 };
        Assert.That(
            () =>
                IlgpuGan.Models.Training.TrainingRun.Create(
                    runs.PathOf("other"), other, TinyRun.Data(other), initFrom: runs.PathOf("global")),
            Throws.InstanceOf<IlgpuGan.Models.Runs.RunException>().With.Message.Contains("model1_1"));
    }
}

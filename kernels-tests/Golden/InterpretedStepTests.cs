using IlgpuGan.KernelsTests.Ops;
using IlgpuGan.Models.Training;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Golden;

/// <summary>
/// The first step of a pix2pix and of a CycleGAN on devices that interpret their kernels, where five would take minutes: its losses are
/// PyTorch's, and the weights after it are those of the processor, which takes all five (<see cref="GoldenStepTests"/>).
/// </summary>
[TestFixture("simulator")]
[TestFixture("ptx")]
internal sealed class InterpretedStepTests(string deviceName)
{
    [TestCase("pix2pix_batch_lsgan")]
    [TestCase("cyclegan_instance_vanilla_pool50")]
    public void TheFirstStepAgreesWithPyTorchAndTheProcessor(string name)
    {
        using var fixture = new GoldenFixture(name);
        using var expected = Trained("cpu");
        using var actual = Trained(deviceName);
        Assert.Multiple(() =>
        {
            var compared = 0;
            foreach (var ((key, theirs, _), (_, ours, _)) in fixture.Final(expected).Zip(fixture.Final(actual)))
            {
                Assert.That(GoldenStepTests.RelativeError(ours, theirs), Is.LessThan(GoldenStepTests.Tolerance), key);
                compared++;
            }

            Assert.That(compared, Is.EqualTo(fixture.CountOfFinal));
        });

        GanTrainer Trained(string on)
        {
            var device = TestDevices.Open(on);
            var trainer = GanTrainer.Create(fixture.Options, device);
            fixture.LoadInitial(trainer);
            using var pair = fixture.Input(0, device);
            var losses = trainer.Step(pair, 0).ToDictionary(loss => loss.Name, loss => loss.Value);
            Assert.That(losses.Keys, Is.EquivalentTo(fixture.LossNames));
            foreach (var (loss, value) in losses)
            {
                Assert.That(GoldenStepTests.RelativeError([value], [fixture.Loss(loss)[0]]), Is.LessThan(GoldenStepTests.Tolerance), $"{loss} on {on}");
            }

            return trainer;
        }
    }
}

using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>
/// An optimiser that is declared outside the engine: its rate and its count of steps go on in replays, and a careless one is told.
/// </summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class OptimizerOfOnesOwnTests(string name) : OnDevice(name)
{
    [Test]
    public void RateAndStepsGoOnInReplaysAndAfterAResume()
    {
        var expected = 0.0;
        for (var step = 1; step <= 6; step++)
        {
            expected -= 0.1 * step * Math.Min(1, step / 4.0);
        }

        var (eager, replayed) = (Train(isEager: true), Train(isEager: false));
        Assert.That(replayed, Is.EqualTo(eager));
        Assert.That(eager, Is.All.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void AnUpdateThatReadsTheRateIsRefused()
    {
        var layer = new Linear(2, 1).To(Device);
        using var step = Device.Step();
        var loss = layer.Forward(Tensor.Ones(new Shape(1, 2), Device)).Sum();
        Assert.That(
            () => new CarelessDescent(layer.Parameters, 1).Minimize(loss), Throws.TypeOf<RecordingException>().With.Message.StartsWith(
            "carelessdescent: an update that reads LearningRate would keep it for ever"));
    }

    private float[] Train(bool isEager)
    {
        var layer = new Linear(3, 2).Initialize(seed: 1, Initialization.Constant, gain: 0).To(Device);
        Optimizer optimizer = new SignDescent(layer.Parameters, 0);
        using var step = new RecordedStep(Device, inputs =>
        {
            optimizer.Minimize(layer.Forward(inputs[0]).Sum());
            return [];
        })
        {
            Eager = isEager,
            Checks = 1,
        };
        using var x = Tensor.Ones(new Shape(1, 3), Device);
        for (var i = 1; i <= 6; i++)
        {
            optimizer.LearningRate = 0.1f * i;
            step.Run(x);
            if (i == 5)
            {
                var stored = optimizer.State().ToDictionary(s => s.Name, s => s.Value.ToArray());
                Assert.That(stored["weight.step"], Is.EqualTo(new[] { 5 }));
                optimizer = new SignDescent(layer.Parameters, 0);
                optimizer.LoadState(stored.GetValueOrDefault);
                step.Forget();
            }
        }

        return [.. layer.Parameters.SelectMany(p => p.Value.ToArray())];
    }
}

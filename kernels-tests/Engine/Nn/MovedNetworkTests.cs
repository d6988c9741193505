using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Nn;

/// <summary>What a training keeps beside its weights goes with them to another device.</summary>
[TestFixtureSource(typeof(TestDevices))]
internal sealed class MovedNetworkTests(string name) : OnDevice(name)
{
    private static readonly float[] s_input = [1, -2, 3];

    /// <summary>Moments, sums of micro-batches and averages: there and back, as if the network had stayed.</summary>
    [Test]
    public void TheTrainingGoesOn([Values] bool adam, [Values] bool eager)
    {
        using var home = Device.Cpu(threads: 1);
        Assert.That(Trained(Device), Is.EqualTo(Trained(home)).Within(1e-4f));

        float[] Trained(Device away)
        {
            using var network = new Linear(3, 2).Initialize(seed: 1).To(home);
            using Optimizer optimizer =
                adam ? new Adam(network.Parameters, 0.01f) : new Sgd(network.Parameters, 0.01f, momentum: 0.9f);
            using var average = new WeightAverage(network.NamedTensors(), 0.5f);
            Train(home);
            using (home.Step())
            {
                optimizer.Accumulate(Loss(Input(home)), 0.5f);
            }

            network.To(away);
            Train(away);
            using (away.Step())
            {
                optimizer.Accumulate(Loss(Input(away)), 0.5f);
                optimizer.StepAccumulated();
            }

            network.To(home);
            using (home.Step())
            {
                optimizer.Accumulate(Loss(Input(home)));
            }

            network.To(away);
            using (away.Step())
            {
                optimizer.StepAccumulated();
            }

            using (average.Swap())
            {
                network.To(home);
            }

            Train(home);
            return [.. network.NamedTensors().SelectMany(t => t.Value.ToArray()), .. average.Averages.SelectMany(a => a.Value.ToArray())];

            void Train(Device device)
            {
                using var x = Input(device);
                using var step = new RecordedStep(device, inputs =>
                {
                    optimizer.Minimize(Loss(inputs[0]));
                    average.Update();
                    return [];
                })
                {
                    Eager = eager,
                };
                for (var i = 0; i < 3; i++)
                {
                    step.Run(x);
                }
            }

            Tensor Loss(Tensor x) => network.Forward(x).Square().Sum();
        }
    }

    private static Tensor Input(Device device) => Tensor.From(s_input, new Shape(1, 3), device);
}

using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Functions of joined arrays, one after the other: replays leave the bits of the code as written, in gradients too.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class FunctionsOfConcatTests(string name) : OnDevice(name)
{
    private static readonly Func<Tensor, Tensor>[] s_functions = [x => x.Affine(1.5f, -1), x => x.LeakyRelu(), x => x.Tanh()];

    /// <summary>Along the batch, and along the channels of one picture: both lie in the result in one piece.</summary>
    [Test]
    public void ReplaysHaveTheBitsOfTheCode([Values(0, 1)] int axis, [Values(1, 2, 3)] int functions, [Values] bool withGradients)
    {
        var eager = Run(isEager: true);
        Assert.That(Run(isEager: false), Is.EqualTo(eager));

        List<float> Run(bool isEager)
        {
            using var step = new RecordedStep(Device, inputs => Outputs(inputs[0].Detach(), inputs[1].Detach())) { Eager = isEager };
            var numbers = new List<float>();
            for (uint k = 0; k < 3; k++)
            {
                using var a = Tensor.Normal(new RandomKey(7, 98, k, 0), new Shape(1, 2, 2, 3), Device);
                using var b = Tensor.Normal(new RandomKey(7, 98, k, 1), new Shape(1, 2, 2, 3), Device);
                numbers.AddRange(step.Run(a, b).SelectMany(y => y.ToArray()));
            }

            return numbers;
        }

        IReadOnlyList<Tensor> Outputs(Tensor a, Tensor b)
        {
            (a.RequiresGrad, b.RequiresGrad) = (withGradients, withGradients);
            var y = s_functions.Take(functions).Aggregate(TensorOps.Concat(axis, a, b), (x, function) => function(x));
            if (!withGradients)
            {
                return [y];
            }

            y.Square().Sum().Backward();
            return [y, a.Gradient!, b.Gradient!];
        }
    }
}

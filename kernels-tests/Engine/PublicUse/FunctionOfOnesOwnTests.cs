using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>A function of one number that is declared outside the engine; <see cref="OpCases"/> has its values and gradients.</summary>
internal sealed class FunctionOfOnesOwnTests
{
    private static readonly float[] s_values = [0, 0.5f, -1.25f, 2];

    [TestCaseSource(typeof(TestDevices))]
    public void AStepWithItIsReplayed(string name)
    {
        var device = TestDevices.Open(name);
        using var step = new RecordedStep(device, inputs =>
        {
            var x = inputs[0].Detach();
            x.RequiresGrad = true;
            var y = x.Map<Bump>();
            return [y, Differentiation.Gradients(y.Sum(), [x])[0]];
        });
        for (var i = 0; i < 3; i++)
        {
            using var scope = device.Step();
            var x = s_values.Select(v => v + i).ToArray();
            var made = step.Run(Tensor.From(x, new Shape(4), device)).Select(t => t.ToArray()).ToArray();
            Assert.That(made[0], Is.EqualTo(x.Select(v => 1 / (1 + (v * v)))).Within(1e-6));
            Assert.That(made[1], Is.EqualTo(x.Select(v => -2 * v / Math.Pow(1 + (v * v), 2))).Within(1e-6));
        }
    }

    /// <summary>There a kernel is a method, called by an assembly that ILGPU makes.</summary>
    [Test]
    public void TheDeviceToDebugOnTakesAPrivateOne()
    {
        using var device = Device.Open("ilgpu-cpu");
        using var step = device.Step();
        var x = Tensor.From(s_values, new Shape(4), device);
        Assert.That(x.Map<Hidden>().ToArray(), Is.EqualTo(s_values.Select(v => 3 * v)));
    }

    private readonly struct Hidden : IElementwise
    {
        public static float Of(float x) => 3 * x;

        public static Tensor Derivative(Tensor x) => Tensor.Full(x.Shape, 3, x.Device);
    }
}

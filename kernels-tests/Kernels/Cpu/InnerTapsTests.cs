using IlgpuGan.Tensors.Devices.Cpu.Convolution;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Convolutions to a single pixel with a weight that stays, of which only the taps that see the image are read: where.</summary>
public sealed class InnerTapsTests
{
    [TestCase("1 512 2 2 48 4 4 2 1 1", true, TestName = "A U-Net's innermost layer")]
    [TestCase("1 512 4 4 512 4 4 2 1 1", TestName = "Where there are more pixels each tap sees some image")]
    [TestCase("1 16 4 4 8 4 4 1 0 1", TestName = "Every tap sees the image")]
    [TestCase("1 3 2 2 8 4 4 2 1 1", TestName = "What is left fills no vectors")]
    [TestCase("1 16 5 5 8 4 4 2 0 1", TestName = "Not all of the image is seen")]
    public void TheShapeDecides(string shape, bool isTaken = false) =>
        Assert.That(InnerTaps.Of(ConvolutionTests.Geometry(shape)), isTaken ? Is.Not.Null : Is.Null);
}

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Less than float32 is had by asking, and only where it can be had.</summary>
internal sealed class PrecisionTests
{
    [TestCase("cpu")]
    [TestCase("opencl")]
    public void DevicesWithoutTensorCoresRefuseAndGoOn(string name)
    {
        var device = TestDevices.Open(name);
        Assert.That(
            () => device.Precision = ProductPrecision.Tf32,
            Throws.TypeOf<DeviceException>().With.Message.Contains("tf32").And.Message.Contains("sm_80"));
        Assert.That(device.Precision, Is.EqualTo(ProductPrecision.Fp32));
        Assert.That(device.Supports(ProductPrecision.Fp32), Is.True);
    }
}

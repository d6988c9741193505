namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>What gathers and scatters say to an index that there is not.</summary>
internal sealed class PlaceTests
{
    [TestCase(5)]
    [TestCase(-1)]
    [TestCase(1.5f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void APlaceThatThereIsNotIsAnError(float place)
    {
        using var device = Device.Open("cpu", threads: 2);
        using var x = Tensor.Ones([5, 3], device);
        using var places = Tensor.From([0, place, 1], [3, 1], device);
        var g = new GatherGeometry(1, 5, 3, 3, 0, 1, 0);
        using var y = Tensor.Zeros([3, 3], device);
        Fails.With<DeviceException>(
            () => device.Kernels.Run(new GatherCall(x.Span, places.Span, y.Span, g)), "is not a valid index: the dimension has 5 elements");
        Fails.With<DeviceException>(
            () => device.Kernels.Run(new ScatterAddCall(y.Span, places.Span, x.Span, g)),
            "is not a valid index: the dimension has 5 elements");
    }
}

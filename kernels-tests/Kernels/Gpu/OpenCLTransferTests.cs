using IlgpuGan.Tensors.Devices.Gpu;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Copies that nobody waits for, beside kernels of an OpenCL device: in arrays so large that both take their time.</summary>
internal sealed class OpenCLTransferTests
{
    private const int Count = 1 << 20;

    private readonly GpuDevice _device = (GpuDevice)TestDevices.Open("opencl");

    [Test]
    public void AnUploadTakesItsNumbersAlong()
    {
        using var step = _device.Step();
        var values = Numbers(1);
        var x = Tensor.From(values, new Shape(Count), _device);
        Array.Clear(values);
        var doubled = x + x;
        x.CopyFrom(Numbers(50));
        Assert.That(doubled.ToArray().SequenceEqual(Numbers(1).Select(v => 2 * v)));
        Assert.That(x.ToArray().SequenceEqual(Numbers(50)));
    }

    [Test]
    public void ReadbacksSeeTheNumbersOfTheirMoment()
    {
        using var step = _device.Step();
        var x = Tensor.From(Numbers(1), new Shape(Count), _device);
        var readbacks = new List<Readback>();
        for (var k = 0; k < 7; k++)
        {
            readbacks.Add(_device.BeginDownload(x.Span));
            _device.Kernels.Run(new AddScaledCall(1, x.Span, x.Span));
        }

        Assert.That(readbacks[^1].IsReady, Is.False, "nobody has waited");
        var taken = new float[Count];
        for (var k = 6; k >= 0; k--)
        {
            readbacks[k].Take(taken);
            Assert.That(taken.SequenceEqual(Numbers(1).Select(v => v * (1 << k))), $"readback {k}");
        }
    }

    [Test]
    public void InputsComeWhileTheStepBeforeStillReadsItsOwn()
    {
        const int Steps = 9, Reads = 10;
        using var feed = new InputFeed(_device);
        using var sums = Tensor.Zeros(new Shape(Count), _device);
        var buffers = Enumerable.Range(0, 3).Select(_ => _device.AllocateHost(Count)).ToList();
        var places = new HashSet<(Storage, long)>();
        for (var k = 0; k < Steps; k++)
        {
            var buffer = buffers[k % buffers.Count];
            buffer.Wait();
            Numbers(k).CopyTo(buffer.Numbers);
            feed.Next();
            using var input = feed.Add(buffer, new Shape(Count));
            places.Add((input.Span.Storage, input.Span.Offset));
            for (var read = 0; read < Reads; read++)
            {
                _device.Kernels.Run(new AddScaledCall(1, input.Span, sums.Span));
            }
        }

        Assert.That(places, Has.Count.EqualTo(2));
        var expected = new float[Count];
        for (var k = 0; k < Steps; k++)
        {
            var numbers = Numbers(k);
            for (var i = 0; i < Count; i++)
            {
                expected[i] += Reads * numbers[i];
            }
        }

        Assert.That(sums.ToArray().SequenceEqual(expected));
        buffers.ForEach(buffer => buffer.Dispose());
    }

    [Test]
    public void BatchesAreTheSameAsOnTheProcessor()
    {
        using var processor = Device.Open("cpu", threads: 1);
        var pairs = new SyntheticFacades(5, 16);
        Assert.That(Contents(_device), Is.EqualTo(Contents(processor)));

        List<float[]> Contents(Device device) =>
            [.. pairs.Shuffled(seed: 2, batchSize: 2).On(device, count: 8)
                .SelectMany(pair => new[] { pair.A.ToArray(), pair.B.ToArray() })];
    }

    private static float[] Numbers(int first) => [.. Enumerable.Range(first, Count).Select(i => (float)(i % 1000))];
}

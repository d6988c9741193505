using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>A network's Adam step on CUDA: in fours where all arrays of a parameter allow it, the same bits where not.</summary>
internal sealed class AdamOfAllTests
{
    private const int Arrays = 4;

    [Test]
    public void FoursAndSingleNumbersAreTheSameBits([Values(1, 3, 4, 1000, 5003)] int length)
    {
        PtxDriver.FaultsPersist = false;
        using var device = PtxDriver.Open();
        float[][] start = [.. Enumerable.Range(0, Arrays).Select(array => Numbers(length, array))];

        // The second parameter begins one element into its blocks: at no multiple of 16 bytes.
        var whole = Array.ConvertAll(start, values => Tensor.From(values, new Shape(length), device));
        var apart = Array.ConvertAll(start, values => Tensor.From([0, .. values], new Shape(length + 1), device));
        try
        {
            var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, WeightDecay: 0.01f, StepNumbers.AtOnce);
            AdamCoefficients.SetRates(device.Numbers, settings, learningRate: 0.01f, step: 3);
            using var replay = device.Prepare([new AdamCall([Slot(whole, 0, length), Slot(apart, 1, length)], settings)]);
            replay.Run();
            for (var array = 0; array < Arrays; array++)
            {
                Assert.That(apart[array].ToArray()[1..], Is.EqualTo(whole[array].ToArray()), $"array {array}");
                Assert.That(apart[array].ToArray()[0], Is.Zero, "what lies before it");
            }

            Assert.That(whole[0].ToArray(), Is.Not.EqualTo(start[0]), "the weights have moved");
            Assert.That(whole[1].ToArray(), Is.EqualTo(start[1]), "the gradient has not");
        }
        finally
        {
            foreach (var tensor in whole.Concat(apart))
            {
                tensor.Dispose();
            }
        }
    }

    [Test]
    public void ATableThatFailedToBeCopiedIsCopiedAgain()
    {
        const int Length = 3;
        PtxDriver.FaultsPersist = false;
        using var device = PtxDriver.Open();
        var (arrays, others) = (New(), New());
        try
        {
            var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, WeightDecay: 0, StepNumbers.AtOnce);
            AdamCoefficients.SetRates(device.Numbers, settings, learningRate: 0.01f, step: 1);
            device.Kernels.Run(new AdamCall([Slot(others, 0, Length)], settings));
            var call = new AdamCall([Slot(arrays, 0, Length)], settings);
            PtxDriver.NextFailure = ("cuMemcpyAsync", CudaError.CUDA_ERROR_INVALID_VALUE);
            Assert.Throws<DeviceException>(() => device.Kernels.Run(call));
            device.Kernels.Run(call);
            Assert.That(arrays[0].ToArray(), Is.EqualTo(others[0].ToArray()));
        }
        finally
        {
            PtxDriver.NextFailure = null;
            foreach (var tensor in arrays.Concat(others))
            {
                tensor.Dispose();
            }
        }

        Tensor[] New() =>
            [.. Enumerable.Range(0, Arrays).Select(array => Tensor.From(Numbers(Length, array), new Shape(Length), device))];
    }

    [Test]
    public void FourNumbersAreOneAccess()
    {
        using var compiler = KernelCompiler.ToPtx(KernelCompiler.Sm80);
        var text = compiler.Compile(KernelCatalog.All.Single(kernel => kernel.Name == "optimizer/adam-of-all"));
        Assert.That(text, Does.Contain("ld.global.v4.f32").And.Contain("st.global.v4.f32").And.Contain("ld.global.f32"));
    }

    private static AdamSlot Slot(Tensor[] arrays, int offset, int length)
    {
        var spans = Array.ConvertAll(arrays, array => new DeviceSpan(array.Span.Storage, array.Span.Offset + offset, length));
        return new AdamSlot(spans[0], spans[1], spans[2], spans[3]);
    }

    /// <summary>Weights and gradients of either sign; moments as they are after a few steps.</summary>
    private static float[] Numbers(int length, int array)
    {
        var random = new Random(array);
        return [.. Enumerable.Range(0, length).Select(_ => array == Arrays - 1 ? random.NextSingle() : random.NextSingle() - 0.5f)];
    }
}

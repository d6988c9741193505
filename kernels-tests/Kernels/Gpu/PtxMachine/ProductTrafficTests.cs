using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.KernelsTests.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.TestsCommon.PtxMachine.Driver;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>What <see cref="ProductTraffic"/> says of the products' kernels, counted while the machine runs them.</summary>
internal sealed class ProductTrafficTests
{
    [Test]
    [Exhaustive]
    public void TheTableIsWhatIsCounted()
    {
        var names = KernelCatalog.All.ToDictionary(entry => entry.Method, entry => entry.Name);
        var counted = ProductKernels.All.DistinctBy(kernel => kernel.Kernel.Method).ToDictionary(k => names[k.Kernel.Method], Traffic);
        var lines = counted.Select(kernel => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"[\"{kernel.Key}\"] = new({kernel.Value.SectorsPerAccess:0.00}, {kernel.Value.RepeatsPerAccess:0.00}),"));
        Assert.That(counted, Is.EquivalentTo(ProductTraffic.All), string.Join('\n', lines));
    }

    private static ProductTraffic Traffic(ProductKernel kernel)
    {
        // One number behind a multiple of 16 bytes nothing can be read in fours.
        using var bench = new ProductBench("ptx", kernel.Rung == ProductRung.TensorCore && !kernel.ReadsVectors ? 1 : 0)
        {
            Precision = kernel.Precision,
        };
        bench.Force(new ProductVariant(kernel.Rung, kernel.Shape ?? TileShape.Medium, 1));
        var g = ConvolutionTests.Geometry(ProductTraffic.Layer);
        var (x, w, y) = (
            bench.Put(new float[g.N * g.C * g.H * g.W]), bench.Put(new float[g.K * g.C * g.KernelH * g.KernelW]),
            bench.Put(new float[g.N * g.K * g.OutH * g.OutW]));
        PtxDriver.Counts = new PtxCounts();
        try
        {
            if (kernel.IsAlongDepth)
            {
                bench.Kernels.Run(new Conv2dWeightGradientCall(x, y, w, g));
            }
            else
            {
                bench.Kernels.Run(new Conv2dCall(x, w, null, y, g));
            }

            bench.Get(y);
            var total = PtxDriver.Counts.Total;
            return new ProductTraffic(
                Math.Round((double)total.GlobalSectors / total.GlobalAccesses, 2),
                Math.Round((double)total.BankConflicts / total.SharedAccesses, 2));
        }
        finally
        {
            PtxDriver.Counts = null;
            bench.Precision = ProductPrecision.Fp32;
        }
    }
}

using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Computes a product on the PTX machine, the way <see cref="ProductLauncher"/> computes it on a card.</summary>
internal sealed class ProductPtxRun
{
    private readonly PtxGlobalMemory _memory = new();
    private readonly Dictionary<string, PtxAllocation> _views = [];
    private readonly bool _isBackwards;

    private ProductPtxRun(bool isBackwards) => _isBackwards = isBackwards;

    /// <summary>Runs one variant.</summary>
    /// <param name="product">its numbers; its views are ignored</param>
    /// <param name="left">the left factor</param>
    /// <param name="right">the image</param>
    /// <param name="result">receives the result</param>
    /// <param name="bias">a number for each row, or null</param>
    /// <param name="addsPartsWhereMade">whether the last group of each tile adds its parts, or another launch</param>
    /// <param name="isBackwards">whether groups run from the last to the first</param>
    public static void Run(
        ProductKernel kernel, Product product, int splits, PtxTarget target, float[] left, float[] right, float[] result,
        float[]? bias = null, bool addsPartsWhereMade = false, bool isBackwards = false)
    {
        var run = new ProductPtxRun(isBackwards);
        run.Put("Left.Data", left);
        run.Put("Right.Image", right);
        run.Put("Target.Data", result);
        run.Put("Target.Bias", bias ?? []);
        product.Target.HasBias = bias is null ? 0 : 1;
        ProductLauncher.CutDepth(ref product, splits, kernel.Tile.Depth);
        var parts = product.Splits.Value;
        addsPartsWhereMade &= parts > 1;
        var tiles = (int)kernel.Tile.Groups(product.Rows, product.Columns, product.Planes);
        var sums = parts == 1 ? 0
            : addsPartsWhereMade ? ProductLauncher.PartsWhereMade(product, kernel.Tile)
            : (long)product.Planes * parts * product.Rows * product.Columns;
        run.Put("Partial", [.. Enumerable.Repeat(float.NaN, (int)sums)]);
        if (addsPartsWhereMade)
        {
            run.Put("Arrivals", new float[tiles]);
        }

        var grid = (DivideUp(product.Columns, kernel.Tile.Columns), DivideUp(product.Rows, kernel.Tile.Rows), product.Planes * parts);
        run.Launch(
            KernelCompiler.Compile(KernelCatalog.Request(kernel.Kernel.Method, target).WithPromises()),
            ProductLauncher.Told(product, addsPartsWhereMade), parts > 1 && !addsPartsWhereMade ? "Partial" : "Target.Data", grid,
            kernel.Tile.Threads);
        if (addsPartsWhereMade)
        {
            Assert.That(run._views["Arrivals"].Bytes.Take(tiles * sizeof(int)), Is.All.Zero, "counters are ready for the next launch");
        }
        else if (parts > 1)
        {
            run.Launch(
                Compiling.Compile(SplitSumKernel.SplitSum, target), product, "Target.Data",
                (DivideUp(product.Rows * product.Columns, SplitSumKernel.GroupSize), 1, product.Planes), SplitSumKernel.GroupSize);
        }

        Buffer.BlockCopy(run._views["Target.Data"].Bytes, 0, result, 0, result.Length * sizeof(float));
    }

    private void Put(string path, float[] values)
    {
        var block = _memory.Allocate(Math.Max(values.Length, 4) * sizeof(float));
        Buffer.BlockCopy(values, 0, block.Bytes, 0, values.Length * sizeof(float));
        _views.Add(path, block);
    }

    /// <param name="target">the array that the kernel writes to</param>
    private void Launch(KernelImage image, Product product, string target, (int X, int Y, int Z) grid, int group)
    {
        var packed = new byte[image.ArgumentBytes];
        foreach (var parameter in image.Parameters)
        {
            MemoryMarshal.AsBytes(new ReadOnlySpan<long>([Value(parameter, product, target)]))[..parameter.Type.Size()]
                .CopyTo(packed.AsSpan(parameter.Offset));
        }

        PtxImage.Load(image.Text, _memory).Launch(image.EntryPoint, packed, grid, (group, 1, 1), isBackwards: _isBackwards);
    }

    private long Value(KernelParameter parameter, Product product, string target)
    {
        // The second and third argument of a vectorised kernel are the left factor and, if it can be written in fours, the target.
        var path = parameter.Argument switch
        {
            0 => string.Join('.', parameter.Path.Select(field => field.Name)),
            1 => "Left.Data",
            _ => "Target.Data",
        };
        path = path == "Target.Data" ? target : path;
        if (parameter.Kind == KernelParameterKind.ViewPointer)
        {
            return (long)(_views.TryGetValue(path, out var block) ? block.Address : 0);
        }

        if (parameter.Kind == KernelParameterKind.ViewLength)
        {
            var isInFours = parameter.Argument == 2;
            var bytes = _views.TryGetValue(path, out var block) ? block.Bytes.Length : 0;
            return isInFours ? (product.HasVectorTarget(4) ? bytes / 16 : 0) : bytes / sizeof(float);
        }

        return parameter.Path.Aggregate((object)product, (value, field) => field.GetValue(value)!) switch
        {
            int number => number,
            uint number => number,
            _ => throw new NotSupportedException(path),
        };
    }

    private static int DivideUp(int a, int b) => (a + b - 1) / b;
}

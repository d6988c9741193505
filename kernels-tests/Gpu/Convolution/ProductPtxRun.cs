using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>Computes a product on the PTX machine, the way <see cref="ProductLauncher"/> computes it on a card.</summary>
internal sealed class ProductPtxRun
{
    private readonly PtxGlobalMemory _memory = new();
    private readonly Dictionary<string, PtxAllocation> _views = [];

    /// <summary>Runs one variant.</summary>
    /// <param name="product">its numbers; its views are ignored</param>
    /// <param name="left">the left factor</param>
    /// <param name="right">the image</param>
    /// <param name="target">receives the result</param>
    public static void Run(ProductKernel kernel, Product product, int splits, PtxTarget target, float[] left, float[] right, float[] result)
    {
        var run = new ProductPtxRun();
        run.Put("Left.Data", left);
        run.Put("Right.Image", right);
        run.Put("Target.Data", result);
        product.PartialColumns = product.Columns;
        (product.Splits, product.SplitDepth) = ProductLauncher.Split(product.LongestDepth, splits, kernel.Tile.Depth);
        run.Put("Partial", new float[product.Splits > 1 ? product.Planes * product.Splits * product.Rows * product.Columns : 0]);
        var grid =
            (DivideUp(product.Columns, kernel.Tile.Columns), DivideUp(product.Rows, kernel.Tile.Rows), product.Planes * product.Splits);
        run.Launch(KernelCompiler.Compile(Compiling.Request(kernel.Kernel, target).WithPromises()), product, grid, kernel.Tile.Threads);
        if (product.Splits > 1)
        {
            run.Launch(
                Compiling.Compile(SplitSumKernel.SplitSum, target), product,
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

    private void Launch(KernelImage image, Product product, (int X, int Y, int Z) grid, int group)
    {
        var packed = new byte[image.ArgumentBytes];
        foreach (var parameter in image.Parameters)
        {
            MemoryMarshal.AsBytes(new ReadOnlySpan<long>([Value(parameter, product)]))[..parameter.Type.Size()]
                .CopyTo(packed.AsSpan(parameter.Offset));
        }

        PtxImage.Load(image.Text, _memory).Launch(image.EntryPoint, packed, grid, (group, 1, 1), dynamicBytes: 0);
    }

    private long Value(KernelParameter parameter, Product product)
    {
        // The second and third argument of a vectorised kernel are the left factor and, if it can be written in fours, the target.
        var path = parameter.Argument switch
        {
            0 => string.Join('.', parameter.Path.Select(field => field.Name)),
            1 => "Left.Data",
            _ => product.Splits > 1 ? "Partial" : "Target.Data",
        };
        if (parameter.Kind == KernelParameterKind.ViewPointer)
        {
            return (long)(_views.TryGetValue(path, out var block) ? block.Address : 0);
        }

        if (parameter.Kind == KernelParameterKind.ViewLength)
        {
            var isInFours = parameter.Argument == 2;
            var bytes = _views.TryGetValue(path, out var block) ? block.Bytes.Length : 0;
            return isInFours ? (CanWriteInFours(product) ? bytes / 16 : 0) : bytes / sizeof(float);
        }

        return parameter.Path.Aggregate((object)product, (value, field) => field.GetValue(value)!) is int number
            ? number
            : throw new NotSupportedException(path);
    }

    private static bool CanWriteInFours(in Product product) => product.Splits > 1
        ? product.PartialColumns % 4 == 0
        : product.HasOnePhase && product.Target.HasVectorColumns(product.ColumnRadix, product.Columns);

    private static int DivideUp(int a, int b) => (a + b - 1) / b;
}

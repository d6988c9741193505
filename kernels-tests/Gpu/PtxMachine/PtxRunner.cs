using System.Runtime.InteropServices;
using ILGPU.Backends;
using ILGPU.IR;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Execution;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Syntax;

namespace IlgpuGan.KernelsTests.Ilgpu.PtxMachine;

/// <summary>Launches a kernel's PTX on arrays, which it changes in place, and on numbers.</summary>
internal static class PtxRunner
{
    /// <param name="kernel">A kernel over an index, or an explicit one, whose parameters are ArrayView&lt;T&gt; and primitives.</param>
    /// <param name="target">What to compile for.</param>
    /// <param name="grid">Groups in X and Y.</param>
    /// <param name="group">Threads of a group, in X.</param>
    /// <param name="arguments">An array for each view, a number for each primitive; for a kernel over an index, without the index.</param>
    /// <param name="extent">The number of indices.</param>
    /// <param name="dynamicBytes">Dynamic shared memory.</param>
    /// <exception cref="PtxRejectedException">The PTX is not what the ISA allows.</exception>
    /// <exception cref="PtxFaultException">The kernel went wrong.</exception>
    public static void Run(
        Delegate kernel, PtxTarget target, (int X, int Y) grid, int group, object[] arguments, int extent = 0, int dynamicBytes = 0) =>
        Run(Compiling.Compile(kernel, target), grid, group, arguments, extent, dynamicBytes);

    /// <inheritdoc cref="Run(Delegate, PtxTarget, ValueTuple{int, int}, int, object[], int, int)"/>
    public static void Run(KernelImage image, (int X, int Y) grid, int group, object[] arguments, int extent = 0, int dynamicBytes = 0)
    {
        var memory = new PtxGlobalMemory();
        var blocks = new Dictionary<object, PtxAllocation>(ReferenceEqualityComparer.Instance);
        foreach (var array in arguments.OfType<Array>())
        {
            if (blocks.ContainsKey(array))
            {
                continue;
            }
            var block = memory.Allocate(Buffer.ByteLength(array));
            blocks.Add(array, block);
            Buffer.BlockCopy(array, 0, block.Bytes, 0, block.Bytes.Length);
        }

        var packed = new byte[image.ArgumentBytes];
        foreach (var parameter in image.Parameters)
        {
            var argument = parameter.Kind == KernelParameterKind.Extent
                ? extent
                : arguments[parameter.Argument - (image.ImplicitlyGrouped ? 1 : 0)];
            Write(packed.AsSpan(parameter.Offset), parameter, argument, blocks);
        }

        var loaded = PtxImage.Load(image.Text, memory);
        loaded.Launch(image.EntryPoint, packed, (grid.X, grid.Y, 1), (group, 1, 1), dynamicBytes);
        foreach (var (array, block) in blocks)
        {
            Buffer.BlockCopy(block.Bytes, 0, (Array)array, 0, block.Bytes.Length);
        }
    }

    private static void Write(Span<byte> target, KernelParameter parameter, object argument, Dictionary<object, PtxAllocation> blocks)
    {
        long bits = parameter.Kind switch
        {
            KernelParameterKind.ViewPointer => (long)blocks[argument].Address,
            KernelParameterKind.ViewLength => ((Array)argument).Length,
            _ => argument switch
            {
                float f => BitConverter.SingleToInt32Bits(f),
                double d => BitConverter.DoubleToInt64Bits(d),
                _ => Convert.ToInt64(argument),
            },
        };
        MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in bits))[..parameter.Type.Size()].CopyTo(target);
    }
}

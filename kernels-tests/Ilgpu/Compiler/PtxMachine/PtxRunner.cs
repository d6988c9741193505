using System.Runtime.InteropServices;
using ILGPU.Backends;
using ILGPU.IR;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

/// <summary>Launches a kernel's PTX on arrays, which it changes in place, and on numbers.</summary>
internal static class PtxRunner
{
    private const int BufferAlignment = 256;

    /// <param name="kernel">A kernel over an index, or an explicit one, whose parameters are ArrayView&lt;T&gt; and primitives.</param>
    /// <param name="target">What to compile for.</param>
    /// <param name="grid">Groups in X and Y.</param>
    /// <param name="group">Threads of a group, in X.</param>
    /// <param name="arguments">An array for each view, a number for each primitive; for a kernel over an index, without the index.</param>
    /// <param name="extent">The number of indices.</param>
    /// <param name="dynamicBytes">Dynamic shared memory.</param>
    public static void Run(Delegate kernel, PtxTarget target, (int X, int Y) grid, int group, object[] arguments, int extent = 0, int dynamicBytes = 0)
    {
        var image = Compiling.Compile(kernel, target);
        var addresses = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        var end = BufferAlignment;
        foreach (var array in arguments.OfType<Array>().Distinct(ReferenceEqualityComparer.Instance).Cast<Array>())
        {
            addresses.Add(array, end);
            end += (Buffer.ByteLength(array) + BufferAlignment - 1) / BufferAlignment * BufferAlignment;
        }

        var global = new byte[end];
        foreach (var (array, address) in addresses)
            Buffer.BlockCopy((Array)array, 0, global, address, Buffer.ByteLength((Array)array));
        var packed = new byte[Math.Max(8, image.ArgumentBytes)];
        foreach (var parameter in image.Parameters)
        {
            var argument = parameter.Kind == KernelParameterKind.Extent ? extent : arguments[parameter.Argument - (image.ImplicitlyGrouped ? 1 : 0)];
            Write(packed.AsSpan(parameter.Offset), parameter, argument, addresses);
        }

        var program = new PtxProgram(image.Text);
        PtxGroup.Launch(program, global, packed, ((uint)grid.X, (uint)grid.Y, 1), ((uint)group, 1, 1), dynamicBytes);
        foreach (var (array, address) in addresses)
            Buffer.BlockCopy(global, address, (Array)array, 0, Buffer.ByteLength((Array)array));
    }

    private static void Write(Span<byte> target, KernelParameter parameter, object argument, Dictionary<object, int> addresses)
    {
        long bits = parameter.Kind switch
        {
            KernelParameterKind.ViewPointer => addresses[argument],
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

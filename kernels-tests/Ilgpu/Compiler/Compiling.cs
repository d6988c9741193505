using System.Collections.Immutable;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>Short forms of compiling a kernel given as a delegate.</summary>
internal static class Compiling
{
    public static readonly PtxTarget Sm70 = new(70, 63);
    public static readonly PtxTarget Sm80 = new(80, 70);
    public static readonly PtxTarget Sm90 = new(90, 78);
    public static readonly OpenCLTarget OpenCL = new(Float64: true, Float16: false, Int64Atomics: true);
    public static readonly SimulatorTarget Simulator = new(32);
    public static readonly ProcessorTarget Processor = new(32);

    public static readonly KernelTarget[] AllTargets = [Sm70, Sm80, Sm90, OpenCL, Simulator];

    public static readonly PtxTarget[] Cards = [Sm70, Sm80, Sm90];

    public static KernelRequest Request(Delegate kernel, KernelTarget target) => Request(kernel.Method, target);

    public static KernelRequest Request(MethodInfo method, KernelTarget target)
    {
        var first = method.GetParameters()[0].ParameterType;
        return new KernelRequest
        {
            Method = method,
            Target = target,
            ImplicitlyGrouped = first == typeof(Index1D) || first == typeof(Index2D) || first == typeof(Index3D),
        };
    }

    public static KernelImage Compile(Delegate kernel, KernelTarget target) => KernelCompiler.Compile(Request(kernel, target));

    public static KernelImage Compile(Delegate kernel, KernelTarget target, params (int Parameter, object Value)[] specialized) =>
        KernelCompiler.Compile(
            Request(kernel, target) with { Specialized = specialized.ToImmutableDictionary(s => s.Parameter, s => s.Value) });
}

using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// The kernels of the CPU device, one file per family. Loops are split by shape, so that bits don't depend on the thread count.
/// Loops are written once, over <see cref="System.Runtime.Intrinsics.Vector512{T}"/>: the JIT maps it to one AVX-512 register,
/// two AVX2 registers or four NEON registers, and the parts of a split vector hide each other's latency.
/// </summary>
internal sealed partial class CpuKernels(CpuThreads threads, StepNumbers numbers) : IKernels
{
    private readonly CpuThreads _threads = threads;
    private readonly CallGuard _guard = new("cpu");

    CallGuard? IKernels.Guard => _guard;

    void IKernels.Run(KernelCall call) => _guard.Run(call, this);

    public bool Fuses(KernelCall call) => call switch
    {
        NormToCall norm => norm.Tail.Dropout is null,
        NormToGradientCall norm => norm.Tail.Dropout is null && norm.Branch is null,
        Conv2dWeightGradientToAdamCall update => WeightUpdate(update.G) is not null,
        _ => call is NormalizeToCall or BorderedConv2dCall or BorderedConv2dWeightGradientCall,
    };

    public long ScratchOf(KernelCall call) => call switch
    {
        NormToCall norm when HasKernel(norm) => 0,
        NormToGradientCall norm when HasKernel(norm) => 0,
        Conv2dWeightGradientToAdamCall update when WeightUpdate(update.G) is not null => 0,
        BorderedConv2dCall or BorderedConv2dWeightGradientCall => 0,
        _ => call.ScratchOfParts,
    };

    /// <summary>
    /// Runs a parallel loop. Its body holds spans, not pointers, and is kept alive until the loop ends: the caller may not use the tensors
    /// afterwards, and a finalizer would free memory that a kernel still reads.
    /// </summary>
    private void For<TBody>(int tasks, TBody body)
        where TBody : struct, ITask
    {
        _threads.For(tasks, body);
        KeepAlive(in body);
        GC.KeepAlive(this);
    }

    /// <summary>Tasks that are compiled for each activation that norms have.</summary>
    /// <param name="activation">null for none</param>
    private void For<TBody>(int tasks, in TBody body, UnaryFunction? activation)
        where TBody : struct, IActivatedTask
    {
        switch (activation)
        {
            case null: For(tasks, new Activated<Identity, TBody>(body)); break;
            case UnaryFunction.Relu: For(tasks, new Activated<Relu, TBody>(body)); break;
            case UnaryFunction.LeakyRelu: For(tasks, new Activated<LeakyRelu, TBody>(body)); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, message: null);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void KeepAlive<TBody>(in TBody body)
        where TBody : struct => _ = body;

    /// <summary><see cref="ITask"/> with an activation.</summary>
    private interface IActivatedTask
    {
        void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction;
    }

    private readonly struct Activated<TActivation, TBody>(TBody body) : ITask
        where TActivation : struct, ILaneFunction
        where TBody : struct, IActivatedTask
    {
        public void Run(int task, int worker) => body.Run<TActivation>(task, worker);
    }
}

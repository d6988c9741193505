using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A loop that runs in the background of others. It can be begun again once it is finished, and allocates nothing.
/// </summary>
internal abstract class BackgroundLoop
{
    /// <summary>Number of tasks.</summary>
    public int Tasks { get; protected set; }

    /// <summary>Number of tasks taken by threads; changed only under the queue's lock.</summary>
    public int Taken { get; set; }

    /// <summary>Number of tasks that have ended.</summary>
    public ref int Done => ref _done;

    /// <summary>The first exception that a task threw.</summary>
    public ref ExceptionDispatchInfo? Failure => ref _failure;

    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <inheritdoc cref="ITask.Run"/>
    public abstract void Run(int task, int worker);
}

/// <summary>A background loop with a body of a given type.</summary>
internal sealed class BackgroundLoop<TBody> : BackgroundLoop
    where TBody : struct, ITask
{
    private TBody _body;

    /// <summary>Sets the tasks and the body for the next run.</summary>
    public void Assign(int tasks, TBody body)
    {
        (Tasks, _body) = (tasks, body);
        (Taken, Done, Failure) = (0, 0, null);
    }

    /// <summary>Runs a task without letting the JIT inline it here, for the reason given in <see cref="CpuThreads"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public override void Run(int task, int worker) => _body.Run(task, worker);
}

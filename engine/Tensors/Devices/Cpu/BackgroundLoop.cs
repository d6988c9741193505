using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A loop whose tasks are run beside those of other loops; it can be begun again once it is finished, and allocates nothing.
/// </summary>
internal abstract class BackgroundLoop
{
    /// <summary>Tasks in all, and those that somebody has taken.</summary>
    public int Tasks { get; protected set; }

    /// <summary>Changed under the queue's lock only.</summary>
    public int Taken { get; set; }

    /// <summary>Tasks that have ended.</summary>
    public ref int Done => ref _done;

    /// <summary>The first exception that a task threw.</summary>
    public ref ExceptionDispatchInfo? Failure => ref _failure;

    private int _done;
    private ExceptionDispatchInfo? _failure;

    /// <inheritdoc cref="ITask.Run"/>
    public abstract void Run(int task, int worker);
}

/// <summary>A loop in the background over tasks of one kind.</summary>
internal sealed class BackgroundLoop<TBody> : BackgroundLoop
    where TBody : struct, ITask
{
    private TBody _body;

    /// <summary>What the loop runs when it is begun next.</summary>
    public void Assign(int tasks, TBody body)
    {
        (Tasks, _body) = (tasks, body);
        (Taken, Done, Failure) = (0, 0, null);
    }

    /// <summary>Runs a task as the compiler made it on its own, as <see cref="CpuThreads"/> does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public override void Run(int task, int worker) => _body.Run(task, worker);
}

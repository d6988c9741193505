namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Work for one task of a parallel loop.</summary>
internal interface ITask
{
    /// <param name="task">0 … tasks − 1; what it covers must follow from shapes alone, never from the number of threads</param>
    /// <param name="worker">0 … Count − 1: whose scratch memory to use</param>
    void Run(int task, int worker);
}

/// <summary>The device's worker threads.</summary>
internal sealed class CpuThreads(int count) : IDisposable
{
    /// <summary>Threads that work on a loop, the caller included.</summary>
    public int Count { get; } = count;

    /// <summary>Runs all tasks of a loop and returns when the last is done.</summary>
    public void For<TBody>(int tasks, TBody body)
        where TBody : struct, ITask
    {
        for (var task = 0; task < tasks; task++)
        {
            body.Run(task, 0);
        }
    }

    public void Dispose()
    {
    }
}

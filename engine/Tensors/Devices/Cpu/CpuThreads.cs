using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Work for one task of a parallel loop.</summary>
internal interface ITask
{
    /// <param name="task">0 … tasks − 1; what it covers must follow from shapes alone, never from the number of threads</param>
    /// <param name="worker">0 … Count − 1: whose scratch memory to use</param>
    void Run(int task, int worker);
}

/// <summary>
/// The device's worker threads. Tasks are handed out in order to whoever is free, so which worker runs a task is chance;
/// what a task computes is not. An idle worker spins for a moment, because the next loop of a training step is
/// usually microseconds away, then sleeps. A loop allocates nothing.
/// </summary>
internal sealed unsafe class CpuThreads : IDisposable
{
    private const int SpinsBeforeSleep = 300;

    // The gate that workers pass to join a loop: loop number << 32 | open << 31 | workers inside.
    private const long OpenBit = 1L << 31;
    private const long InsideMask = OpenBit - 1;
    private const int LoopShift = 32;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private ExceptionDispatchInfo? _failure;
    private long _gate;
    private int _sleeping;
    private int _next;
    private int _tasks;
    private void* _body;
    private delegate*<void*, int, int, void> _run;
    private volatile bool _stopping;
    private bool _busy;

    /// <param name="count">threads that work on a loop, the caller included</param>
    public CpuThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _threads = new Thread[count - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"cpu worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that work on a loop, the caller included.</summary>
    public int Count { get; }

    /// <summary>
    /// Runs all tasks of a loop and returns when the last is done. The first exception that a task throws is thrown here again,
    /// after the running tasks have ended; those not begun are dropped.
    /// </summary>
    /// <exception cref="InvalidOperationException">called from inside a task</exception>
    public void For<TBody>(int tasks, TBody body)
        where TBody : struct, ITask
    {
        if (_busy)
        {
            throw new InvalidOperationException("a parallel loop was started inside another of the same device");
        }

        _busy = true;
        try
        {
            if (tasks <= 1 || Count == 1)
            {
                for (var task = 0; task < tasks; task++)
                {
                    body.Run(task, 0);
                }

                return;
            }

            // The body lies on this stack frame, which outlives the loop: workers leave before Share returns.
            Share(tasks, Unsafe.AsPointer(ref body), &Invoke<TBody>);
        }
        finally
        {
            _busy = false;
        }
    }

    private static void Invoke<TBody>(void* body, int task, int worker)
        where TBody : struct, ITask => Unsafe.AsRef<TBody>(body).Run(task, worker);

    private void Share(int tasks, void* body, delegate*<void*, int, int, void> run)
    {
        _tasks = tasks;
        _body = body;
        _run = run;
        _next = 0;
        var loop = (Volatile.Read(ref _gate) >> LoopShift) + 1;
        Interlocked.Exchange(ref _gate, (loop << LoopShift) | OpenBit); // A full fence: the fields above are seen by whoever sees this.
        var wake = Math.Min(Volatile.Read(ref _sleeping), tasks - 1);
        if (wake > 0)
        {
            _wake.Release(wake);
        }

        TakeTasks(0);

        // Nobody enters after this; a worker that is still waking up need not be waited for.
        Interlocked.And(ref _gate, ~OpenBit);
        var spinner = default(SpinWait);
        while ((Volatile.Read(ref _gate) & InsideMask) != 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            failure.Throw();
        }
    }

    private void Work(int worker)
    {
        long seen = 0;
        while (true)
        {
            var gate = WaitForLoop(seen);
            if (_stopping)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _gate, gate + 1, gate) != gate)
            {
                continue; // Another worker entered at the same moment, or the loop has just closed: look again.
            }

            seen = gate >> LoopShift;
            TakeTasks(worker);
            Interlocked.Decrement(ref _gate);
        }
    }

    /// <summary>Returns the gate of an open loop other than the one last seen, or anything if the pool is stopping.</summary>
    private long WaitForLoop(long seen)
    {
        while (true)
        {
            for (var spin = 0; spin < SpinsBeforeSleep; spin++)
            {
                var gate = Volatile.Read(ref _gate);
                if (IsNew(gate, seen) || _stopping)
                {
                    return gate;
                }

                Thread.SpinWait(8);
            }

            // Announce the sleep before the last look: a loop opened after the look sees the announcement and wakes us.
            Interlocked.Increment(ref _sleeping);
            if (!IsNew(Volatile.Read(ref _gate), seen) && !_stopping)
            {
                _wake.Wait();
            }

            Interlocked.Decrement(ref _sleeping);
        }
    }

    private static bool IsNew(long gate, long seen) => (gate & OpenBit) != 0 && gate >> LoopShift != seen;

    private void TakeTasks(int worker)
    {
        try
        {
            int task;
            while ((task = Interlocked.Increment(ref _next) - 1) < _tasks)
            {
                _run(_body, task, worker);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            Interlocked.Exchange(ref _next, _tasks);
        }
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _wake.Release(_threads.Length + 1);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
    }
}

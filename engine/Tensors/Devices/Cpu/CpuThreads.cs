using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Body of a parallel loop.</summary>
internal interface ITask
{
    /// <param name="task">0 … tasks − 1; the elements it covers must depend on shapes alone, never on the number of threads</param>
    /// <param name="worker">0 … Count − 1: index of the scratch memory to use</param>
    void Run(int task, int worker);
}

/// <summary>
/// The device's worker threads. Idle workers take tasks in order: which worker runs a task is not deterministic, what a task computes is.
/// An idle worker spins briefly, because the next loop of a training step usually starts within microseconds, then sleeps. A loop
/// allocates nothing. Workers prefer tasks of background loops; the caller runs those only while it waits in <see cref="Finish"/>.
/// </summary>
internal sealed unsafe class CpuThreads : IDisposable
{
    private const int SpinsBeforeSleep = 300;

    // The gate through which workers join a loop: loop number << 32 | open << 31 | workers inside.
    private const long OpenBit = 1L << 31;
    private const long InsideMask = OpenBit - 1;
    private const int LoopShift = 32;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly BackgroundQueue _background;
    private ExceptionDispatchInfo? _failure;
    private long _gate;
    private int _sleeping;
    private int _next;
    private int _tasks;
    private void* _body;
    private delegate*<void*, int, int, void> _run;
    private volatile bool _stopping;
    private int _caller;

    /// <param name="count">threads per loop, the caller included</param>
    public CpuThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _background = new BackgroundQueue(count);
        _threads = new Thread[count - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"cpu worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads per loop, the caller included.</summary>
    public int Count { get; }

    /// <summary>
    /// Runs all tasks of a loop and returns when the last is done. The first exception of a task is rethrown here after the running tasks
    /// have ended; tasks not yet begun are dropped.
    /// </summary>
    /// <exception cref="InvalidOperationException">called from inside a task</exception>
    /// <exception cref="DeviceException">another thread runs a loop</exception>
    public void For<TBody>(int tasks, TBody body)
        where TBody : struct, ITask
    {
        var thread = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _caller, thread, 0) is var other and not 0)
        {
            throw other == thread || Array.IndexOf(_threads, Thread.CurrentThread) >= 0
                ? new InvalidOperationException("a parallel loop was started inside another of the same device")
                : Device.UsedByAnother("cpu");
        }

        try
        {
            // The body is in this stack frame, which outlives the loop: workers leave before Share returns.
            if (tasks <= 1 || Count == 1)
            {
                for (var task = 0; task < tasks; task++)
                {
                    Invoke<TBody>(Unsafe.AsPointer(ref body), task, 0);
                }

                return;
            }

            Share(tasks, Unsafe.AsPointer(ref body), &Invoke<TBody>);
        }
        finally
        {
            Volatile.Write(ref _caller, 0);
        }
    }

    /// <summary>
    /// Begins a background loop, which idle workers run while the caller continues. The loop and its data must stay alive until
    /// <see cref="Finish"/> or <see cref="FinishAll"/>.
    /// </summary>
    public void Begin(BackgroundLoop loop)
    {
        _background.Add(loop);
        Interlocked.MemoryBarrier(); // A worker that announces its sleep after this barrier sees the loop.
        Wake(1);
    }

    /// <summary>
    /// Runs the remaining tasks of a background loop and of those begun before it, and returns when its last task is done.
    /// </summary>
    /// <exception cref="Exception">the exception of the first task that failed; all tasks have run</exception>
    public void Finish(BackgroundLoop loop)
    {
        if (Volatile.Read(ref loop.Done) < loop.Tasks)
        {
            _background.UseAllWorkers(true);
            Wake(loop.Tasks - loop.Taken - 1);
            while (loop.Taken < loop.Tasks && _background.TryRun(0))
            {
            }

            WaitUntil(static loop => Volatile.Read(ref loop.Done) == loop.Tasks, loop);
            _background.UseAllWorkers(false);
        }

        loop.Failure?.Throw();
    }

    /// <summary>Runs what is left of all background loops.</summary>
    public void FinishAll()
    {
        _background.UseAllWorkers(true);
        while (_background.TryRun(0))
        {
        }

        WaitUntil(static queue => queue.IsQuiet, _background);
        _background.UseAllWorkers(false);
    }

    private static void WaitUntil<T>(Func<T, bool> isSo, T of)
    {
        var spinner = default(SpinWait);
        while (!isSo(of))
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>
    /// Runs a task without letting the JIT inline it here. Inlined into so small a caller, a kernel exceeds the JIT's inlining budget for
    /// that caller: lane functions then stay calls, and after a few dozen runs a kernel takes up to twenty times as long as before.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static void Invoke<TBody>(void* body, int task, int worker)
        where TBody : struct, ITask => Unsafe.AsRef<TBody>(body).Run(task, worker);

    private void Share(int tasks, void* body, delegate*<void*, int, int, void> run)
    {
        _tasks = tasks;
        _body = body;
        _run = run;
        _next = 0;
        var loop = (Volatile.Read(ref _gate) >> LoopShift) + 1;
        Interlocked.Exchange(ref _gate, (loop << LoopShift) | OpenBit); // A full fence: a worker that sees this gate sees the fields above.
        Wake(tasks - 1);
        TakeTasks(0);

        // No worker enters after this, so workers that are still waking up need not be waited for.
        Interlocked.And(ref _gate, ~OpenBit);
        WaitUntil(static threads => (Volatile.Read(ref threads._gate) & InsideMask) == 0, this);
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            failure.Throw();
        }
    }

    private void Wake(int most)
    {
        var wake = Math.Min(Volatile.Read(ref _sleeping), most);
        if (wake > 0)
        {
            _wake.Release(wake);
        }
    }

    private void Work(int worker)
    {
        long seen = 0;
        while (true)
        {
            var gate = WaitForWork(seen);
            if (_stopping)
            {
                return;
            }

            if (_background.TryRun(worker) || !IsNew(gate, seen))
            {
                continue;
            }

            if (Interlocked.CompareExchange(ref _gate, gate + 1, gate) != gate)
            {
                continue; // Another worker entered at the same moment, or the loop has just closed: read the gate again.
            }

            seen = gate >> LoopShift;
            TakeTasks(worker);
            Interlocked.Decrement(ref _gate);
        }
    }

    /// <summary>
    /// Returns the gate of an open loop other than the one last seen, or any value if a background task is waiting or the threads are
    /// stopping.
    /// </summary>
    private long WaitForWork(long seen)
    {
        while (true)
        {
            for (var spin = 0; spin < SpinsBeforeSleep; spin++)
            {
                var gate = Volatile.Read(ref _gate);
                if (IsNew(gate, seen) || _background.IsOpen || _stopping)
                {
                    return gate;
                }

                Thread.SpinWait(8);
            }

            // Announce the sleep before the last check: a loop opened after that check sees the announcement and wakes this worker.
            Interlocked.Increment(ref _sleeping);
            if (!IsNew(Volatile.Read(ref _gate), seen) && !_background.IsOpen && !_stopping)
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

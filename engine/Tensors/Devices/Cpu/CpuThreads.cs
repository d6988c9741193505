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
/// usually microseconds away, then sleeps. A loop allocates nothing. Loops in the background come first with a worker and last with the
/// caller, who goes on with whatever does not need them.
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

    /// <param name="count">threads that work on a loop, the caller included</param>
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

    /// <summary>Threads that work on a loop, the caller included.</summary>
    public int Count { get; }

    /// <summary>
    /// Runs all tasks of a loop and returns when the last is done. The first exception that a task throws is thrown here again,
    /// after the running tasks have ended; those not begun are dropped.
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
            // The body lies on this stack frame, which outlives the loop: workers leave before Share returns.
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
    /// Lets idle workers run a loop while the caller goes on; it and what it touches must stay until <see cref="Finish"/> or
    /// <see cref="Drop"/>.
    /// </summary>
    public void Begin(BackgroundLoop loop)
    {
        _background.Add(loop);
        Interlocked.MemoryBarrier(); // A worker that announces its sleep after this sees the loop.
        Wake(1);
    }

    /// <summary>
    /// Runs what is left of a loop in the background, and of those begun before it, and returns when its last task is done.
    /// </summary>
    /// <exception cref="Exception">what the first task to fail threw; the others have run</exception>
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

    /// <summary>Forgets all loops in the background, after their running tasks have ended.</summary>
    public void Drop()
    {
        _background.Clear();
        WaitUntil(static queue => queue.IsQuiet, _background);
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
    /// Runs a task as the compiler made it on its own. Made part of a caller as small as this one, a kernel would be over the compiler's
    /// budget for such callers: functions of lanes then stay calls, and a kernel that has run a few dozen times takes up to twenty times
    /// as long as before.
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
        Interlocked.Exchange(ref _gate, (loop << LoopShift) | OpenBit); // A full fence: the fields above are seen by whoever sees this.
        Wake(tasks - 1);
        TakeTasks(0);

        // Nobody enters after this; a worker that is still waking up need not be waited for.
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
                continue; // Another worker entered at the same moment, or the loop has just closed: look again.
            }

            seen = gate >> LoopShift;
            TakeTasks(worker);
            Interlocked.Decrement(ref _gate);
        }
    }

    /// <summary>
    /// Returns the gate of an open loop other than the one last seen; or anything if a task waits in the background or the pool is
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

            // Announce the sleep before the last look: a loop opened after the look sees the announcement and wakes us.
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

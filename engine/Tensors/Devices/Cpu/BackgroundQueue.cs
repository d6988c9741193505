using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Background loops that were begun and are not done, oldest first. Usually few workers run their tasks at a time: the loops are
/// memory-bound and one thread nearly saturates the bandwidth, while the others compute. When the caller waits for a loop, all workers
/// may help.
/// </summary>
internal sealed class BackgroundQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<BackgroundLoop> _loops = [];
    private readonly int _usualWorkers;
    private volatile int _mostWorkers;
    private volatile int _untaken;
    private volatile int _workers;

    /// <param name="threads">threads of the device, the caller included</param>
    public BackgroundQueue(int threads) => _mostWorkers = _usualWorkers = Math.Max(threads / 4, 1);

    /// <summary>Whether a worker may take a task.</summary>
    public bool IsOpen => _untaken > 0 && _workers < _mostWorkers;

    public void Add(BackgroundLoop loop)
    {
        if (loop.Tasks > 0)
        {
            lock (_lock)
            {
                _loops.Enqueue(loop);
                _untaken += loop.Tasks;
            }
        }
    }

    /// <summary>Runs the next task if one may be taken; returns whether it ran one.</summary>
    public bool TryRun(int worker)
    {
        if (!IsOpen)
        {
            return false;
        }

        BackgroundLoop? loop;
        int task;
        lock (_lock)
        {
            if (!IsOpen || !_loops.TryPeek(out loop))
            {
                return false;
            }

            task = loop.Taken++;
            _untaken--;
            _workers++;
            if (loop.Taken == loop.Tasks)
            {
                _loops.Dequeue();
            }
        }

        try
        {
            loop.Run(task, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref loop.Failure, ExceptionDispatchInfo.Capture(e), null);
        }

        Interlocked.Increment(ref loop.Done); // The last access to the loop: from here on it may be begun again.
        lock (_lock)
        {
            _workers--;
        }

        return true;
    }

    /// <summary>Lets all workers take tasks, or only the usual few.</summary>
    public void UseAllWorkers(bool all) => _mostWorkers = all ? int.MaxValue : _usualWorkers;

    /// <summary>Whether no task is running.</summary>
    public bool IsQuiet => _workers == 0;
}

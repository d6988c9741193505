namespace IlgpuGan.Models.Data;

/// <summary>Prefetches items, several in parallel, and returns them in order.</summary>
internal sealed class Prefetcher<T> : IDisposable
{
    private readonly Func<long, T> _make;
    private readonly long _end;
    private readonly Queue<Task<T>> _running = new();
    private long _next;

    /// <param name="make">creates an item by its index; called on several pool threads</param>
    /// <param name="first">index of the first item</param>
    /// <param name="end">index after the last item</param>
    /// <param name="ahead">number of items in progress</param>
    public Prefetcher(Func<long, T> make, long first, long end, int ahead)
    {
        (_make, _next, _end) = (make, first, end);
        for (var i = 0; i < ahead; i++)
        {
            Begin();
        }
    }

    /// <summary>Gets the next item; false after the last one. Rethrows the exception of its creation.</summary>
    public bool TryTake(out T item)
    {
        if (!_running.TryDequeue(out var task))
        {
            item = default!;
            return false;
        }

        Begin();
        item = task.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Waits for the tasks in progress, and discards their results and errors.</summary>
    public void Dispose()
    {
        while (_running.TryDequeue(out var task))
        {
            task.AwaitEnd();
        }
    }

    private void Begin()
    {
        if (_next < _end)
        {
            var index = _next++;
            _running.Enqueue(Task.Run(() => _make(index)));
        }
    }
}

internal static class Tasks
{
    /// <summary>Waits for a task's end; its exception is thrown where its result is read.</summary>
    public static void AwaitEnd(this Task task)
    {
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        _ = task.Exception;
    }
}

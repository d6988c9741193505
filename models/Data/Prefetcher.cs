namespace IlgpuGan.Models.Data;

/// <summary>Prefetches items, several in parallel, and returns them in order.</summary>
internal sealed class Prefetcher<T> : IDisposable
{
    private readonly Func<long, T> _make;
    private readonly long _end;
    private readonly Queue<Task<T>> _underway = new();
    private long _next;

    /// <param name="make">makes an item by its index; called on several pool threads</param>
    /// <param name="first">index of the first item</param>
    /// <param name="end">index behind the last item</param>
    /// <param name="ahead">items under way at a time</param>
    public Prefetcher(Func<long, T> make, long first, long end, int ahead)
    {
        (_make, _next, _end) = (make, first, end);
        for (var i = 0; i < ahead; i++)
        {
            Begin();
        }
    }

    /// <summary>The next item; false behind the last one. Throws what making it threw.</summary>
    public bool TryTake(out T item)
    {
        if (!_underway.TryDequeue(out var task))
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
        while (_underway.TryDequeue(out var task))
        {
            task.AwaitEnd();
        }
    }

    private void Begin()
    {
        if (_next < _end)
        {
            var index = _next++;
            _underway.Enqueue(Task.Run(() => _make(index)));
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

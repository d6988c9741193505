namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Turns of a processor that computes networks and codes pictures. Beside each other they would cost more than one after the other: a
/// network's loops run on all cores, and each ends only when the thread whose core was taken by a codec has had it back. So a network has
/// the processor alone, and the pictures that came meanwhile are coded, on all cores, before the next one. A picture that finds no network
/// computing waits for nothing.
/// </summary>
/// <param name="sharesProcessor">false where networks leave cores free, or compute elsewhere: then nobody waits</param>
internal sealed class ProcessorTurns(bool sharesProcessor)
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _isCoded = new(initialState: true, spinCount: 0);
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private bool _isTaken;
    private int _coding;

    /// <summary>Codes a picture on this thread, or on another when the network that computes has ended.</summary>
    /// <exception cref="OperationCanceledException">nobody waits for the picture any more</exception>
    public async Task<T> Code<T>(Func<T> work, CancellationToken cancellation)
    {
        if (!sharesProcessor)
        {
            return work();
        }

        await Enter();
        try
        {
            cancellation.ThrowIfCancellationRequested();
            return work();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Computes on this thread, once the pictures that are being coded are done. One thread at a time calls this.</summary>
    public void Compute(Action work)
    {
        if (!sharesProcessor)
        {
            work();
            return;
        }

        lock (_lock)
        {
            _isTaken = true; // Who comes now waits for the next turn, so that this one comes.
        }

        _isCoded.Wait();
        try
        {
            work();
        }
        finally
        {
            EndTurn();
        }
    }

    private Task Enter()
    {
        lock (_lock)
        {
            if (_isTaken)
            {
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
                return turn.Task;
            }

            Admit(1);
            return Task.CompletedTask;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_coding == 0)
            {
                _isCoded.Set();
            }
        }
    }

    private void EndTurn()
    {
        lock (_lock)
        {
            _isTaken = false;
            Admit(_waiting.Count);
            while (_waiting.TryDequeue(out var turn))
            {
                turn.SetResult();
            }
        }
    }

    private void Admit(int more)
    {
        if (more > 0)
        {
            _coding += more;
            _isCoded.Reset();
        }
    }
}

using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Serve;

/// <summary>
/// The one thread that a device is used by: work waits in line for it, and work of one kind that waits is done together. Work that nobody
/// waits for any more leaves the line at once, with all that it holds.
/// </summary>
internal sealed class ComputeThread : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly LinkedList<Work> _line = [];
    private readonly Thread _thread;
    private bool _ended;

    /// <param name="device">what to compute on; it goes with this thread</param>
    public ComputeThread(Device device)
    {
        Device = device;
        Turns = new ProcessorTurns(sharesProcessor: device is CpuDevice cpu && cpu.Threads >= Environment.ProcessorCount);
        _thread = new Thread(Loop) { Name = "translations", IsBackground = true };
        _thread.Start();
    }

    /// <summary>To be used by work alone.</summary>
    public Device Device { get; }

    /// <summary>In which pictures are coded between the work of this thread.</summary>
    public ProcessorTurns Turns { get; }

    /// <summary>Runs work on the thread when its turn comes.</summary>
    /// <exception cref="OperationCanceledException">the client has disconnected; work in progress is completed</exception>
    public Task<T> Run<T>(Func<T> work, CancellationToken cancellation) =>
        Run<object?, T, T>(new object(), 1, null, _ => [work()], made => made, cancellation);

    /// <summary>Runs work on the thread when its turn comes, together with what waits of the same kind.</summary>
    /// <param name="kind">by whose equality work is of one kind</param>
    /// <param name="most">how many may be done together</param>
    /// <param name="input">what is to be worked on</param>
    /// <param name="work">does it for several inputs; called again for each alone where it fails over several</param>
    /// <param name="finish">codes what was made of the input, on another thread and before the next work begins</param>
    /// <param name="cancellation">the client has disconnected</param>
    /// <exception cref="OperationCanceledException">the client has disconnected; work in progress is completed</exception>
    public async Task<TOutput> Run<TInput, TMade, TOutput>(
        object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work, Func<TMade, TOutput> finish,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var asked = new Work<TInput, TMade, TOutput>(kind, most, input, work, made => Turns.Code(() => finish(made), cancellation));
        var place = new LinkedListNode<Work>(asked);
        lock (_lock)
        {
            if (_ended)
            {
                throw new OperationCanceledException("the server ends");
            }

            _line.AddLast(place);
            _waiting.Release();
        }

        await using var registration = cancellation.Register(() =>
        {
            Leave(place);
            asked.GiveUp();
        });
        return await asked.Result;
    }

    /// <summary>Lets the work that has begun end, and gives up what waits.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _waiting.Release();
        }

        _thread.Join();
        Device.Dispose();
        Turns.Dispose();
        _waiting.Dispose();
    }

    private void Leave(LinkedListNode<Work> place)
    {
        lock (_lock)
        {
            if (place.List is not null)
            {
                _line.Remove(place);
            }
        }
    }

    private void Loop()
    {
        while (true)
        {
            _waiting.Wait();
            List<Work> together;
            lock (_lock)
            {
                if (_ended)
                {
                    break;
                }

                together = TakeFirst(); // None where it has left, or was done with another: the semaphore was told of it before.
            }

            if (together.Count > 0)
            {
                Turns.Compute(() => together[0].Do(together));
            }
        }

        lock (_lock)
        {
            foreach (var left in _line)
            {
                left.GiveUp();
            }

            _line.Clear();
        }
    }

    /// <summary>The first of the line, and what waits of its kind.</summary>
    private List<Work> TakeFirst()
    {
        List<Work> together = _line.First is { } first ? [.. _line.Where(w => w.Kind.Equals(first.Value.Kind)).Take(first.Value.Most)] : [];
        together.ForEach(w => _line.Remove(w));
        return together;
    }

    private abstract class Work(object kind, int most)
    {
        public object Kind => kind;

        public int Most => most;

        /// <summary>Does this and others of its kind.</summary>
        public abstract void Do(IReadOnlyList<Work> together);

        public abstract void GiveUp();
    }

    private sealed class Work<TInput, TMade, TOutput>(
        object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work, Func<TMade, Task<TOutput>> finish)
        : Work(kind, most)
    {
        private readonly TaskCompletionSource<TOutput> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TInput _input = input;

        public Task<TOutput> Result => _result.Task;

        public override void Do(IReadOnlyList<Work> together)
        {
            var all = together.Cast<Work<TInput, TMade, TOutput>>().ToList();
            try
            {
                var made = work([.. all.Select(w => w._input)]);
                for (var i = 0; i < all.Count; i++)
                {
                    _ = all[i].Finish(made[i]);
                }
            }
            catch (Exception problem)
            {
                if (all.Count == 1)
                {
                    _result.TrySetException(problem); // Of whoever asked for the work.
                    return;
                }

                all.ForEach(w => w.Do([w])); // Whom it is the fault of, none of the others is.
            }
        }

        public override void GiveUp() => _result.TrySetCanceled();

        private async Task Finish(TMade made)
        {
            try
            {
                _result.TrySetResult(await finish(made));
            }
            catch (Exception problem)
            {
                _result.TrySetException(problem); // Of whoever asked; one who has gone away is not told.
            }
        }
    }
}

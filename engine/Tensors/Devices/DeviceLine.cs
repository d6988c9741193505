namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The line of those who share a device: any number of threads, of which one at a time computes. Work of one kind that waits is done
/// together. Work that nobody waits for any more leaves the line at once, with all that it holds. For any thread.
/// </summary>
public sealed class DeviceLine
{
    private readonly string _device;
    private readonly ProcessorTurns _processor;

    /// <summary>Held by the thread that computes.</summary>
    private readonly Lock _turn = new();

    /// <summary>Held for a moment, to look at the fields below.</summary>
    private readonly Lock _lock = new();
    private readonly LinkedList<Work> _waiting = [];
    private bool _isServed;
    private bool _hasEnded;

    internal DeviceLine(Device device) =>
        (_device, _processor) = (device.Name, new ProcessorTurns(sharesProcessor: device.TakesAllProcessors));

    /// <summary>Runs work on this thread when its turn comes. It may itself call this.</summary>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    public T Run<T>(Func<T> work) => Run<object?, T>(new object(), 1, null, _ => [work()]);

    /// <summary>
    /// Runs work when its turn comes, together with what waits of the same kind: on this thread, or on that of one who takes it along.
    /// </summary>
    /// <inheritdoc cref="RunAsync{TInput, TMade, TOutput}"/>
    public TMade Run<TInput, TMade>(object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work)
    {
        if (_turn.IsHeldByCurrentThread)
        {
            return work([input])[0];
        }

        var result = new TaskCompletionSource<TMade>();
        var place = Join(new Work<TInput, TMade>(kind, most, input, work, result.SetResult, e => result.TrySetException(e)));
        Compute(() => place); // It may be done by now, with another's.
        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Runs work on another thread when its turn comes.</summary>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    /// <exception cref="OperationCanceledException">it was cancelled while it waited; work in progress is completed</exception>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default) =>
        RunAsync<object?, T, T>(new object(), 1, null, _ => [work()], made => made, cancellation);

    /// <summary>Runs work on another thread when its turn comes, together with what waits of the same kind.</summary>
    /// <param name="kind">by whose equality work is of one kind</param>
    /// <param name="most">how many may be done together</param>
    /// <param name="input">what is to be worked on</param>
    /// <param name="work">does it for several inputs; called again for each alone where it fails over several</param>
    /// <param name="finish">codes what was made of the input, on another thread and before the next work begins</param>
    /// <param name="cancellation">nobody waits any more</param>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    /// <exception cref="OperationCanceledException">it was cancelled; work in progress is completed</exception>
    public async Task<TOutput> RunAsync<TInput, TMade, TOutput>(
        object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work, Func<TMade, TOutput> finish,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var result = new TaskCompletionSource<TOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = Join(new Work<TInput, TMade>(kind, most, input, work, made => _ = Finish(made), e => result.TrySetException(e)));
        Serve();
        await using var registration = cancellation.Register(() =>
        {
            Leave(place);
            result.TrySetCanceled(cancellation);
        });
        return await result.Task;

        async Task Finish(TMade made)
        {
            try
            {
                result.TrySetResult(await Code(() => finish(made), cancellation));
            }
            catch (Exception problem)
            {
                result.TrySetException(problem); // Of whoever asked; one who has gone away is not told.
            }
        }
    }

    /// <summary>
    /// Decodes or encodes on this thread; or, where a network computes on all cores, on another one and before the next work begins.
    /// </summary>
    /// <exception cref="OperationCanceledException">nobody waits any more</exception>
    public Task<T> Code<T>(Func<T> work, CancellationToken cancellation = default) => _processor.Code(work, cancellation);

    /// <summary>Lets the work that has begun end, and gives up what waits.</summary>
    internal void Close()
    {
        List<Work> left;
        lock (_lock)
        {
            _hasEnded = true;
            left = [.. _waiting];
            _waiting.Clear();
        }

        left.ForEach(work => work.Fail(Gone()));
        lock (_turn)
        {
            // Whoever computed is done.
        }
    }

    private ObjectDisposedException Gone() => new(nameof(Device), $"the device {_device} was disposed");

    private LinkedListNode<Work> Join(Work work)
    {
        lock (_lock)
        {
            return _hasEnded ? throw Gone() : _waiting.AddLast(work);
        }
    }

    private void Leave(LinkedListNode<Work> place)
    {
        lock (_lock)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
            }
        }
    }

    /// <summary>Sees to it that a thread takes up what waits: one that lives no longer than that takes.</summary>
    private void Serve()
    {
        lock (_lock)
        {
            if (_isServed)
            {
                return;
            }

            _isServed = true;
        }

        new Thread(() =>
        {
            while (Compute(First))
            {
            }
        }) { Name = $"line of {_device}", IsBackground = true }.Start();

        // Under the lock, as all of Compute's choice is: who joins later starts a thread again.
        LinkedListNode<Work>? First()
        {
            _isServed = _waiting.First is not null;
            return _waiting.First;
        }
    }

    /// <summary>Takes the turn, and does one of those who wait, with what waits of its kind.</summary>
    /// <returns>false if there was none</returns>
    private bool Compute(Func<LinkedListNode<Work>?> choose)
    {
        lock (_turn)
        {
            List<Work> together = [];
            lock (_lock)
            {
                if (choose() is { List: not null } place)
                {
                    _waiting.Remove(place);
                    together = [place.Value, .. _waiting.Where(w => w.Kind.Equals(place.Value.Kind)).Take(place.Value.Most - 1)];
                    together.ForEach(w => _waiting.Remove(w));
                }
            }

            if (together.Count > 0)
            {
                _processor.Compute(() => together[0].Do(together));
            }

            return together.Count > 0;
        }
    }

    private abstract class Work(object kind, int most)
    {
        public object Kind => kind;

        public int Most => most;

        /// <summary>Does this and others of its kind.</summary>
        public abstract void Do(IReadOnlyList<Work> together);

        public abstract void Fail(Exception problem);
    }

    private sealed class Work<TInput, TMade>(
        object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work, Action<TMade> done,
        Action<Exception> failed)
        : Work(kind, most)
    {
        private readonly TInput _input = input;
        private readonly Action<TMade> _done = done;

        public override void Do(IReadOnlyList<Work> together)
        {
            var all = together.Cast<Work<TInput, TMade>>().ToList();
            IReadOnlyList<TMade> made;
            try
            {
                made = work([.. all.Select(w => w._input)]);
            }
            catch (Exception problem)
            {
                if (all.Count == 1)
                {
                    Fail(problem); // Of whoever asked for the work.
                    return;
                }

                all.ForEach(w => w.Do([w])); // Whom it is the fault of, none of the others is.
                return;
            }

            for (var i = 0; i < all.Count; i++)
            {
                all[i]._done(made[i]);
            }
        }

        public override void Fail(Exception problem) => failed(problem);
    }
}

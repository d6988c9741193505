namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The line of those who share a device: any number of threads, of which one at a time computes. Work of one kind that waits is done
/// together. Work that nobody waits for any more leaves the line at once, with all that it holds. For any thread.
/// </summary>
public sealed class DeviceLine
{
    private readonly Device _device;

    /// <summary>Held by the thread that computes.</summary>
    private readonly Lock _turn = new();

    /// <summary>Held for a moment, to look at the fields below.</summary>
    private readonly Lock _lock = new();
    private readonly LinkedList<Work> _waiting = [];
    private readonly List<Action> _toCode = [];
    private bool _isServed;
    private bool _isComputing;
    private bool _hasEnded;

    internal DeviceLine(Device device) => _device = device;

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
    /// <inheritdoc cref="RunAsync{TInput, TMade, TOutput}"/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation = default) =>
        RunAsync<object?, T, T>(new object(), 1, null, _ => [work()], made => made, cancellation);

    /// <summary>Runs work on another thread when its turn comes, together with what waits of the same kind.</summary>
    /// <param name="kind">by whose equality work is of one kind</param>
    /// <param name="most">how many may be done together</param>
    /// <param name="input">what is to be worked on</param>
    /// <param name="work">does it for several inputs; called again for each alone where it fails over several</param>
    /// <param name="finish">codes what was made of the input, see <see cref="Code"/></param>
    /// <param name="cancellation">nobody waits any more</param>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    /// <exception cref="OperationCanceledException">it was cancelled; work in progress is completed</exception>
    public async Task<TOutput> RunAsync<TInput, TMade, TOutput>(
        object kind, int most, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> work, Func<TMade, TOutput> finish,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var output = new TaskCompletionSource<Task<TOutput>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = Join(new Work<TInput, TMade>(
            kind, most, input, work, made => output.TrySetResult(Code(() => finish(made), cancellation)), e => output.TrySetException(e)));
        Serve();
        await using var registration = cancellation.Register(() =>
        {
            Leave(place);
            output.TrySetCanceled(cancellation);
        });
        return await await output.Task;
    }

    /// <summary>
    /// Decodes or encodes a picture: on this thread; or, where a network computes on all cores, behind it on all cores and before the next
    /// one. Beside each other they would cost more than one after the other: a network's loops end only when the thread whose core was
    /// taken by a codec has had it back.
    /// </summary>
    /// <exception cref="OperationCanceledException">nobody waits any more</exception>
    public Task<T> Code<T>(Func<T> work, CancellationToken cancellation = default)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool waits;
        lock (_lock)
        {
            waits = _isComputing && _device.TakesAllProcessors;
            if (waits)
            {
                _toCode.Add(CodeNow);
            }
        }

        if (!waits)
        {
            CodeNow();
        }

        return result.Task;

        void CodeNow()
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                result.SetResult(work());
            }
            catch (OperationCanceledException)
            {
                result.SetCanceled(cancellation);
            }
            catch (Exception problem)
            {
                result.SetException(problem); // Of whoever asked.
            }
        }
    }

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

    private ObjectDisposedException Gone() => new(nameof(Device), $"the device {_device.Name} was disposed");

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
        }) { Name = $"line of {_device.Name}", IsBackground = true }.Start();

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
            Work first;
            List<Work> others;
            lock (_lock)
            {
                if (choose() is not { List: not null } place)
                {
                    return false;
                }

                first = place.Value;
                _waiting.Remove(place);
                others = [.. _waiting.Where(w => w.Kind.Equals(first.Kind)).Take(first.Most - 1)];
                others.ForEach(w => _waiting.Remove(w));
                _isComputing = true;
            }

            first.Do([first, .. others]);
            Action[] toCode;
            lock (_lock)
            {
                _isComputing = false;
                toCode = [.. _toCode];
                _toCode.Clear();
            }

            Parallel.Invoke(toCode);
            return true;
        }
    }

    private abstract record Work(object Kind, int Most)
    {
        /// <summary>Does this and others of its kind.</summary>
        public abstract void Do(IReadOnlyList<Work> together);

        public abstract void Fail(Exception problem);
    }

    private sealed record Work<TInput, TMade>(
        object Kind, int Most, TInput Input, Func<IReadOnlyList<TInput>, IReadOnlyList<TMade>> Make, Action<TMade> Made,
        Action<Exception> Failed) : Work(Kind, Most)
    {
        public override void Do(IReadOnlyList<Work> together)
        {
            var all = together.Cast<Work<TInput, TMade>>().ToList();
            IReadOnlyList<TMade> made;
            try
            {
                made = Make([.. all.Select(w => w.Input)]);
            }
            catch (Exception problem) when (all.Count == 1)
            {
                Fail(problem); // Of whoever asked for the work.
                return;
            }
            catch (Exception)
            {
                all.ForEach(w => w.Do([w])); // Whom it is the fault of, none of the others is.
                return;
            }

            for (var i = 0; i < all.Count; i++)
            {
                all[i].Made(made[i]);
            }
        }

        public override void Fail(Exception problem) => Failed(problem);
    }
}

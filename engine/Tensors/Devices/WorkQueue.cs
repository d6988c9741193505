using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Work queue for threads that share a device: one computes at a time. Waiting work of one kind is batched. Cancelled work leaves the
/// queue at once and releases its references. Thread-safe.
/// </summary>
public sealed class WorkQueue
{
    /// <summary>The longest time that a timer takes.</summary>
    private static readonly TimeSpan s_longestQuiet = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);

    private readonly Device _device;

    /// <summary>Held by the computing thread.</summary>
    private readonly Lock _turn = new();

    /// <summary>Held briefly, to access the fields below.</summary>
    private readonly Lock _lock = new();
    private readonly LinkedList<Work> _waiting = [];
    private readonly List<Action> _transcodings = [];
    private bool _hasThread;
    private bool _isComputing;
    private bool _isClosed;
    private Timer? _quiet;
    private Exception? _quietFailure;

    internal WorkQueue(Device device) => _device = device;

    /// <summary>
    /// For an owner of whose device nothing is used but by this queue: after so long without work, memory that no tensor uses goes back to
    /// the device or the system. Null: it is kept for the next work.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a negative time, or to more than 49 days</exception>
    public TimeSpan? FreesMemoryAfter
    {
        get;
        set
        {
            // The timer would refuse it on the queue's thread, which would end the program.
            var quiet = value is null || value == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : value.Value;
            ArgumentOutOfRangeException.ThrowIfLessThan(quiet, TimeSpan.Zero, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(quiet, s_longestQuiet, nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// What is done before that, in the queue's turn: for a program that has more to give back. Null: nothing. If it throws, the memory is
    /// freed all the same, and who next has work for the queue is told.
    /// </summary>
    public Action? WhenQuiet { get; set; }

    /// <summary>Runs work on this thread when its turn comes. The work may itself call this method.</summary>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    /// <exception cref="InvalidOperationException"><see cref="WhenQuiet"/> has thrown since the last work; this is not done</exception>
    public T Run<T>(Func<T> work) => Run<object?, T>(new object(), 1, null, _ => [work()]);

    /// <summary>The same for work without a result.</summary>
    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>
    /// Ends the use of something when its turn comes, after the work under way. Of a device that was disposed the memory is gone already.
    /// </summary>
    internal void RunLast(Action work)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }
        }

        RunInTurn<object?, bool>(new object(), 1, null, _ =>
        {
            work();
            return [true];
        });
    }

    /// <summary>
    /// Runs work when its turn comes, batched with waiting work of the same kind: on this thread or on that of another caller in the batch.
    /// </summary>
    /// <inheritdoc cref="RunAsync{TInput, TResult, TOutput}"/>
    public TResult Run<TInput, TResult>(object kind, int maxBatch, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> work)
    {
        ThrowQuietFailure();
        return RunInTurn(kind, maxBatch, input, work);
    }

    private TResult RunInTurn<TInput, TResult>(
        object kind, int maxBatch, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> work)
    {
        if (_turn.IsHeldByCurrentThread)
        {
            return work([input])[0];
        }

        var result = new TaskCompletionSource<TResult>();
        var node = Enqueue(new Work<TInput, TResult>(
            kind, maxBatch, Environment.CurrentManagedThreadId, ExecutionContext.Capture(), input, work, result.SetResult,
            e => result.TrySetException(e)));
        try
        {
            Compute(() => node); // Does nothing if another batch has included it by now.
        }
        finally
        {
            Remove(node); // Who was interrupted while it waited doesn't come back for it.
            EnsureThread(); // The queue's has ended where this one was to go first.
        }

        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Runs work on another thread when its turn comes. Work of this queue that calls it, and may wait for the result, has it done at once
    /// on its own thread. Not while a <see cref="Step"/> is open, which would take the tensors: it is done afterwards then, and must not
    /// be waited for in the step.
    /// </summary>
    /// <inheritdoc cref="RunAsync{TInput, TResult, TOutput}"/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        RunAsync<object?, T, T>(new object(), 1, null, _ => [work()], made => made, cancellationToken);

    /// <summary>
    /// Runs work on another thread when its turn comes, batched with waiting work of the same kind. What flows with the caller's code, such
    /// as <see cref="Autodiff.GradMode.NoGrad"/>, holds in the work, unless the flow is suppressed; in a batch, which is of one gradient
    /// mode, that of the first caller. Within work of this queue it is done at once, as by <see cref="RunAsync{T}"/>.
    /// </summary>
    /// <param name="kind">work of equal kinds may be batched</param>
    /// <param name="maxBatch">largest batch</param>
    /// <param name="input">input of the work</param>
    /// <param name="work">
    /// computes a batch, a result for each input; if it throws for several inputs, it is called again for each alone
    /// </param>
    /// <param name="encode">encodes the result, see <see cref="TranscodeAsync{T}(Func{T}, CancellationToken)"/></param>
    /// <param name="cancellationToken">removes the work from the queue</param>
    /// <exception cref="ObjectDisposedException">the device was disposed</exception>
    /// <exception cref="InvalidOperationException">
    /// the work made fewer or more results than it had inputs, or <see cref="WhenQuiet"/> has thrown since the last work
    /// </exception>
    /// <exception cref="OperationCanceledException">the work was cancelled; work in progress is completed</exception>
    public async Task<TOutput> RunAsync<TInput, TResult, TOutput>(
        object kind, int maxBatch, TInput input, Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> work, Func<TResult, TOutput> encode,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowQuietFailure();
        if (_turn.IsHeldByCurrentThread && !_device.IsInStep && KernelRecording.Current is null)
        {
            return encode(work([input])[0]); // Who has the turn may wait for the result, and nobody else has a turn until then.
        }

        var output = new TaskCompletionSource<Task<TOutput>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = Enqueue(new Work<TInput, TResult>(
            kind, maxBatch, Thread: 0, ExecutionContext.Capture(), input, work,
            made => output.TrySetResult(TranscodeAsync(() => encode(made), mayWait: true, cancellationToken)),
            e => output.TrySetException(e)));
        EnsureThread();
        await using var registration = cancellationToken.Register(() =>
        {
            Remove(node);
            output.TrySetCanceled(cancellationToken);
        });
        return await await output.Task;
    }

    /// <summary>
    /// Decodes or encodes an image: on this thread; or, while a network occupies all cores, after that network and before the next, with
    /// all waiting codecs in parallel. Running both at once would take longer than one after the other: a network's loop ends only when the
    /// thread that lost its core to a codec has regained it. On a thread that has the turn it is done at once.
    /// </summary>
    /// <exception cref="OperationCanceledException">the work was cancelled; work in progress is completed</exception>
    public Task<T> TranscodeAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        TranscodeAsync(work, mayWait: !_turn.IsHeldByCurrentThread, cancellationToken);

    private async Task<T> TranscodeAsync<T>(Func<T> work, bool mayWait, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool waits;
        lock (_lock)
        {
            waits = mayWait && _isComputing && _device.UsesAllProcessors;
            if (waits)
            {
                _transcodings.Add(Transcode);
            }
        }

        if (!waits)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return work();
        }

        await using var registration = cancellationToken.Register(Leave);
        return await result.Task;

        void Leave()
        {
            bool waited;
            lock (_lock)
            {
                waited = _transcodings.Remove(Transcode);
            }

            if (waited)
            {
                result.SetCanceled(cancellationToken);
            }
        }

        void Transcode()
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                result.SetResult(work());
            }
            catch (OperationCanceledException)
            {
                result.SetCanceled(cancellationToken);
            }
            catch (Exception problem)
            {
                result.SetException(problem); // Rethrown where the task is awaited.
            }
        }
    }

    /// <summary>Waits for running work and fails the waiting work.</summary>
    internal void Close()
    {
        List<Work> left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _waiting];
            _waiting.Clear();
        }

        left.ForEach(work => work.Fail(Disposed()));
        lock (_turn)
        {
            _quiet?.Dispose(); // The running work has ended.
        }
    }

    private ObjectDisposedException Disposed() => new(nameof(Device), $"the device {_device.Name} was disposed");

    private LinkedListNode<Work> Enqueue(Work work)
    {
        lock (_lock)
        {
            return _isClosed ? throw Disposed() : _waiting.AddLast(work);
        }
    }

    private void Remove(LinkedListNode<Work> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
            }
        }
    }

    /// <summary>
    /// Starts a thread unless one is running or the first work waits with a thread of its own, which calls this when it is done. The
    /// queue's thread ends when there is no work, or when it is another thread's turn.
    /// </summary>
    private void EnsureThread()
    {
        lock (_lock)
        {
            if (_hasThread || First() is null)
            {
                return;
            }
        }

        new Thread(() =>
        {
            while (Compute(First))
            {
            }
        }) { Name = $"work queue of {_device.Name}", IsBackground = true }.UnsafeStart(); // It serves others than this caller, too.

        // Called under the lock: work that joins after _hasThread became false starts a new thread.
        LinkedListNode<Work>? First()
        {
            var first = _waiting.First is { Value.Thread: 0 } node ? node : null;
            _hasThread = first is not null;
            return first;
        }
    }

    /// <summary>Waits for the turn and runs one of the waiting works, batched with others of its kind.</summary>
    /// <returns>false if there was none</returns>
    private bool Compute(Func<LinkedListNode<Work>?> choose)
    {
        lock (_turn)
        {
            Work first;
            List<Work> others;
            lock (_lock)
            {
                if (choose() is not { List: not null } node)
                {
                    return false;
                }

                first = node.Value;
                _waiting.Remove(node);
                others = [.. _waiting.Where(w => w.CanJoin(first)).Take(first.MaxBatch - 1)];
                others.ForEach(w => _waiting.Remove(w));
                _isComputing = true;
            }

            first.Do([first, .. others]);
            Action[] transcodings;
            lock (_lock)
            {
                _isComputing = false;
                transcodings = [.. _transcodings];
                _transcodings.Clear();
            }

            IdleThreads.For(transcodings.Length, i => transcodings[i]());
            if (FreesMemoryAfter is { } quiet)
            {
                (_quiet ??= new Timer(_ => FreeMemory())).Change(quiet, Timeout.InfiniteTimeSpan);
            }

            return true;
        }
    }

    /// <summary>Frees the device's unused memory unless there is work, which starts the time again.</summary>
    private void FreeMemory()
    {
        if (!_turn.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isClosed)
            {
                try
                {
                    WhenQuiet?.Invoke();
                }
                finally
                {
                    _device.Trim();
                }
            }
        }
        catch (Exception problem)
        {
            Volatile.Write(ref _quietFailure, problem); // On the timer's thread it would end the program.
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Tells of a failure once; work within other work is not kept from what it does.</summary>
    private void ThrowQuietFailure()
    {
        if (!_turn.IsHeldByCurrentThread && Interlocked.Exchange(ref _quietFailure, null) is { } failure)
        {
            throw new InvalidOperationException($"while {_device.Name} had no work, giving back memory failed: {failure.Message}", failure);
        }
    }

    /// <param name="Kind">equal for works that may be batched</param>
    /// <param name="MaxBatch">largest batch</param>
    /// <param name="Thread">id of the thread that waits to do it, to which the queue's leaves it; 0 for none</param>
    /// <param name="Flow">the execution context that it has on another thread; null for that thread's</param>
    private abstract record Work(object Kind, int MaxBatch, int Thread, ExecutionContext? Flow)
    {
        /// <summary>Whether it records gradients: as its caller does, or without a flow as the queue's thread.</summary>
        private readonly bool _recordsGradients = (Thread == 0 && Flow is null) || Autodiff.GradMode.IsEnabled;

        /// <summary>Whether both may be in one batch: works of one kind may still have inputs of different types.</summary>
        public bool CanJoin(Work other) =>
            Equals(Kind, other.Kind) && GetType() == other.GetType() && _recordsGradients == other._recordsGradients;

        /// <summary>Computes a batch of works of one kind, this one among them, in this one's flow.</summary>
        public void Do(IReadOnlyList<Work> batch)
        {
            if (Flow is null || Thread == Environment.CurrentManagedThreadId)
            {
                Compute(batch);
            }
            else
            {
                ExecutionContext.Run(Flow, _ => Compute(batch), null);
            }
        }

        public abstract void Fail(Exception problem);

        protected abstract void Compute(IReadOnlyList<Work> batch);
    }

    private sealed record Work<TInput, TResult>(
        object Kind, int MaxBatch, int Thread, ExecutionContext? Flow, TInput Input,
        Func<IReadOnlyList<TInput>, IReadOnlyList<TResult>> Make, Action<TResult> Made, Action<Exception> Failed)
        : Work(Kind, MaxBatch, Thread, Flow)
    {
        protected override void Compute(IReadOnlyList<Work> batch)
        {
            var all = batch.Cast<Work<TInput, TResult>>().ToList();
            IReadOnlyList<TResult> made;
            try
            {
                made = Make([.. all.Select(w => w.Input)]);
                if (made.Count != all.Count)
                {
                    throw new InvalidOperationException(
                        $"the work made {made.Count} results of {all.Count} inputs: it must make one of each");
                }
            }
            catch (Exception problem) when (all.Count == 1)
            {
                Fail(problem); // Rethrown to the caller who queued the work.
                return;
            }
            catch (Exception)
            {
                all.ForEach(w => w.Do([w])); // One by one, so that only the faulty ones fail.
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

using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms;

/// <summary>Spreads pieces of work that don't depend on each other over several streams of one accelerator.</summary>
public class ConcurrentStreamProcessor : DisposeBase
{
    private readonly AcceleratorStream[] _streams;

    /// <param name="accelerator">Where the work runs.</param>
    /// <param name="maxNumConcurrentStreams">The number of streams; 0 stands for one per multiprocessor.</param>
    /// <param name="streamProvider">Makes a stream; the accelerator's own way if there is none.</param>
    public ConcurrentStreamProcessor(
        Accelerator accelerator, int maxNumConcurrentStreams = 0, Func<Accelerator, AcceleratorStream>? streamProvider = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfNegative(maxNumConcurrentStreams);
        Accelerator = accelerator;
        int count = maxNumConcurrentStreams > 0 ? maxNumConcurrentStreams : Math.Max(accelerator.NumMultiprocessors, 1);
        _streams = new AcceleratorStream[count];
        for (int i = 0; i < count; i++)
        {
            _streams[i] = streamProvider is null ? accelerator.CreateStream() : streamProvider(accelerator);
        }
    }

    public int MaxNumConcurrentStreams => _streams.Length;

    protected Accelerator Accelerator { get; }

    /// <inheritdoc cref="ProcessConcurrently(AcceleratorStream, int, Action{AcceleratorStream, int})"/>
    public void ProcessConcurrently(int numActions, Action<AcceleratorStream, int> action) =>
        ProcessConcurrently(null, numActions, action);

    /// <summary>Calls the action for each number from 0 on, in turn with one of the streams, and waits for all of them.</summary>
    /// <param name="stream">What the work waits for first; nothing if there is none.</param>
    /// <param name="numActions">How many pieces of work there are.</param>
    /// <param name="action">Puts a piece of work into the stream that it is given.</param>
    public void ProcessConcurrently(AcceleratorStream? stream, int numActions, Action<AcceleratorStream, int> action)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numActions);
        ArgumentNullException.ThrowIfNull(action);
        stream?.Synchronize();
        try
        {
            for (int i = 0; i < numActions; i++)
            {
                action(_streams[i % _streams.Length], i);
            }
        }
        finally
        {
            // Also if an action fails: the work of the others may still use what the caller is about to free.
            for (int i = 0; i < Math.Min(numActions, _streams.Length); i++)
            {
                _streams[i].Synchronize();
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_streams, stream => stream.Dispose());
        }
    }
}

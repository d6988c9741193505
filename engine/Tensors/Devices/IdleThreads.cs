using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Loops on this thread, helped by threads of the pool that have nothing else to do. Unlike <see cref="Parallel"/> such a loop needs none
/// of them: where this thread has the turn of a <see cref="WorkQueue"/>, all others may be waiting for it.
/// </summary>
internal static class IdleThreads
{
    /// <param name="count">number of calls</param>
    /// <param name="body">called with 0, 1, …; what it throws first is thrown here, after all calls</param>
    public static void For(int count, Action<int> body)
    {
        var begun = 0;
        ExceptionDispatchInfo? failure = null;
        var left = new CountdownEvent(count);
        for (var i = 1; i < Math.Min(count, Environment.ProcessorCount); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TakePart(), null);
        }

        TakePart();
        left.Wait(); // For the calls that others have begun. Who comes later finds none.
        failure?.Throw();

        void TakePart()
        {
            for (int i; (i = Interlocked.Increment(ref begun) - 1) < count;)
            {
                try
                {
                    body(i);
                }
                catch (Exception e)
                {
                    // On a thread of the pool it would end the process.
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                }

                left.Signal();
            }
        }
    }
}

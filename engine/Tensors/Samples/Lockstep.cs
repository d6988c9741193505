using System.Runtime.ExceptionServices;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Runs the same code several times, with a barrier at <see cref="Synchronize"/>: every run reaches it before any goes on. Each run has a
/// thread of its own, but only one thread runs at a time, in the order of the runs' numbers.
/// </summary>
/// <param name="count">number of runs</param>
internal sealed class Lockstep(int count)
{
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
    private int _ended;
    private Exception? _failure;

    /// <summary>Number of the run that is executing.</summary>
    public int Current { get; private set; }

    /// <summary>Executes all runs to their end; rethrows the first failure.</summary>
    /// <param name="run">the code, given the number of the run</param>
    public void Run(Action<int> run)
    {
        var caller = Step.CurrentThread;
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            Step.CurrentThread = caller;
            RunOne(number, run);
        }) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        _turns[0].Release();
        threads.ForEach(thread => thread.Join());
        Array.ForEach(_turns, turn => turn.Dispose());
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>The barrier, called by the executing run: returns when all runs have reached it.</summary>
    /// <exception cref="InvalidOperationException">another run has ended without reaching it</exception>
    public void Synchronize()
    {
        if (_ended > 0)
        {
            throw Uneven();
        }

        var number = Current;
        PassOn(number);
        _turns[number].Wait();
        if (_failure is not null)
        {
            throw new AbandonedException();
        }

        Current = number;
    }

    private void RunOne(int number, Action<int> run)
    {
        _turns[number].Wait();
        try
        {
            if (_failure is null)
            {
                Current = number;
                run(number);
                _failure ??= _ended == number ? null : Uneven();
                _ended++;
            }
        }
        catch (AbandonedException)
        {
            // The failure of the other run is reported instead.
        }
        catch (Exception e)
        {
            _failure = e;
        }

        PassOn(number); // After a failure, too, so that all runs end.
    }

    private void PassOn(int number) => _turns[(number + 1) % count].Release();

    private static InvalidOperationException Uneven() => new("samples synchronized unequally often: a step must do the same for each");

    private sealed class AbandonedException : Exception;
}

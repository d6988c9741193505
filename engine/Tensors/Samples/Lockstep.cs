using System.Runtime.ExceptionServices;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Runs the same code several times over, one run at a time, each up to the next meeting before any goes beyond it: a thread for each, of
/// which one has its turn.
/// </summary>
/// <param name="count">how many runs</param>
internal sealed class Lockstep(int count)
{
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
    private int _ended;
    private Exception? _failure;

    /// <summary>The run that has its turn.</summary>
    public int Current { get; private set; }

    /// <summary>Takes all runs to their ends.</summary>
    /// <param name="run">told its number</param>
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

    /// <summary>Called by the run that has its turn: lets the others come here too, and goes on when all have.</summary>
    public void Meet()
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
            // Another run's failure is the one that is told.
        }
        catch (Exception e)
        {
            _failure = e;
        }

        PassOn(number); // After a failure, too: one after the other, all end.
    }

    private void PassOn(int number) => _turns[(number + 1) % count].Release();

    private static InvalidOperationException Uneven() => new("runs in lockstep met unequally often: what they do depends on their sample");

    private sealed class AbandonedException : Exception;
}

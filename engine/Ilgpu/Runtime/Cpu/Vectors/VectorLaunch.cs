using System.Runtime.ExceptionServices;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>One launch: its groups are spread over the cores, some neighbours at a time.</summary>
/// <param name="kernel">What runs.</param>
/// <param name="config">The shape of grid and groups.</param>
/// <param name="warpSize">Threads of a warp.</param>
/// <param name="workers">How many host threads run groups.</param>
/// <param name="arguments">The packed arguments.</param>
internal sealed unsafe class VectorLaunch(VectorKernel kernel, KernelConfig config, int warpSize, int workers, byte* arguments)
{
    /// <summary>Parts to each worker: enough that all end at about the same time.</summary>
    private const int PartsEach = 16;

    private readonly long _groups = config.GridDim.LongSize;

    private readonly long _part = Math.Clamp(config.GridDim.LongSize / (workers * (long)PartsEach), 1, 1024);

    private long _next;

    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs all groups.</summary>
    /// <exception cref="Exception">What the first group that failed threw.</exception>
    public void Run()
    {
        if (workers == 1)
        {
            RunParts();
            return;
        }

        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Guard());
        _failure?.Throw();
    }

    private void Guard()
    {
        try
        {
            RunParts();
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private void RunParts()
    {
        using var group = new VectorGroup(kernel, config, warpSize);
        while (Volatile.Read(ref _failure) is null)
        {
            long first = Interlocked.Add(ref _next, _part) - _part;
            if (first >= _groups)
            {
                return;
            }

            for (long number = first; number < Math.Min(first + _part, _groups); number++)
            {
                group.Run(number, arguments);
            }
        }
    }
}

using System.Runtime.ExceptionServices;
using ILGPU.Backends;
using ILGPU.Runtime.CPU.Simulation;
using ILGPU.Runtime.CPU.Vectors;

namespace ILGPU.Runtime.CPU;

/// <summary>
/// A kernel on the host: checked by the simulator, or unchecked, its threads in the lanes of vectors where they can be, else one after the
/// other.
/// </summary>
internal sealed unsafe class CPUKernel : Kernel
{
    /// <summary>
    /// For groups whose batches hold neighbours along X alone, and for all others: null where threads must run one after the other.
    /// </summary>
    private readonly Lazy<VectorKernel?> _rows, _planes;

    private readonly Lazy<TranslatedKernel> _translated;

    private readonly bool _isChecked;

    private readonly SimulationCounts? _counts;

    public CPUKernel(CPUAccelerator accelerator, CompiledKernel compiled)
        : base(accelerator, compiled)
    {
        _counts = accelerator is { IsChecked: true, Counts: { } all } && (all.Only is null || all.Only == compiled.Definition.Method)
            ? all : null;
        _isChecked = accelerator.IsChecked;
        _rows = new(() => VectorTranslator.Translate(compiled.Image, hasRows: true, Name));
        _planes = new(() => VectorTranslator.Translate(compiled.Image, hasRows: false, Name));
        _translated = new(() => SimulatorTranslator.Translate(compiled.Image, Name, _counts is not null, _isChecked));

        // One of them is certainly needed, and loading is where kernels are made.
        _ = _isChecked || _rows.Value is null ? _translated.Value : null;
    }

    private protected override void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* arguments)
    {
        var accelerator = (CPUAccelerator)Accelerator;
        int workers = accelerator.UsesSequentialExecution ? 1 : (int)Math.Min(Environment.ProcessorCount, config.GridDim.LongSize);
        if (!_isChecked && (VectorPlan.HasRows(config) ? _rows : _planes).Value is { } vectors)
        {
            lock (accelerator.Launching)
            {
                new VectorLaunch(vectors, config, accelerator.WarpSize, workers, arguments).Run();
            }

            return;
        }

        var launch = new SimulatedLaunch(_translated.Value, config, accelerator, workers, arguments);
        lock (accelerator.Launching)
        {
            accelerator.Timeline.StartLaunch();
            if (workers == 1)
            {
                RunGroups(launch);
            }
            else
            {
                RunInParallel(launch, workers);
            }
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
    }

    private void RunInParallel(SimulatedLaunch launch, int workers)
    {
        Thread[] helpers = [.. Enumerable.Range(1, workers - 1).Select(_ => StartHelper(launch))];
        Guard(launch);
        foreach (Thread helper in helpers)
        {
            helper.Join();
        }

        launch.Failure?.Throw();
    }

    private Thread StartHelper(SimulatedLaunch launch)
    {
        var thread = new Thread(() => Guard(launch))
        {
            IsBackground = true,
            Name = "Simulator",
            Priority = ((CPUAccelerator)Accelerator).ThreadPriority,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Carries the first failure of a helper to the caller.</summary>
    private void Guard(SimulatedLaunch launch)
    {
        try
        {
            RunGroups(launch);
        }
        catch (Exception exception)
        {
            launch.Stop(ExceptionDispatchInfo.Capture(exception));
        }
    }

    private void RunGroups(SimulatedLaunch launch)
    {
        using var group = new SimulatedGroup(launch);
        while (launch.TryTakeGroup(out long number))
        {
            group.Counts = _counts is null ? null : new(_translated.Value);
            group.Run(number);
            _counts?.Add(group.Counts!);
        }
    }
}

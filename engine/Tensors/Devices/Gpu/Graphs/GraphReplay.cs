using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Gpu.Graphs;

/// <summary>
/// Recorded calls as one CUDA graph with a branch for each lane. The first run makes the calls one by one, which loads their kernels and
/// allocates the scratch memory of each lane; a capture may do neither. The second run captures them, and from then on a run is one launch.
/// Only <see cref="Device.Numbers"/> and the inputs change from step to step; both are copied in stream order before the launch. Addresses
/// stay valid, since the recording keeps its memory, and the scratch memory that was used is not freed before the graph. All launches are
/// in the order of one stream, so that between two runs of the graph others may use that memory.
/// </summary>
internal sealed class GraphReplay(GpuDevice device, KernelQueue queue, IReadOnlyList<KernelCall> calls, CallLanes lanes) : IReplay
{
    private readonly KernelCall[] _calls = [.. calls];

    /// <summary>The scratch memory of the calls. What one run finds free, the next does, so that a capture allocates nothing.</summary>
    private readonly HashSet<Storage> _scratch = [];

    private bool _isLoaded;
    private CudaGraph? _graph;

    public void Run()
    {
        device.FlushNumbers();
        if (!_isLoaded)
        {
            Keep(Load);
            _isLoaded = true;
            return;
        }

        try
        {
            if (_graph is null)
            {
                Keep(() => _graph = queue.Capture(lanes, Make));
            }

            queue.Launch(_graph!);
        }
        catch (AcceleratorException exception)
        {
            throw device.Failure(_graph is null ? "making a CUDA graph of a step" : "launching the CUDA graph of a step", exception);
        }
    }

    public void Dispose()
    {
        _graph?.Dispose();
        foreach (var block in _scratch)
        {
            block.Graphs--;
        }

        _scratch.Clear();
    }

    /// <summary>Makes launches whose scratch memory stays in place until this is disposed.</summary>
    private void Keep(Action launches)
    {
        try
        {
            Note(_scratch);
            launches();
        }
        finally
        {
            Note(null);
        }

        void Note(HashSet<Storage>? blocks)
        {
            foreach (var pool in device.Scratch)
            {
                pool.Noted = blocks;
            }
        }
    }

    /// <summary>Makes each call as one of its lane, but all in the device's stream.</summary>
    private void Load()
    {
        try
        {
            for (var i = 0; i < _calls.Length; i++)
            {
                queue.Lane = lanes.LaneOf(i);
                Make(i);
            }
        }
        finally
        {
            queue.Lane = 0;
        }
    }

    private void Make(int call) => _calls[call].MakeOn(device.OwnKernels);
}

using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>CUDA graphs of launches.</content>
internal sealed partial class KernelQueue
{
    /// <summary>The device's stream, and one for each other lane, in which work is only captured.</summary>
    private readonly List<AcceleratorStream> _streams = [stream];

    private bool _isInLanes;

    /// <summary>How many lanes a graph may have.</summary>
    public int Lanes => _streams.Count;

    /// <summary>
    /// The lane that launches belong to. Launches of two lanes may run side by side, so each lane has its own scratch memory and counters.
    /// </summary>
    public int Lane { get; set; }

    /// <summary>Whether launches can be captured as a graph; false while <see cref="WaitsForEachKernel"/> is set.</summary>
    public bool CanCapture => _streams[0] is CudaStream first && CudaGraph.CanCapture(first) && !WaitsForEachKernel;

    /// <summary>Adds a lane; for a queue that can capture.</summary>
    public void AddLane() => _streams.Add(((CudaAccelerator)Accelerator).CreateStream(StreamFlags.CU_STREAM_NON_BLOCKING));

    /// <summary>Captures calls as a graph that has a branch for each lane.</summary>
    /// <param name="lanes">the order of the calls</param>
    /// <param name="call">makes a call that was made before; see <see cref="Capture(Action)"/></param>
    /// <exception cref="AcceleratorException">the driver refuses</exception>
    public CudaGraph Capture(CallLanes lanes, Action<int> call)
    {
        // Events are made here since a capture is for launches and their order alone.
        var events = new List<CudaEvent>();
        CudaEvent New()
        {
            events.Add(new CudaEvent((CudaAccelerator)Accelerator));
            return events[^1];
        }

        try
        {
            var streams = _streams.Take(lanes.Count).Cast<CudaStream>().ToArray();
            var begun = lanes.Count > 1 ? New() : null;
            var ended = streams.Skip(1).Select(other => (Stream: other, Event: New())).ToArray();
            var passed = new CudaEvent?[lanes.Calls];
            for (var i = 0; i < lanes.Calls; i++)
            {
                foreach (var awaited in lanes.WaitsOf(i))
                {
                    passed[awaited] ??= New();
                }
            }

            _isInLanes = true;
            return Capture(() =>
            {
                // A stream that waits for an event of a captured stream is captured as well, until the first stream waits for it.
                begun?.Record(streams[0]);
                foreach (var (other, _) in ended)
                {
                    begun!.MakeStreamWait(other);
                }

                for (var i = 0; i < lanes.Calls; i++)
                {
                    Lane = lanes.LaneOf(i);
                    foreach (var awaited in lanes.WaitsOf(i))
                    {
                        passed[awaited]!.MakeStreamWait(streams[Lane]);
                    }

                    call(i);
                    passed[i]?.Record(streams[Lane]);
                }

                foreach (var (other, end) in ended)
                {
                    end.Record(other);
                    end.MakeStreamWait(streams[0]);
                }
            });
        }
        finally
        {
            (_isInLanes, Lane) = (false, 0);
            events.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Captures launches as a graph without running them.</summary>
    /// <param name="launches">
    /// launches that were made before, so that none loads a kernel or allocates memory; any other effect must be safe to repeat
    /// </param>
    /// <exception cref="AcceleratorException">the driver refuses</exception>
    public CudaGraph Capture(Action launches)
    {
        var before = Launches;
        try
        {
            Transfers.IsCapturing = true;
            return new CudaGraph((CudaStream)_streams[0], launches);
        }
        finally
        {
            (Transfers.IsCapturing, Launches) = (false, before);
        }
    }

    /// <summary>Launches a graph.</summary>
    public void Launch(CudaGraph graph)
    {
        graph.Launch();
        Launches++;
    }
}

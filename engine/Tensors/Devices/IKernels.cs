namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The seam between ops and devices: a device runs calls, each of which declares a kernel (<see cref="KernelCall"/>, <c>Calls/</c>). All
/// arrays are dense row-major float32. Outputs overlap inputs only where a call allows it, and every element of an output is written. Ops
/// check the geometry, so kernels trust it. Results don't depend on the number of threads.
/// </summary>
public interface IKernels
{
    /// <summary>Runs the device's kernel for a call; where it has none, the calls that it is composed of.</summary>
    /// <exception cref="NotSupportedException">a plain call that the device has no kernel for</exception>
    void Run(KernelCall call) => call.RunOn(this);

    /// <summary>What refuses a second thread's calls; null where nothing does.</summary>
    internal CallGuard? Guard => null;

    /// <summary>
    /// Whether the device has a kernel for a fused call, or a plain one that is optional, which is faster than its parts. A fused call runs
    /// in any case; fusion puts those in recorded steps for which this holds.
    /// </summary>
    bool Fuses(KernelCall call);

    /// <summary>Whether a call can be a link of a <see cref="ChainCall"/>, and is faster there than by itself.</summary>
    bool Chains(KernelCall call) => false;

    /// <summary>
    /// Whether the device's kernel for a call may write a result over an operand that nobody reads afterwards, where the call's definition
    /// allows it (<see cref="KernelCall.InPlace"/>): the plan of a recorded step asks.
    /// </summary>
    bool WorksInPlace(KernelCall call) => true;

    /// <summary>
    /// The form in which the device would rather read an operand of a call, by its place among <see cref="KernelCall.Reads"/>. A call that
    /// reads them so is <see cref="KernelCall.Reading"/>; in its plain form every operand can be read.
    /// </summary>
    internal Form Reads(KernelCall call, int operand) => Form.Plain;

    /// <summary>Whether the device gains where a call also writes a result in another form (<see cref="KernelCall.Writing"/>).</summary>
    internal bool Writes(KernelCall call, DeviceSpan result, Form form) => call.Writing(result, form, default) is { } both && Fuses(both);

    /// <summary>
    /// Elements of scratch memory that the device needs for a call (<see cref="KernelCall.Scratch"/>), beside what it takes itself: those
    /// of the parts, unless a kernel of its own does without.
    /// </summary>
    long ScratchOf(KernelCall call) => call.ScratchOfParts;

    /// <summary>
    /// Promises that a convolution's weight doesn't change until <see cref="Release"/>, an upload to it, or an optimiser's update.
    /// Convolutions may then cache it packed or transformed, and use algorithms that are fastest with a cached weight.
    /// </summary>
    void Hold(DeviceSpan w)
    {
    }

    /// <summary>Ends the promise of <see cref="Hold"/>: the weight may change.</summary>
    void Release(DeviceSpan w)
    {
    }
}

/// <summary>A device's kernel for a call; the device's <see cref="IKernels"/> implements this for each call that it has one for.</summary>
/// <typeparam name="TCall">the call, which declares the kernel</typeparam>
internal interface IKernel<TCall>
    where TCall : KernelCall<TCall>
{
    /// <summary>Runs the kernel.</summary>
    void Run(TCall call);
}

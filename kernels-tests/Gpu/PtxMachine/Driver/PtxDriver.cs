using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine.Driver;

/// <summary>
/// A CUDA driver that runs PTX without a card: what <see cref="CudaApi"/> calls, in C#. It checks handles, contexts and arguments as the
/// real one does, and more: <see cref="Violations"/> says what that one would let pass or crash on.
/// </summary>
internal static unsafe partial class PtxDriver
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<IntPtr, object> s_handles = [];
    private static readonly Dictionary<string, IntPtr> s_texts = [];
    private static readonly SortedDictionary<nuint, nuint> s_lockedRanges = [];
    private static readonly PtxDevice[] s_devices = [new(0, 70), new(1, 80), new(2, 90)];
    private static long s_nextHandle = 0x5000;
    private static string s_faultText = "";

    [ThreadStatic]
    private static PtxDevice? s_current;

    /// <summary>The runtime's view of this driver: devices sm_70, sm_80 and sm_90.</summary>
    public static CudaApi Api => field ??= Without();

    /// <summary>The address of a function of this driver.</summary>
    public static IntPtr Find(string name) => s_functions[name];

    /// <summary>As <see cref="Api"/>, of a driver that lacks some functions.</summary>
    public static CudaApi Without(params string[] names) => new(name => names.Contains(name) ? IntPtr.Zero : s_functions[name]);

    /// <summary>As <see cref="Api"/>, with other functions in the place of some.</summary>
    public static CudaApi With(params (string Name, IntPtr Function)[] replaced) =>
        new(name => Array.Find(replaced, one => one.Name == name) is { Function: not 0 } other ? other.Function : s_functions[name]);

    /// <summary>Each call since the list was last cleared, by its name in the header and what it concerned.</summary>
    public static List<string> Calls { get; } = [];

    public static List<string> Violations { get; } = [];

    /// <summary>
    /// Whether kernels run; off, their launches are checked and come to nothing, so that whole steps of real size can be taken.
    /// </summary>
    public static bool RunsKernels { get; set; } = true;

    /// <summary>
    /// Whether the driver can compile PTX; many containers lack the library for it. Off, it takes machine code of the text that it refused
    /// last.
    /// </summary>
    public static bool HasAssembler { get; set; } = true;

    /// <summary>What kernels print.</summary>
    public static TextWriter Output { get; set; } = TextWriter.Null;

    /// <summary>Whether a failed kernel spoils its context for good, as on a card. Off, only one call reports it.</summary>
    public static bool FaultsStay { get; set; } = true;

    /// <summary>Which streams work as soon as they can; the others as late as they can.</summary>
    public static Func<PtxStream, bool> IsHasty { get; set; } = AllLate;

    /// <summary>What <see cref="IsHasty"/> is unless somebody sets it.</summary>
    public static bool AllLate(PtxStream stream) => false;

    /// <summary>The call that fails next, by its name in the header, and how.</summary>
    public static (string Call, CudaError Error)? Sabotage { get; set; }

    // A call that needs no context.
    private static CudaError Free(string name, object? detail, Func<CudaError> body)
    {
        lock (s_gate)
        {
            Calls.Add(detail is null ? name : $"{name} {detail}");
            if (Sabotage is { } planned && planned.Call == name)
            {
                Sabotage = null;
                return planned.Error;
            }

            try
            {
                return body();
            }
            catch (PtxFaultException fault)
            {
                s_faultText = fault.Message;
                if (FaultsStay)
                {
                    s_current?.Fail(CudaError.CUDA_ERROR_LAUNCH_FAILED);
                }
                return CudaError.CUDA_ERROR_LAUNCH_FAILED;
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or NotSupportedException
                or NullReferenceException or OverflowException or IndexOutOfRangeException)
            {
                // Nothing may cross into the caller as an exception.
                Violations.Add($"{name}: {exception}");
                return CudaError.CUDA_ERROR_UNKNOWN;
            }
        }
    }

    // A call that works on the context bound to the calling thread.
    private static CudaError Bound(string name, object? detail, Func<PtxDevice, CudaError> body) => Free(name, detail, () =>
        s_current is not { Holders: > 0 } device ? CudaError.CUDA_ERROR_INVALID_CONTEXT
        : device.Fault != CudaError.CUDA_SUCCESS ? device.ReportFault(FaultsStay)
        : WithHaste(device, body));

    // What hasty work does wrong shows at the next call, as on a card.
    private static CudaError WithHaste(PtxDevice device, Func<PtxDevice, CudaError> body)
    {
        var result = body(device);
        try
        {
            device.Hurry(IsHasty);
        }
        catch (PtxFaultException fault)
        {
            s_faultText = fault.Message;
            device.Fail(CudaError.CUDA_ERROR_LAUNCH_FAILED);
        }

        return result;
    }

    private static IntPtr Register(object value)
    {
        var handle = (IntPtr)(s_nextHandle += 16);
        s_handles.Add(handle, value);
        return handle;
    }

    private static CudaError With<T>(IntPtr handle, Func<T, CudaError> body) =>
        s_handles.TryGetValue(handle, out var value) && value is T wanted ? body(wanted) : CudaError.CUDA_ERROR_INVALID_HANDLE;

    private static CudaError OnStream(PtxDevice device, IntPtr handle, Func<PtxStream, CudaError> body) =>
        handle == IntPtr.Zero ? OnDefaultStream(device, body)
        : With<PtxStream>(handle, stream => stream.Device == device ? body(stream) : CudaError.CUDA_ERROR_INVALID_CONTEXT);

    // Whoever uses the stream that waits for all blocking ones would wait for one that is being captured.
    private static CudaError OnDefaultStream(PtxDevice device, Func<PtxStream, CudaError> body) =>
        device.Streams.Find(stream => stream is { IsBlocking: true, Capture: not null }) is { } capturing
            ? Invalidate(capturing.Capture!, CudaError.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT)
            : body(device.DefaultStream);

    private static bool IsLocked(void* address, nuint bytes) =>
        s_lockedRanges.Any(range => (nuint)address >= range.Key && (nuint)address + bytes <= range.Key + range.Value);

    // Copies between host and device: with page-locked memory in the order of the stream, otherwise at once.
    private static CudaError Transfer(PtxStream stream, void* host, nuint bytes, string kind, Action copy)
    {
        var isLocked = IsLocked(host, bytes);
        if (stream.Capture is { } capture && !isLocked)
        {
            return Invalidate(capture);
        }
        stream.Put(kind, copy);
        if (!isLocked)
        {
            stream.Drain();
        }
        return CudaError.CUDA_SUCCESS;
    }

    private static byte* TextOf(string text)
    {
        if (!s_texts.TryGetValue(text, out var address))
        {
            s_texts.Add(text, address = Marshal.StringToCoTaskMemUTF8(text));
        }
        return (byte*)address;
    }

    private static void Put(byte* target, int capacity, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var count = Math.Min(bytes.Length, capacity - 1);
        bytes.AsSpan(0, count).CopyTo(new Span<byte>(target, capacity));
        target[count] = 0;
    }
}

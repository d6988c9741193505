using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>
/// A CUDA driver that interprets PTX without a card: the functions that ILGPU and the engine import from the driver's library, in C#. It
/// checks handles, contexts and arguments like the real one. <see cref="Violations"/> lists errors that the real one would ignore or crash
/// on. In a test process it replaces the driver, unless a real driver has a card. Its card is visible only inside <see cref="Shown"/>.
/// </summary>
internal static unsafe partial class PtxDriver
{
    private static readonly Lock s_gate = new();
    private static readonly List<string> s_calls = [];
    private static readonly Dictionary<IntPtr, object> s_handles = [];
    private static readonly Dictionary<string, IntPtr> s_texts = [];
    private static readonly SortedDictionary<nuint, (nuint Bytes, PtxContext Context)> s_lockedRanges = [];
    private static readonly Lazy<string> s_unavailableReason = new(FindUnavailableReason);
    private static readonly Lazy<nint> s_library = new(LoadLibrary);
    private static long s_nextHandle = 0x5000;
    private static string s_faultText = "";

    [ThreadStatic]
    private static PtxContext? s_current;

    [ThreadStatic]
    private static bool s_isShown;

    /// <summary>Why this driver can't be used on this machine; empty if it can.</summary>
    public static string UnavailableReason => s_unavailableReason.Value;

    /// <summary>Installs this driver before the process loads one, which happens only once.</summary>
    [ModuleInitializer]
    internal static void Install() =>
        DriverLibraries.StandIn = name => name == DriverLibraries.Cuda && UnavailableReason.Length == 0 ? s_library.Value : 0;

    /// <summary>Opens the <c>cuda</c> device on this driver's card. Skips the test if that is impossible.</summary>
    public static GpuDevice Open()
    {
        if (UnavailableReason.Length > 0)
        {
            Assert.Ignore(UnavailableReason);
        }

        return Shown(() => AcceleratorSearch.Open("cuda", 0));
    }

    /// <summary>Runs code that sees this driver's card.</summary>
    public static T Shown<T>(Func<T> code)
    {
        s_isShown = true;
        try
        {
            return code();
        }
        finally
        {
            s_isShown = false;
        }
    }

    /// <summary>The calls since <see cref="ClearCalls"/>: name in the header, and details.</summary>
    public static IReadOnlyList<string> Calls
    {
        get
        {
            lock (s_gate)
            {
                return [.. s_calls];
            }
        }
    }

    /// <summary>Clears the recorded calls. Finalizers may add calls at any time.</summary>
    public static void ClearCalls()
    {
        lock (s_gate)
        {
            s_calls.Clear();
        }
    }

    /// <summary>The number of recorded calls of a function.</summary>
    public static int CountOf(string function) => Calls.Count(call => call.StartsWith(function, StringComparison.Ordinal));

    /// <summary>The function of a recorded call; for copies with the direction.</summary>
    public static string NameOf(string call) =>
        string.Join(' ', call.Split(' ').Take(call.StartsWith("cuMemcpyAsync", StringComparison.Ordinal) ? 2 : 1));

    public static List<string> Violations { get; } = [];

    /// <summary>
    /// Whether kernels run. If not, launches are only checked, so that whole steps of real size are possible.
    /// </summary>
    public static bool RunsKernels { get; set; } = true;

    /// <summary>Whether the last group of each launch runs first.</summary>
    public static bool RunsBackwards { get; set; }

    /// <summary>What runs in place of a launched kernel; null for the kernel itself.</summary>
    public static Func<PtxFunction, PtxKernel>? InPlaceOf { get; set; }

    /// <summary>Counts the memory traffic of kernels; null for no counting.</summary>
    public static PtxCounts? Counts { get; set; }

    /// <summary>
    /// Whether launches, copies and waits return at once, to measure only the cost of the driver's caller.
    /// </summary>
    public static bool SkipsWork { get; set; }

    /// <summary>
    /// Whether a failed kernel, or an injected failure, makes its context unusable, as on a card. If not, only one call reports it.
    /// </summary>
    public static bool FaultsPersist { get; set; }

    /// <summary>What the driver says when it is asked for its cards.</summary>
    public static CudaError Refusal { get; set; }

    /// <summary>Which streams run their work as early as possible; the others run it as late as possible.</summary>
    public static Func<PtxStream, bool> IsEager { get; set; } = AllLazy;

    /// <summary>The default of <see cref="IsEager"/>.</summary>
    public static bool AllLazy(PtxStream stream) => false;

    /// <summary>Injects a failure into the next call of a function; null for none.</summary>
    public static (string Call, CudaError Error)? NextFailure { get; set; }

    // A call that needs no context.
    private static CudaError WithoutContext(string name, object? detail, Func<CudaError> body)
    {
        lock (s_gate)
        {
            s_calls.Add(detail is null ? name : $"{name} {detail}");
            if (NextFailure is { } planned && planned.Call == name)
            {
                (NextFailure, s_faultText) = (null, "");
                if (FaultsPersist && s_current is { } faulty)
                {
                    Fail(faulty, planned.Error);
                }
                return planned.Error;
            }

            try
            {
                return body();
            }
            catch (PtxFaultException fault)
            {
                s_faultText = fault.Message;
                if (FaultsPersist && s_current is { } faulty)
                {
                    Fail(faulty, CudaError.CUDA_ERROR_LAUNCH_FAILED);
                }
                return CudaError.CUDA_ERROR_LAUNCH_FAILED;
            }
            catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or NotSupportedException
                or NullReferenceException or OverflowException or IndexOutOfRangeException)
            {
                // Exceptions must not cross into native callers.
                Violations.Add($"{name}: {exception}");
                return CudaError.CUDA_ERROR_UNKNOWN;
            }
        }
    }

    // A call that works on the context bound to the calling thread.
    private static CudaError OnContext(string name, object? detail, Func<PtxContext, CudaError> body) => WithoutContext(name, detail, () =>
        s_current is not { IsDestroyed: false } context ? CudaError.CUDA_ERROR_INVALID_CONTEXT
        : context.Fault != CudaError.CUDA_SUCCESS ? context.ReportFault()
        : ThenRunEager(context, body));

    // A fault of eager work is reported by the next call, as on a card.
    private static CudaError ThenRunEager(PtxContext context, Func<PtxContext, CudaError> body)
    {
        var result = body(context);
        try
        {
            context.RunReady(IsEager);
        }
        catch (PtxFaultException fault)
        {
            s_faultText = fault.Message;
            Fail(context, CudaError.CUDA_ERROR_LAUNCH_FAILED);
        }

        return result;
    }

    // ILGPU can't destroy a context whose every call fails, so what it has locked is unlocked here.
    private static void Fail(PtxContext context, CudaError error)
    {
        context.Fail(error, FaultsPersist);
        if (FaultsPersist)
        {
            UnlockAll(context);
        }
    }

    private static void UnlockAll(PtxContext context)
    {
        foreach (var (address, _) in s_lockedRanges.Where(range => range.Value.Context == context).ToList())
        {
            s_lockedRanges.Remove(address);
        }
    }

    private static IntPtr Register(object value)
    {
        var handle = (IntPtr)(s_nextHandle += 16);
        s_handles.Add(handle, value);
        return handle;
    }

    private static CudaError With<T>(IntPtr handle, Func<T, CudaError> body) =>
        s_handles.TryGetValue(handle, out var value) && value is T wanted ? body(wanted) : CudaError.CUDA_ERROR_INVALID_HANDLE;

    private static CudaError OnStream(PtxContext context, IntPtr handle, Func<PtxStream, CudaError> body) =>
        handle == IntPtr.Zero ? OnDefaultStream(context, body)
        : With<PtxStream>(handle, stream => stream.Context == context ? body(stream) : CudaError.CUDA_ERROR_INVALID_CONTEXT);

    // The default stream waits for all blocking streams, which is illegal while one of them is captured.
    private static CudaError OnDefaultStream(PtxContext context, Func<PtxStream, CudaError> body) =>
        context.Streams.Find(stream => stream is { IsBlocking: true, Capture: not null }) is { } capturing
            ? Invalidate(capturing.Capture!, PtxErrors.CaptureImplicit)
            : body(context.DefaultStream);

    private static bool IsLocked(void* address, nuint bytes) =>
        s_lockedRanges.Any(range => (nuint)address >= range.Key && (nuint)address + bytes <= range.Key + range.Value.Bytes);

    // Copies between host and device: asynchronous with page-locked memory, otherwise synchronous.
    private static CudaError Transfer(PtxStream stream, void* host, nuint bytes, Action copy)
    {
        var isLocked = IsLocked(host, bytes);
        if (stream.Capture is { } capture && !isLocked)
        {
            return Invalidate(capture);
        }
        stream.Put(copy);
        if (!isLocked)
        {
            stream.Drain();
        }
        return CudaError.CUDA_SUCCESS;
    }

    // A process has only one driver: the real one if there is a card.
    private static string FindUnavailableReason()
    {
        if (DriverLibrary.UnavailableReason is { Length: > 0 } why)
        {
            return why;
        }
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var real))
        {
            return "";
        }
        int count;
        return ((delegate* unmanaged<uint, CudaError>)NativeLibrary.GetExport(real, "cuInit"))(0) == CudaError.CUDA_SUCCESS
            && ((delegate* unmanaged<int*, CudaError>)NativeLibrary.GetExport(real, "cuDeviceGetCount"))(&count) == CudaError.CUDA_SUCCESS
            && count > 0
            ? "the machine has a card, and a process one driver"
            : "";
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

    private static nint LoadLibrary() => DriverLibrary.Load(s_functions);
}

using System.Runtime.InteropServices;

namespace ILGPU.Runtime.OpenCL;

/// <summary>The functions of OpenCL 1.2 that the runtime calls, found in the system's ICD loader at run time.</summary>
internal sealed unsafe class CLApi
{
    private static readonly Lazy<(CLApi? Api, string Absence)> s_loaded = new(Load);

    public readonly delegate* unmanaged<uint, IntPtr*, uint*, CLError> GetPlatformIDs;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> GetPlatformInfo;

    public readonly delegate* unmanaged<IntPtr, ulong, uint, IntPtr*, uint*, CLError> GetDeviceIDs;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> GetDeviceInfo;

    public readonly delegate* unmanaged<IntPtr*, uint, IntPtr*, IntPtr, IntPtr, CLError*, IntPtr> CreateContext;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseContext;

    public readonly delegate* unmanaged<IntPtr, IntPtr, ulong, CLError*, IntPtr> CreateCommandQueue;

    public readonly delegate* unmanaged<IntPtr, CLError> RetainCommandQueue;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseCommandQueue;

    public readonly delegate* unmanaged<IntPtr, CLError> Finish;

    public readonly delegate* unmanaged<IntPtr, CLError> Flush;

    public readonly delegate* unmanaged<IntPtr, ulong, nuint, void*, CLError*, IntPtr> CreateBuffer;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseMemObject;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, nuint, nuint, void*, uint, IntPtr*, IntPtr*, CLError> EnqueueReadBuffer;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, nuint, nuint, void*, uint, IntPtr*, IntPtr*, CLError> EnqueueWriteBuffer;

    public readonly delegate* unmanaged<IntPtr, IntPtr, IntPtr, nuint, nuint, nuint, uint, IntPtr*, IntPtr*, CLError> EnqueueCopyBuffer;

    public readonly delegate* unmanaged<IntPtr, IntPtr, void*, nuint, nuint, nuint, uint, IntPtr*, IntPtr*, CLError> EnqueueFillBuffer;

    public readonly delegate* unmanaged<IntPtr, uint, byte**, nuint*, CLError*, IntPtr> CreateProgramWithSource;

    public readonly delegate* unmanaged<IntPtr, uint, IntPtr*, nuint*, byte**, CLError*, CLError*, IntPtr> CreateProgramWithBinary;

    public readonly delegate* unmanaged<IntPtr, uint, IntPtr*, byte*, IntPtr, IntPtr, CLError> BuildProgram;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, nuint, void*, nuint*, CLError> GetProgramBuildInfo;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> GetProgramInfo;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseProgram;

    public readonly delegate* unmanaged<IntPtr, byte*, CLError*, IntPtr> CreateKernel;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseKernel;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, CLError> SetKernelArg;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, nuint, void*, nuint*, CLError> GetKernelWorkGroupInfo;

    public readonly delegate* unmanaged<IntPtr, IntPtr, uint, nuint*, nuint*, nuint*, uint, IntPtr*, IntPtr*, CLError> EnqueueNDRangeKernel;

    public readonly delegate* unmanaged<IntPtr, uint, IntPtr*, IntPtr*, CLError> EnqueueMarkerWithWaitList;

    public readonly delegate* unmanaged<IntPtr, uint, IntPtr*, IntPtr*, CLError> EnqueueBarrierWithWaitList;

    public readonly delegate* unmanaged<uint, IntPtr*, CLError> WaitForEvents;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> GetEventInfo;

    public readonly delegate* unmanaged<IntPtr, CLError> RetainEvent;

    public readonly delegate* unmanaged<IntPtr, CLError> ReleaseEvent;

    public readonly delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError> GetEventProfilingInfo;

    private CLApi(IntPtr library)
    {
        GetPlatformIDs = (delegate* unmanaged<uint, IntPtr*, uint*, CLError>)NativeLibrary.GetExport(library, "clGetPlatformIDs");
        GetPlatformInfo =
            (delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(library, "clGetPlatformInfo");
        GetDeviceIDs =
            (delegate* unmanaged<IntPtr, ulong, uint, IntPtr*, uint*, CLError>)NativeLibrary.GetExport(library, "clGetDeviceIDs");
        GetDeviceInfo =
            (delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(library, "clGetDeviceInfo");
        CreateContext = (delegate* unmanaged<IntPtr*, uint, IntPtr*, IntPtr, IntPtr, CLError*, IntPtr>)NativeLibrary.GetExport(
            library, "clCreateContext");
        ReleaseContext = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseContext");
        CreateCommandQueue =
            (delegate* unmanaged<IntPtr, IntPtr, ulong, CLError*, IntPtr>)NativeLibrary.GetExport(library, "clCreateCommandQueue");
        RetainCommandQueue = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clRetainCommandQueue");
        ReleaseCommandQueue = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseCommandQueue");
        Finish = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clFinish");
        Flush = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clFlush");
        CreateBuffer =
            (delegate* unmanaged<IntPtr, ulong, nuint, void*, CLError*, IntPtr>)NativeLibrary.GetExport(library, "clCreateBuffer");
        ReleaseMemObject = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseMemObject");
        EnqueueReadBuffer = (
            delegate* unmanaged<IntPtr, IntPtr, uint, nuint, nuint, void*, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(library,
            "clEnqueueReadBuffer");
        EnqueueWriteBuffer = (
            delegate* unmanaged<IntPtr, IntPtr, uint, nuint, nuint, void*, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(library,
            "clEnqueueWriteBuffer");
        EnqueueCopyBuffer = (
            delegate* unmanaged<IntPtr, IntPtr, IntPtr, nuint, nuint, nuint, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(
                library,
            "clEnqueueCopyBuffer");
        EnqueueFillBuffer = (
            delegate* unmanaged<IntPtr, IntPtr, void*, nuint, nuint, nuint, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(
                library,
            "clEnqueueFillBuffer");
        CreateProgramWithSource = (delegate* unmanaged<IntPtr, uint, byte**, nuint*, CLError*, IntPtr>)NativeLibrary.GetExport(
            library, "clCreateProgramWithSource");
        CreateProgramWithBinary = (
            delegate* unmanaged<IntPtr, uint, IntPtr*, nuint*, byte**, CLError*, CLError*, IntPtr>)NativeLibrary.GetExport(library,
            "clCreateProgramWithBinary");
        BuildProgram =
            (delegate* unmanaged<IntPtr, uint, IntPtr*, byte*, IntPtr, IntPtr, CLError>)NativeLibrary.GetExport(library, "clBuildProgram");
        GetProgramBuildInfo = (delegate* unmanaged<IntPtr, IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(
            library, "clGetProgramBuildInfo");
        GetProgramInfo =
            (delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(library, "clGetProgramInfo");
        ReleaseProgram = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseProgram");
        CreateKernel = (delegate* unmanaged<IntPtr, byte*, CLError*, IntPtr>)NativeLibrary.GetExport(library, "clCreateKernel");
        ReleaseKernel = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseKernel");
        SetKernelArg = (delegate* unmanaged<IntPtr, uint, nuint, void*, CLError>)NativeLibrary.GetExport(library, "clSetKernelArg");
        GetKernelWorkGroupInfo = (delegate* unmanaged<IntPtr, IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(
            library, "clGetKernelWorkGroupInfo");
        EnqueueNDRangeKernel = (
            delegate* unmanaged<IntPtr, IntPtr, uint, nuint*, nuint*, nuint*, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(
                library,
            "clEnqueueNDRangeKernel");
        EnqueueMarkerWithWaitList =
            (delegate* unmanaged<IntPtr, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(library, "clEnqueueMarkerWithWaitList");
        EnqueueBarrierWithWaitList =
            (delegate* unmanaged<IntPtr, uint, IntPtr*, IntPtr*, CLError>)NativeLibrary.GetExport(library, "clEnqueueBarrierWithWaitList");
        GetEventInfo = (delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(library, "clGetEventInfo");
        RetainEvent = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clRetainEvent");
        WaitForEvents = (delegate* unmanaged<uint, IntPtr*, CLError>)NativeLibrary.GetExport(library, "clWaitForEvents");
        ReleaseEvent = (delegate* unmanaged<IntPtr, CLError>)NativeLibrary.GetExport(library, "clReleaseEvent");
        GetEventProfilingInfo =
            (delegate* unmanaged<IntPtr, uint, nuint, void*, nuint*, CLError>)NativeLibrary.GetExport(library, "clGetEventProfilingInfo");
    }

    /// <summary>Whether an ICD loader was found.</summary>
    public static bool IsPresent => s_loaded.Value.Api is not null;

    /// <summary>Why there is no OpenCL here; empty where there is.</summary>
    public static string Absence => s_loaded.Value.Absence;

    /// <exception cref="NotSupportedException">There is no OpenCL here.</exception>
    public static CLApi Current => s_loaded.Value.Api ?? throw new NotSupportedException(Absence);

    private static (CLApi? Api, string Absence) Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"];
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, out IntPtr library))
            {
                continue;
            }

            try
            {
                return (new CLApi(library), string.Empty);
            }
            catch (EntryPointNotFoundException exception)
            {
                return (null, $"The OpenCL loader '{name}' is older than OpenCL 1.2: {exception.Message}");
            }
        }

        return (null, $"No OpenCL loader was found ({string.Join(", ", names)}).");
    }
}

namespace ILGPU.Runtime.OpenCL;

/// <summary>An OpenCL call failed.</summary>
public sealed class CLException : AcceleratorException
{
    public CLException(CLError error, string message)
        : base(message) => Error = error;

    public CLError Error { get; }

    public override AcceleratorType AcceleratorType => AcceleratorType.OpenCL;

    /// <exception cref="CLException">The status is not success.</exception>
    public static void ThrowIfFailed(CLError clStatus) => Check(clStatus, "An OpenCL call");

    /// <param name="status">What the call returned.</param>
    /// <param name="call">Its name.</param>
    internal static void Check(CLError status, string call)
    {
        if (status != CLError.CL_SUCCESS)
        {
            throw new CLException(status, $"{call} failed with {Describe(status)}.");
        }
    }

    internal static string Describe(CLError status) => $"{status} ({(int)status}): {MeaningOf(status)}";

    private static string MeaningOf(CLError status) => status switch
    {
        CLError.CL_DEVICE_NOT_FOUND => "no device of the requested type",
        CLError.CL_DEVICE_NOT_AVAILABLE => "the device is not available",
        CLError.CL_COMPILER_NOT_AVAILABLE => "the platform has no compiler",
        CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE => "the device could not allocate memory for the object",
        CLError.CL_OUT_OF_RESOURCES => "the device is out of resources",
        CLError.CL_OUT_OF_HOST_MEMORY => "the host is out of memory",
        CLError.CL_PROFILING_INFO_NOT_AVAILABLE => "the queue was made without profiling, or the event is not complete",
        CLError.CL_MEM_COPY_OVERLAP => "source and target of a copy overlap",
        CLError.CL_IMAGE_FORMAT_MISMATCH => "image formats differ",
        CLError.CL_IMAGE_FORMAT_NOT_SUPPORTED => "the image format is not supported",
        CLError.CL_BUILD_PROGRAM_FAILURE => "the program could not be built",
        CLError.CL_MAP_FAILURE => "memory could not be mapped",
        CLError.CL_MISALIGNED_SUB_BUFFER_OFFSET => "a sub-buffer is not aligned",
        CLError.CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST => "an awaited command failed",
        CLError.CL_COMPILE_PROGRAM_FAILURE => "the program could not be compiled",
        CLError.CL_LINKER_NOT_AVAILABLE => "the platform has no linker",
        CLError.CL_LINK_PROGRAM_FAILURE => "the program could not be linked",
        CLError.CL_DEVICE_PARTITION_FAILED => "the device could not be partitioned",
        CLError.CL_KERNEL_ARG_INFO_NOT_AVAILABLE => "there is no argument information",
        CLError.CL_INVALID_VALUE => "an argument has an invalid value",
        CLError.CL_INVALID_DEVICE_TYPE => "invalid device type",
        CLError.CL_INVALID_PLATFORM => "invalid platform",
        CLError.CL_INVALID_DEVICE => "invalid device",
        CLError.CL_INVALID_CONTEXT => "invalid context",
        CLError.CL_INVALID_QUEUE_PROPERTIES => "the device does not support the queue's properties",
        CLError.CL_INVALID_COMMAND_QUEUE => "invalid command queue",
        CLError.CL_INVALID_HOST_PTR => "invalid host pointer",
        CLError.CL_INVALID_MEM_OBJECT => "invalid memory object",
        CLError.CL_INVALID_IMAGE_FORMAT_DESCRIPTOR => "invalid image format",
        CLError.CL_INVALID_IMAGE_SIZE => "invalid image size",
        CLError.CL_INVALID_SAMPLER => "invalid sampler",
        CLError.CL_INVALID_BINARY => "the program binary is not for this device",
        CLError.CL_INVALID_BUILD_OPTIONS => "invalid build options",
        CLError.CL_INVALID_PROGRAM => "invalid program",
        CLError.CL_INVALID_PROGRAM_EXECUTABLE => "the program was not built for the device",
        CLError.CL_INVALID_KERNEL_NAME => "the program has no such kernel",
        CLError.CL_INVALID_KERNEL_DEFINITION => "the kernel differs between devices",
        CLError.CL_INVALID_KERNEL => "invalid kernel",
        CLError.CL_INVALID_ARG_INDEX => "the kernel has no such argument",
        CLError.CL_INVALID_ARG_VALUE => "invalid argument value",
        CLError.CL_INVALID_ARG_SIZE => "the argument's size is not the parameter's",
        CLError.CL_INVALID_KERNEL_ARGS => "not all arguments were set",
        CLError.CL_INVALID_WORK_DIMENSION => "invalid number of dimensions",
        CLError.CL_INVALID_WORK_GROUP_SIZE => "the kernel can't run in groups of this size",
        CLError.CL_INVALID_WORK_ITEM_SIZE => "a group dimension is above the device's limit",
        CLError.CL_INVALID_GLOBAL_OFFSET => "invalid global offset",
        CLError.CL_INVALID_EVENT_WAIT_LIST => "invalid list of events",
        CLError.CL_INVALID_EVENT => "invalid event",
        CLError.CL_INVALID_OPERATION => "the operation is not valid here",
        CLError.CL_INVALID_GL_OBJECT => "invalid graphics object",
        CLError.CL_INVALID_BUFFER_SIZE => "the buffer is empty or larger than the device allows",
        CLError.CL_INVALID_MIP_LEVEL => "invalid level",
        CLError.CL_INVALID_GLOBAL_WORK_SIZE => "invalid number of work items",
        CLError.CL_INVALID_PROPERTY => "invalid property",
        CLError.CL_PLATFORM_NOT_FOUND_KHR => "no OpenCL platform is installed",
        _ => "unknown code",
    };
}

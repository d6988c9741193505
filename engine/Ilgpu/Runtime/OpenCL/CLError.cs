namespace ILGPU.Runtime.OpenCL;

/// <summary>The result codes of OpenCL calls.</summary>
public enum CLError
{
    /// <summary>Success.</summary>
    CL_SUCCESS = 0,

    /// <summary>No device of the requested type.</summary>
    CL_DEVICE_NOT_FOUND = -1,

    /// <summary>The device is not available.</summary>
    CL_DEVICE_NOT_AVAILABLE = -2,

    /// <summary>The platform has no compiler.</summary>
    CL_COMPILER_NOT_AVAILABLE = -3,

    /// <summary>The device could not allocate memory for the object.</summary>
    CL_MEM_OBJECT_ALLOCATION_FAILURE = -4,

    /// <summary>The device is out of resources.</summary>
    CL_OUT_OF_RESOURCES = -5,

    /// <summary>The host is out of memory.</summary>
    CL_OUT_OF_HOST_MEMORY = -6,

    /// <summary>The queue was made without profiling, or the event is not complete.</summary>
    CL_PROFILING_INFO_NOT_AVAILABLE = -7,

    /// <summary>Source and target of a copy overlap.</summary>
    CL_MEM_COPY_OVERLAP = -8,

    /// <summary>Image formats differ.</summary>
    CL_IMAGE_FORMAT_MISMATCH = -9,

    /// <summary>The image format is not supported.</summary>
    CL_IMAGE_FORMAT_NOT_SUPPORTED = -10,

    /// <summary>The program could not be built.</summary>
    CL_BUILD_PROGRAM_FAILURE = -11,

    /// <summary>Memory could not be mapped.</summary>
    CL_MAP_FAILURE = -12,

    /// <summary>A sub-buffer is not aligned.</summary>
    CL_MISALIGNED_SUB_BUFFER_OFFSET = -13,

    /// <summary>An awaited command failed.</summary>
    CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST = -14,

    /// <summary>The program could not be compiled.</summary>
    CL_COMPILE_PROGRAM_FAILURE = -15,

    /// <summary>The platform has no linker.</summary>
    CL_LINKER_NOT_AVAILABLE = -16,

    /// <summary>The program could not be linked.</summary>
    CL_LINK_PROGRAM_FAILURE = -17,

    /// <summary>The device could not be partitioned.</summary>
    CL_DEVICE_PARTITION_FAILED = -18,

    /// <summary>There is no argument information.</summary>
    CL_KERNEL_ARG_INFO_NOT_AVAILABLE = -19,

    /// <summary>An argument has an invalid value.</summary>
    CL_INVALID_VALUE = -30,

    /// <summary>Invalid device type.</summary>
    CL_INVALID_DEVICE_TYPE = -31,

    /// <summary>Invalid platform.</summary>
    CL_INVALID_PLATFORM = -32,

    /// <summary>Invalid device.</summary>
    CL_INVALID_DEVICE = -33,

    /// <summary>Invalid context.</summary>
    CL_INVALID_CONTEXT = -34,

    /// <summary>The device does not support the queue's properties.</summary>
    CL_INVALID_QUEUE_PROPERTIES = -35,

    /// <summary>Invalid command queue.</summary>
    CL_INVALID_COMMAND_QUEUE = -36,

    /// <summary>Invalid host pointer.</summary>
    CL_INVALID_HOST_PTR = -37,

    /// <summary>Invalid memory object.</summary>
    CL_INVALID_MEM_OBJECT = -38,

    /// <summary>Invalid image format.</summary>
    CL_INVALID_IMAGE_FORMAT_DESCRIPTOR = -39,

    /// <summary>Invalid image size.</summary>
    CL_INVALID_IMAGE_SIZE = -40,

    /// <summary>Invalid sampler.</summary>
    CL_INVALID_SAMPLER = -41,

    /// <summary>The program binary is not for this device.</summary>
    CL_INVALID_BINARY = -42,

    /// <summary>Invalid build options.</summary>
    CL_INVALID_BUILD_OPTIONS = -43,

    /// <summary>Invalid program.</summary>
    CL_INVALID_PROGRAM = -44,

    /// <summary>The program was not built for the device.</summary>
    CL_INVALID_PROGRAM_EXECUTABLE = -45,

    /// <summary>The program has no such kernel.</summary>
    CL_INVALID_KERNEL_NAME = -46,

    /// <summary>The kernel differs between devices.</summary>
    CL_INVALID_KERNEL_DEFINITION = -47,

    /// <summary>Invalid kernel.</summary>
    CL_INVALID_KERNEL = -48,

    /// <summary>The kernel has no such argument.</summary>
    CL_INVALID_ARG_INDEX = -49,

    /// <summary>Invalid argument value.</summary>
    CL_INVALID_ARG_VALUE = -50,

    /// <summary>The argument's size is not the parameter's.</summary>
    CL_INVALID_ARG_SIZE = -51,

    /// <summary>Not all arguments were set.</summary>
    CL_INVALID_KERNEL_ARGS = -52,

    /// <summary>Invalid number of dimensions.</summary>
    CL_INVALID_WORK_DIMENSION = -53,

    /// <summary>The kernel can't run in groups of this size.</summary>
    CL_INVALID_WORK_GROUP_SIZE = -54,

    /// <summary>A group dimension is above the device's limit.</summary>
    CL_INVALID_WORK_ITEM_SIZE = -55,

    /// <summary>Invalid global offset.</summary>
    CL_INVALID_GLOBAL_OFFSET = -56,

    /// <summary>Invalid list of events.</summary>
    CL_INVALID_EVENT_WAIT_LIST = -57,

    /// <summary>Invalid event.</summary>
    CL_INVALID_EVENT = -58,

    /// <summary>The operation is not valid here.</summary>
    CL_INVALID_OPERATION = -59,

    /// <summary>Invalid graphics object.</summary>
    CL_INVALID_GL_OBJECT = -60,

    /// <summary>The buffer is empty or larger than the device allows.</summary>
    CL_INVALID_BUFFER_SIZE = -61,

    /// <summary>Invalid level.</summary>
    CL_INVALID_MIP_LEVEL = -62,

    /// <summary>Invalid number of work items.</summary>
    CL_INVALID_GLOBAL_WORK_SIZE = -63,

    /// <summary>Invalid property.</summary>
    CL_INVALID_PROPERTY = -64,

    /// <summary>No OpenCL platform is installed.</summary>
    CL_PLATFORM_NOT_FOUND_KHR = -1001,
}

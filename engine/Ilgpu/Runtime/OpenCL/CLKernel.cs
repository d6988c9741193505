using System.Text;
using ILGPU.Backends;
using ILGPU.IR;

namespace ILGPU.Runtime.OpenCL;

/// <summary>A kernel of a built program.</summary>
internal sealed unsafe class CLKernel : Kernel
{
    /// <summary>Setting arguments and enqueueing is one step, since the native kernel object holds the arguments.</summary>
    private readonly Lock _gate = new();

    private readonly Argument[] _arguments;

    private readonly IntPtr _program;

    public CLKernel(CLAccelerator accelerator, CompiledKernel compiled)
        : base(accelerator, compiled)
    {
        _arguments = [.. compiled.Image.Parameters.Select(ArgumentOf)];
        _program = CLProgram.Build(accelerator, compiled.Image.Text, BuildOptions(accelerator));
        CLError status;
        fixed (byte* name = Encoding.UTF8.GetBytes(compiled.Image.EntryPoint + '\0'))
        {
            NativeKernel = CLApi.Current.CreateKernel(_program, name, &status);
        }

        CLException.Check(status, "clCreateKernel");
    }

    public IntPtr NativeKernel { get; }

    /// <summary>A number that the driver knows about the kernel on its device.</summary>
    public int WorkGroupInfo(uint query)
    {
        nuint value;
        CLException.Check(
            CLApi.Current.GetKernelWorkGroupInfo(
                NativeKernel, ((CLAccelerator)Accelerator).DeviceId, query, (nuint)sizeof(nuint), &value, null),
            "clGetKernelWorkGroupInfo");
        return (int)value;
    }

    private protected override void LaunchCore(AcceleratorStream stream, in KernelConfig config, byte* packed)
    {
        int dynamicBytes = config.SharedMemoryConfig.ArraySize;
        nuint* global = stackalloc nuint[3];
        nuint* local = stackalloc nuint[3];
        (local[0], local[1], local[2]) = ((nuint)config.GroupDim.X, (nuint)config.GroupDim.Y, (nuint)config.GroupDim.Z);
        global[0] = local[0] * (nuint)config.GridDim.X;
        global[1] = local[1] * (nuint)config.GridDim.Y;
        global[2] = local[2] * (nuint)config.GridDim.Z;
        CLApi api = CLApi.Current;
        lock (_gate)
        {
            for (uint i = 0; i < _arguments.Length; i++)
            {
                Argument argument = _arguments[i];
                CLError status = argument.Kind switch
                {
                    KernelParameterKind.DynamicShared => api.SetKernelArg(NativeKernel, i, (nuint)Math.Max(dynamicBytes, 1), null),
                    KernelParameterKind.DynamicSharedLength => api.SetKernelArg(NativeKernel, i, sizeof(int), &dynamicBytes),
                    _ => api.SetKernelArg(NativeKernel, i, (nuint)argument.Size, packed + argument.Offset),
                };
                if (status != CLError.CL_SUCCESS)
                {
                    throw new CLException(status, $"clSetKernelArg {i} of '{Name}' failed with {CLException.Describe(status)}.");
                }
            }

            CLError launched =
                api.EnqueueNDRangeKernel(((CLStream)stream).CommandQueue, NativeKernel, 3, null, global, local, 0, null, null);
            if (launched != CLError.CL_SUCCESS)
            {
                throw new CLException(
                    launched, $"clEnqueueNDRangeKernel of '{Name}' with {config} failed with {CLException.Describe(launched)}.");
            }
        }
    }

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A program that did not build, or has no such kernel, leaves an object without them.
        if (NativeKernel != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseKernel(NativeKernel), "clReleaseKernel");
        }

        if (_program != IntPtr.Zero)
        {
            CLException.Check(CLApi.Current.ReleaseProgram(_program), "clReleaseProgram");
        }
    }

    private static string BuildOptions(CLAccelerator accelerator)
    {
        string options = $"-cl-std=CL{CLSubGroups.LanguageFor(accelerator.SubGroups, accelerator.CVersion)}";
        if (accelerator.Context.Properties.MathMode != MathMode.Default)
        {
            return options + " -cl-fast-relaxed-math";
        }

        return accelerator.Capabilities.CorrectlyRoundedDivideSqrt ? options + " -cl-fp32-correctly-rounded-divide-sqrt" : options;
    }

    private static Argument ArgumentOf(KernelParameter parameter) => new(parameter.Kind, parameter.Offset, parameter.Kind switch
    {
        KernelParameterKind.Extent or KernelParameterKind.DynamicSharedLength => sizeof(int),
        KernelParameterKind.Scalar => parameter.Type.Size(),
        _ => sizeof(long),
    });

    private readonly record struct Argument(KernelParameterKind Kind, int Offset, int Size);
}

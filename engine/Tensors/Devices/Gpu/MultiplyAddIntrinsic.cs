using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Compiles <see cref="MathF.FusedMultiplyAdd"/> to the device's own instruction: ILGPU has no mapping for it, and would call a function
/// that does not exist.
/// </summary>
internal static class MultiplyAddIntrinsic
{
    private static readonly MethodInfo s_method = ((Func<float, float, float, float>)MultiplyAdd).Method;

    static MultiplyAddIntrinsic() => RemappedIntrinsics.AddRemapping(
        ((Func<float, float, float, float>)MathF.FusedMultiplyAdd).Method, (ref InvocationContext call) => call.Method = s_method);

    /// <summary>For all kernels that are compiled in a context.</summary>
    public static Context.Builder MultiplyAdd(this Context.Builder builder)
    {
        var intrinsics = builder.GetIntrinsicManager();
        intrinsics.RegisterMethod(
            s_method, new PTXIntrinsic(typeof(MultiplyAddIntrinsic), nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterMethod(
            s_method, new CLIntrinsic(typeof(MultiplyAddIntrinsic), nameof(WriteOpenCL), IntrinsicImplementationMode.GenerateCode));
        return builder;
    }

    /// <summary>x · y + z, rounded once. What kernels call in place of the framework's method.</summary>
    [IntrinsicImplementation]
    private static float MultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    private static void WritePtx(PTXBackend backend, PTXCodeGenerator code, Value value)
    {
        var call = (MethodCall)value;
        var (x, y, z) = (code.LoadPrimitive(call[0]), code.LoadPrimitive(call[1]), code.LoadPrimitive(call[2]));
        var target = code.AllocateHardware(call);
        using var command = code.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        command.AppendArgument(x);
        command.AppendArgument(y);
        command.AppendArgument(z);
    }

    private static void WriteOpenCL(CLBackend backend, CLCodeGenerator code, Value value)
    {
        var call = (MethodCall)value;
        using var statement = code.BeginStatement(code.Allocate(call));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        for (var i = 0; i < call.Count; i++)
        {
            statement.AppendArgument(code.Load(call[i]));
        }

        statement.EndArguments();
    }
}

using System.Reflection;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Math functions that ILGPU lacks or computes with less than float32 accuracy. <see cref="MathF.FusedMultiplyAdd"/> becomes the device's
/// instruction: ILGPU has no mapping for it and would call a function that does not exist. <see cref="MathF.Exp"/> on PTX is reduced by
/// ln 2 in two parts: ILGPU multiplies by log₂ e and rounds, which costs e⁻⁵⁰ its last three bits. ILGPU's <see cref="MathF.Tanh"/> on PTX
/// is an instruction with eleven bits.
/// </summary>
internal static class KernelMath
{
    private static readonly MethodInfo s_method = ((Func<float, float, float, float>)MultiplyAdd).Method;

    static KernelMath() => RemappedIntrinsics.AddRemapping(
        ((Func<float, float, float, float>)MathF.FusedMultiplyAdd).Method, (ref InvocationContext call) => call.Method = s_method);

    /// <summary>Registers the functions for all kernels of a context.</summary>
    public static Context.Builder WithKernelMath(this Context.Builder builder)
    {
        var intrinsics = builder.GetIntrinsicManager();
        intrinsics.RegisterMethod(
            s_method, new PTXIntrinsic(typeof(KernelMath), nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterMethod(
            s_method, new CLIntrinsic(typeof(KernelMath), nameof(WriteOpenCL), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterUnaryArithmetic(
            UnaryArithmeticKind.ExpF,
            BasicValueType.Float32,
            new PTXIntrinsic(typeof(KernelMath), nameof(Exp), IntrinsicImplementationMode.Redirect));
        intrinsics.RegisterUnaryArithmetic(
            UnaryArithmeticKind.TanhF,
            BasicValueType.Float32,
            new PTXIntrinsic(typeof(KernelMath), nameof(Tanh), IntrinsicImplementationMode.Redirect));
        return builder;
    }

    /// <summary>x · y + z, rounded once. Kernels call it in place of the framework's method.</summary>
    [IntrinsicImplementation]
    private static float MultiplyAdd(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    // The exponent is rounded toward zero: rounded to nearest, 2¹²⁸ would overflow where eˣ does not.
    private static float Exp(float x)
    {
        float exponent = (int)(x * 1.44269504f);
        var rest = MathF.FusedMultiplyAdd(exponent, -1.42860677e-6f, MathF.FusedMultiplyAdd(exponent, -0.693145752f, x));
        return XMath.Exp2(rest * 1.44269504f) * XMath.Exp2(exponent);
    }

    // Near zero 1 - 2 / (e²ˣ + 1) would cancel; there x + x³ P(x²) is used, a least-squares fit at Chebyshev points, within 7e-8.
    private static float Tanh(float x)
    {
        var size = MathF.Abs(x);
        if (size < 0.55f)
        {
            var square = x * x;
            var p = MathF.FusedMultiplyAdd(square, -0.00661575515f, 0.0213127453f);
            p = MathF.FusedMultiplyAdd(square, p, -0.0539100654f);
            p = MathF.FusedMultiplyAdd(square, p, 0.13333118f);
            p = MathF.FusedMultiplyAdd(square, p, -0.333333313f);
            return MathF.FusedMultiplyAdd(x * square, p, x);
        }

        var value = 1 - (2 / (Exp(2 * size) + 1));
        return x < 0 ? -value : value;
    }

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

using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>A call that an intrinsic may take over: it sets <see cref="Result"/> and reports success.</summary>
internal sealed class IntrinsicCall(KernelTranslator kernel, MethodInfo method, StackValue[] arguments)
{
    public KernelTranslator Kernel { get; } = kernel;

    public IrBuilder Ir { get; } = kernel.Builder;

    public MethodInfo Method { get; } = method;

    public string Name { get; } = method.Name;

    public StackValue[] Arguments { get; } = arguments;

    public StackValue Result { get; set; } = StackValue.Nothing;

    public int Count => Arguments.Length;

    /// <summary>The declared type of a parameter; the instance, if any, is not counted.</summary>
    public Type Parameter(int index) => Method.GetParameters()[index].ParameterType;

    public Type TypeArgument(int index) => Method.GetGenericArguments()[index];

    public Value Scalar(int index) => Arguments[index].Scalar;

    /// <summary>Sets a scalar result.</summary>
    public bool Return(Value value)
    {
        Result = StackValue.Of(value);
        return true;
    }

    public bool Return(StackValue value)
    {
        Result = value;
        return true;
    }

    /// <summary>Sets a Bool result, which IL sees as Int32.</summary>
    public bool ReturnFlag(Value flag) => Return(Ir.BoolToInt(flag));

    /// <summary>The text of a constant string argument.</summary>
    public string Text(int index) => Arguments[index].Payload as string
        ?? throw new KernelRefusedException($"the text given to '{KernelTranslator.Describe(Method)}' must be a constant");

    public static bool IsUnsigned(Type type) => Type.GetTypeCode(type) is
        TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 or TypeCode.Char;
}

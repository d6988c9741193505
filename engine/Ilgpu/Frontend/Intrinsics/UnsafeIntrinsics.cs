using System.Reflection;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Unsafe, RuntimeHelpers, and the questions about types that generic code asks.</summary>
internal static class UnsafeIntrinsics
{
    public static bool Translate(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "As" when call.Method.GetGenericArguments().Length == 2:
            case "AsRef" or "AsPointer":
                return call.Return(call.Arguments[0]);
            case "SizeOf":
                return call.Return(Constant.Int32(call.Kernel.LayoutOf(call.TypeArgument(0)).Size));
            case "SkipInit":
                return true;
            case "Add":
                return call.Return(call.Ir.Address(call.Scalar(0), call.Scalar(1), call.Kernel.LayoutOf(call.TypeArgument(0)).Size));
            case "AddByteOffset":
                return call.Return(call.Ir.Address(call.Scalar(0), call.Scalar(1), 1));
            case "Read" or "ReadUnaligned":
                return call.Return(call.Kernel.Load(call.Kernel.LayoutOf(call.TypeArgument(0)), call.Scalar(0)));
            case "Write" or "WriteUnaligned":
                call.Kernel.Store(call.Kernel.LayoutOf(call.TypeArgument(0)), call.Scalar(0), call.Arguments[1]);
                return true;
            case "BitCast":
                var memory = call.Kernel.Spill(call.Kernel.LayoutOf(call.TypeArgument(0)), call.Arguments[0]);
                return call.Return(call.Kernel.Load(call.Kernel.LayoutOf(call.TypeArgument(1)), memory));
            default:
                return false;
        }
    }

    public static bool RuntimeHelpers(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "IsReferenceOrContainsReferences" or "IsKnownConstant":
                return call.Return(Constant.Int32(0));
            case "InitializeArray":
                InitializeArray(call);
                return true;
            default:
                return false;
        }
    }

    public static bool TypeMembers(IntrinsicCall call) => call.Name switch
    {
        "GetTypeFromHandle" => call.Return(call.Arguments[0]),
        "op_Equality" => call.ReturnFlag(Constant.Bool(Equals(call.Arguments[0].Payload, call.Arguments[1].Payload))),
        "op_Inequality" => call.ReturnFlag(Constant.Bool(!Equals(call.Arguments[0].Payload, call.Arguments[1].Payload))),
        "get_IsValueType" when call.Arguments[0].Payload is Type type => call.ReturnFlag(Constant.Bool(type.IsValueType)),
        _ => false,
    };

    /// <summary>Lengths of arrays that live in thread memory.</summary>
    public static bool Array(IntrinsicCall call)
    {
        var array = call.Arguments[0];
        switch (call.Name)
        {
            case "get_Length":
                return call.Return(call.Ir.ToInt32(array.Leaves.Skip(1).Aggregate(call.Ir.Mul)));
            case "get_Rank":
                return call.Return(Constant.Int32(array.Leaves.Length - 1));
            case "GetLength" when call.Scalar(1) is Constant dimension && dimension.Bits + 1 < array.Leaves.Length:
                return call.Return(call.Ir.ToInt32(array.Leaves[(int)dimension.Bits + 1]));
            case "GetLength":
                throw new KernelRefusedException("the dimension given to GetLength must be a constant");
            default:
                return false;
        }
    }

    /// <summary><c>new T()</c>: what the struct's own constructor without parameters makes of it, or all zeros.</summary>
    public static bool Activator(IntrinsicCall call)
    {
        if (call.Name != "CreateInstance" || !call.Method.IsGenericMethod)
        {
            return false;
        }

        var type = call.TypeArgument(0);
        if (!type.IsValueType)
        {
            throw new KernelRefusedException($"class '{type}' is allocated; kernels have structs only");
        }

        var layout = call.Kernel.LayoutOf(type);
        if (type.GetConstructor(Type.EmptyTypes) is not { } constructor)
        {
            return call.Return(call.Kernel.Zero(layout));
        }

        var memory = call.Kernel.Spill(layout, call.Kernel.Zero(layout));
        call.Kernel.Inline(constructor, [StackValue.Of(memory)]);
        return call.Return(call.Kernel.Load(layout, memory));
    }

    /// <summary>The base constructor that every constructor of a class calls.</summary>
    public static bool Object(IntrinsicCall call) => call.Name == ".ctor";

    // new[] { 1, 2, 3 } copies its elements from the assembly's data.
    private static void InitializeArray(IntrinsicCall call)
    {
        var array = call.Arguments[0];
        if (call.Arguments[1].Payload is not FieldInfo data || array.Leaves.Skip(1).Any(length => length is not Constant)
            || array.Layout is not { } layout)
        {
            throw new KernelRefusedException("the initial values of this array are not constant");
        }

        var element = layout.Type.GetElementType()!;
        var lengths = array.Leaves.Skip(1).Select(length => (int)((Constant)length).Bits).ToArray();
        var values = System.Array.CreateInstance(element, lengths);
        System.Runtime.CompilerServices.RuntimeHelpers.InitializeArray(values, data.FieldHandle);
        var size = call.Kernel.LayoutOf(element);
        var position = 0;
        foreach (var value in values)
        {
            call.Kernel.Store(size, call.Ir.Address(array.Leaves[0], position), call.Kernel.Constants(value, element));
            position += size.Size;
        }
    }
}

using ILGPU.Backends;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>The members of ArrayView&lt;T&gt; that touch its pointer and length.</summary>
internal static class ViewIntrinsics
{
    public static bool Translate(IntrinsicCall call)
    {
        var type = call.Method.DeclaringType!;
        var element = call.Kernel.LayoutOf(type.GetGenericArguments()[0]);
        switch (call.Name)
        {
            case "get_Length":
                return call.Return(Self().Length);
            case "get_Address":
                return call.Return(call.Ir.Convert(Conversion.PointerToInteger, IrType.Int64, Self().Pointer));
            case "get_IsValid":
                return call.ReturnFlag(call.Ir.Compare(Condition.Gt, Self().Length, Constant.Int64(0)));
            case "get_Item":
                var (pointer, length) = Self();
                var index = call.Scalar(1);
                call.Kernel.CheckBounds(index, length);
                return call.Return(call.Ir.Address(pointer, index, element.Size));
            case "SubView" when call.Count == 3:
                var view = Self();
                CheckRange(call, call.Ir.ToInt64(call.Scalar(1)), call.Ir.ToInt64(call.Scalar(2)), view.Length);
                return call.Return(KernelTranslator.View(
                    type, call.Ir.Address(view.Pointer, call.Scalar(1), element.Size), call.Ir.ToInt64(call.Scalar(2))));
            case "Cast":
                var source = Self();
                var target = call.Kernel.LayoutOf(call.TypeArgument(0));
                return call.Return(
                    KernelTranslator.View(call.Method.ReturnType, source.Pointer, Rescale(call, source.Length, element.Size, target.Size)));
            default:
                return false;
        }

        (Value Pointer, Value Length) Self() => call.Kernel.View(call.Arguments[0], type);
    }

    /// <summary>A view from what a buffer holds of it.</summary>
    public static bool Stored(IntrinsicCall call)
    {
        if (call.Name != "At")
        {
            return false;
        }

        if (call.Kernel.Options.AcceleratorType == Compilation.OpenCLAccelerator)
        {
            throw new KernelRefusedException(
                "buffers of OpenCL 1.2 have no addresses that other buffers could hold; put the parts into one buffer and store where " +
                    "they begin");
        }

        return call.Return(KernelTranslator.View(
            call.Method.ReturnType, call.Ir.Convert(Conversion.IntegerToPointer, IrType.Pointer, call.Scalar(0)), call.Scalar(1)));
    }

    private static Value Rescale(IntrinsicCall call, Value length, int from, int to)
    {
        if (from == to)
        {
            return length;
        }

        if (from % to == 0)
        {
            return call.Ir.Mul(length, Constant.Int64(from / to));
        }

        var bytes = to % from == 0 ? length : call.Ir.Mul(length, Constant.Int64(from));
        return call.Ir.Emit(Opcode.DivS, IrType.Int64, bytes, Constant.Int64(to % from == 0 ? to / from : to));
    }

    private static void CheckRange(IntrinsicCall call, Value start, Value count, Value length)
    {
        if (!call.Kernel.Options.CheckBounds)
        {
            return;
        }

        // start in [0, length], count in [0, length - start]: one past the end is allowed.
        var one = Constant.Int64(1);
        call.Kernel.CheckBounds(start, call.Ir.Add(length, one));
        call.Kernel.CheckBounds(count, call.Ir.Add(call.Ir.Emit(Opcode.Sub, IrType.Int64, length, start), one));
    }
}

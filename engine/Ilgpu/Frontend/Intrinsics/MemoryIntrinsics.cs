using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Shared and local allocations.</summary>
internal static class MemoryIntrinsics
{
    public static bool Shared(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "Allocate" when call.Count == 1:
                var count = call.Ir.ToInt64(call.Scalar(0));
                var memory = AllocateShared(call, call.Kernel.LayoutOf(call.TypeArgument(0)), count);
                return call.Return(KernelTranslator.View(call.Method.ReturnType, memory, count));
            case "GetDynamic":
                var size = call.Kernel.LayoutOf(call.TypeArgument(0)).Size;
                var bytes = call.Ir.Emit(Opcode.DynamicSharedLength, IrType.Int32);
                var length = call.Ir.ToInt64(call.Ir.Emit(Opcode.DivS, IrType.Int32, bytes, Constant.Int32(size)));
                return call.Return(
                    KernelTranslator.View(call.Method.ReturnType, call.Ir.Emit(Opcode.DynamicShared, IrType.Pointer), length));
            default:
                return false;
        }
    }

    public static bool Local(IntrinsicCall call)
    {
        if (call.Name != "Allocate" || call.Count != 1)
        {
            return false;
        }

        var count = call.Ir.ToInt64(call.Scalar(0));
        return call.Return(
            KernelTranslator.View(call.Method.ReturnType, call.Kernel.Allocate(call.Kernel.LayoutOf(call.TypeArgument(0)), count), count));
    }

    public static Value AllocateShared(IntrinsicCall call, TypeLayout layout, Value count)
    {
        var function = call.Kernel.Function;

        // Sixteen bytes let tiles be filled by vector stores and asynchronous copies.
        var declaration = new SharedDeclaration("shared" + function.Shared.Count, layout.Size, Math.Max(16, layout.Alignment));
        function.Shared.Add(declaration);
        return call.Ir.Emit(
            new Instruction(Opcode.SharedAddress, IrType.Pointer, count) { Declaration = declaration, Location = call.Ir.Location });
    }
}

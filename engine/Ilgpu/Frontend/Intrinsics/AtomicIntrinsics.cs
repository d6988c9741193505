using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>ILGPU's Atomic, which returns old values, and .NET's Interlocked, whose additions return new ones.</summary>
internal static class AtomicIntrinsics
{
    public static bool Translate(IntrinsicCall call)
    {
        if (call.Name == "CompareExchange")
        {
            return call.Return(CompareExchange(call, call.Scalar(1), call.Scalar(2)));
        }

        return Kind(call.Name, IntrinsicCall.IsUnsigned(ElementType(call))) is { } kind
            && call.Return(Exchange(call, kind, call.Scalar(1)));
    }

    public static bool Interlocked(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "CompareExchange":
                return call.Return(CompareExchange(call, call.Scalar(2), call.Scalar(1)));
            case "Exchange":
                return call.Return(Exchange(call, AtomicKind.Exchange, call.Scalar(1)));
            case "And" or "Or":
                return call.Return(Exchange(call, call.Name == "And" ? AtomicKind.And : AtomicKind.Or, call.Scalar(1)));
            case "Add":
                return call.Return(call.Ir.Add(Exchange(call, AtomicKind.Add, call.Scalar(1)), call.Scalar(1)));
            case "Increment" or "Decrement":
                var step = ConstantFolding.Integer(Memory(call).Value(), call.Name == "Increment" ? 1 : -1);
                return call.Return(call.Ir.Add(Exchange(call, AtomicKind.Add, step), step));
            case "MemoryBarrier":
                call.Ir.Emit(Opcode.Fence, IrType.Void, (int)FenceLevel.Device);
                return true;
            default:
                return false;
        }
    }

    private static AtomicKind? Kind(string name, bool unsigned) => name switch
    {
        "Add" => AtomicKind.Add,
        "Max" => unsigned ? AtomicKind.MaxU : AtomicKind.MaxS,
        "Min" => unsigned ? AtomicKind.MinU : AtomicKind.MinS,
        "And" => AtomicKind.And,
        "Or" => AtomicKind.Or,
        "Xor" => AtomicKind.Xor,
        "Exchange" => AtomicKind.Exchange,
        _ => null,
    };

    private static Type ElementType(IntrinsicCall call) => call.Parameter(0).GetElementType()!;

    private static MemoryType Memory(IntrinsicCall call)
    {
        var layout = call.Kernel.LayoutOf(ElementType(call));
        return layout.Leaves is [var leaf] && leaf.Memory.Size() >= 4
            ? leaf.Memory
            : throw new KernelRefusedException($"atomics on '{layout.Type}' are not supported; use a 32 or 64 bit type");
    }

    private static Value Exchange(IntrinsicCall call, AtomicKind kind, Value value)
    {
        var memory = Memory(call);
        return call.Ir.Emit(new Instruction(Opcode.Atomic, memory.Value(), call.Scalar(0), call.Kernel.Coerce(memory, value))
        {
            Memory = memory,
            Kind = (int)kind,
            Location = call.Ir.Location,
        });
    }

    private static Value CompareExchange(IntrinsicCall call, Value expected, Value value)
    {
        var memory = Memory(call);
        return call.Ir.Emit(new Instruction(Opcode.AtomicCompareExchange, memory.Value(), call.Scalar(0), expected, value)
        {
            Memory = memory,
            Location = call.Ir.Location,
        });
    }
}

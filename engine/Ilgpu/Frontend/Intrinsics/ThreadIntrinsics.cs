using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Positions in grid, group and warp; barriers, fences, shuffles.</summary>
internal static class ThreadIntrinsics
{
    public static bool Grid(IntrinsicCall call) => Position(call, Opcode.GroupIndex, Opcode.GridSize);

    public static bool Group(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "Barrier":
                call.Ir.Emit(Opcode.Barrier, IrType.Void);
                return true;
            case "BarrierPopCount":
                return call.Return(Reduce(call, BarrierReduction.PopCount, IrType.Int32));
            case "BarrierAnd":
                return call.ReturnFlag(Reduce(call, BarrierReduction.And, IrType.Bool));
            case "BarrierOr":
                return call.ReturnFlag(Reduce(call, BarrierReduction.Or, IrType.Bool));
            case "Broadcast":
                return Broadcast(call);
            default:
                return Position(call, Opcode.ThreadIndex, Opcode.GroupSize);
        }
    }

    public static bool Warp(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "get_WarpSize":
                return call.Return(WarpSize(call));
            case "get_LaneIdx":
                return call.Return(call.Ir.Emit(Opcode.LaneIndex, IrType.Int32));
            case "Barrier":
                call.Ir.Emit(Opcode.WarpBarrier, IrType.Void);
                return true;
            case "Shuffle" or "Broadcast":
                return Shuffle(call, ShuffleKind.Index);
            case "ShuffleUp":
                return Shuffle(call, ShuffleKind.Up);
            case "ShuffleDown":
                return Shuffle(call, ShuffleKind.Down);
            case "ShuffleXor":
                return Shuffle(call, ShuffleKind.Xor);
            default:
                return false;
        }
    }

    public static bool Fence(IntrinsicCall call)
    {
        call.Ir.Emit(Opcode.Fence, IrType.Void, (int)(call.Name switch
        {
            "GroupLevel" => FenceLevel.Group,
            "DeviceLevel" => FenceLevel.Device,
            _ => FenceLevel.System,
        }));
        return true;
    }

    public static bool Accelerator(IntrinsicCall call) =>
        call.Name == "get_CurrentType" && call.Return(Constant.Int32(call.Kernel.Options.AcceleratorType));

    private static bool Position(IntrinsicCall call, Opcode index, Opcode size) => call.Name switch
    {
        "get_IdxX" or "get_IdxY" or "get_IdxZ" => call.Return(call.Ir.Emit(index, IrType.Int32, call.Name[^1] - 'X')),
        "get_DimX" or "get_DimY" or "get_DimZ" => call.Return(call.Ir.Emit(size, IrType.Int32, call.Name[^1] - 'X')),
        _ => false,
    };

    private static Value WarpSize(IntrinsicCall call) =>
        call.Kernel.Options.WarpSize is { } size ? Constant.Int32(size) : call.Ir.Emit(Opcode.WarpSize, IrType.Int32);

    private static Value Reduce(IntrinsicCall call, BarrierReduction reduction, IrType type) =>
        call.Ir.Emit(Opcode.BarrierReduce, type, (int)reduction, call.Ir.IsNonZero(call.Scalar(0)));

    // Every scalar of a struct travels on its own.
    private static bool Shuffle(IntrinsicCall call, ShuffleKind kind)
    {
        var lane = call.Scalar(1);
        var width = call.Count > 2 ? call.Scalar(2) : WarpSize(call);
        var layout = call.Kernel.LayoutOf(call.TypeArgument(0));
        var value = call.Kernel.As(layout, call.Arguments[0]);
        return call.Return(new StackValue(
            [.. value.Leaves.Select(leaf => call.Ir.Emit(Opcode.Shuffle, leaf.Type, (int)kind, leaf, lane, width))], layout));
    }

    // Through one shared element; the second barrier keeps the next broadcast from overtaking slow readers.
    private static bool Broadcast(IntrinsicCall call)
    {
        var ir = call.Ir;
        var layout = call.Kernel.LayoutOf(call.TypeArgument(0));
        var memory = MemoryIntrinsics.AllocateShared(call, layout, Constant.Int64(1));
        var linear = LinearThread(call);
        var (write, join) = (ir.NewBlock(), ir.NewBlock());
        ir.Terminate(new Terminator(
            TerminatorKind.Conditional, ir.Compare(Condition.Eq, linear, call.Scalar(1)), new Edge(write, []), new Edge(join, []))
        {
            Location = ir.Location,
        });
        ir.Current = write;
        call.Kernel.Store(layout, memory, call.Arguments[0]);
        ir.Branch(join);
        ir.Current = join;
        ir.Emit(Opcode.Barrier, IrType.Void);
        var result = call.Kernel.Load(layout, memory);
        ir.Emit(Opcode.Barrier, IrType.Void);
        return call.Return(result);
    }

    private static Value LinearThread(IntrinsicCall call)
    {
        var ir = call.Ir;
        var yz = ir.Add(Index(1), ir.Mul(Index(2), Size(1)));
        return ir.Add(Index(0), ir.Mul(yz, Size(0)));

        Value Index(int dimension) => ir.Emit(Opcode.ThreadIndex, IrType.Int32, dimension);
        Value Size(int dimension) => ir.Emit(Opcode.GroupSize, IrType.Int32, dimension);
    }
}

namespace ILGPU.IR.Ranges;

/// <summary>What every launch of a kernel keeps: bounds of positions and sizes. The defaults hold for any device.</summary>
public sealed record LaunchLimits
{
    /// <summary>Most threads of a group in each dimension.</summary>
    public (int X, int Y, int Z) GroupSize { get; init; } = (int.MaxValue, int.MaxValue, int.MaxValue);

    /// <summary>Most groups in each dimension.</summary>
    public (int X, int Y, int Z) GridSize { get; init; } = (int.MaxValue, int.MaxValue, int.MaxValue);

    /// <summary>Most threads of a group.</summary>
    public int GroupThreads { get; init; } = int.MaxValue;

    public Interval WarpSize { get; init; } = new(1, int.MaxValue);

    /// <summary>No dimension of the grid has more than int.MaxValue threads.</summary>
    public bool HasInt32Positions { get; init; }

    /// <summary>The interval of a position or size, or null if the instruction is none.</summary>
    public Interval? Of(Instruction i) => i.Opcode switch
    {
        Opcode.ThreadIndex => new(0, Component(GroupSize, i.Kind) - 1),
        Opcode.GroupSize => new(1, Component(GroupSize, i.Kind)),
        Opcode.GroupIndex => new(0, Component(GridSize, i.Kind) - 1),
        Opcode.GridSize => new(1, Component(GridSize, i.Kind)),
        Opcode.LaneIndex => new(0, WarpSize.High - 1),
        Opcode.WarpSize => WarpSize,
        Opcode.BarrierReduce when i.Type == IrType.Int32 => new(0, GroupThreads),
        Opcode.DynamicSharedLength => new(0, int.MaxValue),
        _ when HasInt32Positions && IsPosition(i) => new(0, int.MaxValue - 1),
        _ => null,
    };

    /// <summary>Whether an instruction computes a thread's position in the whole grid, or that of the first thread of its group.</summary>
    public bool IsPosition(Instruction i) => i.Opcode switch
    {
        Opcode.Add => IsGlobalIndex(i),
        Opcode.Mul => FirstThread(i) is not null,
        _ => false,
    };

    private static int Component((int X, int Y, int Z) size, int dimension) => dimension switch
    {
        0 => size.X,
        1 => size.Y,
        _ => size.Z,
    };

    // group index * group size + thread index of one dimension, in any order.
    private static bool IsGlobalIndex(Instruction sum)
    {
        for (var side = 0; side < 2; side++)
        {
            if (sum.Operands[side] is Instruction { Opcode: Opcode.Mul } product
                && FirstThread(product) is { } dimension
                && sum.Operands[1 - side] is Instruction { Opcode: Opcode.ThreadIndex } thread && thread.Kind == dimension)
            {
                return true;
            }
        }

        return false;
    }

    // The dimension in which the product is the position of the group's first thread.
    private static int? FirstThread(Instruction product) => (product.Operands[0], product.Operands[1]) switch
    {
        (Instruction { Opcode: Opcode.GroupIndex } group, Instruction { Opcode: Opcode.GroupSize } size) when group.Kind == size.Kind =>
            group.Kind,
        (Instruction { Opcode: Opcode.GroupSize } size, Instruction { Opcode: Opcode.GroupIndex } group) when group.Kind == size.Kind =>
            group.Kind,
        _ => null,
    };
}

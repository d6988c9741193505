using ILGPU.IR;

namespace ILGPU.Frontend;

// Arrays that live in thread memory.
internal sealed partial class KernelTranslator
{
    private const int LongestUnrolledClear = 64;

    /// <summary>A zeroed array of one dimension: a pointer and a length.</summary>
    public StackValue NewArray(Type element, Value count)
    {
        var layout = LayoutOf(element);
        count = Builder.ToInt64(count);
        var memory = Allocate(layout, count);
        Clear(layout, memory, count);
        return new StackValue([memory, count], LayoutOf(element.MakeArrayType()));
    }

    /// <summary>Thread memory for so many elements; the count must be constant by the end of optimisation.</summary>
    public Value Allocate(TypeLayout layout, Value count)
    {
        if (count is Constant known)
        {
            if (known.Bits < 0)
            {
                throw new KernelRefusedException($"an array has a negative length, {known.Bits}");
            }

            return Builder.LocalAlloca(known.Bits * layout.Size, Alignment(layout));
        }

        return Builder.Emit(new Instruction(Opcode.LocalAlloca, IrType.Pointer, Builder.ToInt64(count))
        {
            Scale = layout.Size,
            Offset = Alignment(layout),
            Location = Builder.Location,
        });
    }

    /// <summary>The check that an access through a view or array is inside, where the target wants it.</summary>
    public void CheckBounds(Value index, Value length)
    {
        if (Options.CheckBounds)
        {
            Builder.Emit(Opcode.CheckBounds, IrType.Void, Builder.ToInt64(index), length);
        }
    }

    /// <summary>A zeroed array of several dimensions, the last one contiguous.</summary>
    public StackValue NewMultiArray(Type type, Value[] lengths)
    {
        var layout = LayoutOf(type.GetElementType()!);
        var sizes = Array.ConvertAll(lengths, Builder.ToInt64);
        var count = sizes.Aggregate(Builder.Mul);
        var memory = Allocate(layout, count);
        Clear(layout, memory, count);
        return new StackValue([memory, .. sizes], LayoutOf(type));
    }

    public Value MultiArrayAddress(StackValue array, TypeLayout element, Value[] indices)
    {
        Value linear = Constant.Int64(0);
        for (var i = 0; i < indices.Length; i++)
        {
            CheckBounds(indices[i], array.Leaves[i + 1]);
            linear = Builder.Add(Builder.Mul(linear, array.Leaves[i + 1]), Builder.ToInt64(indices[i]));
        }

        return Builder.Address(array.Leaves[0], linear, element.Size);
    }

    private static int Alignment(TypeLayout layout) => Math.Max(layout.Alignment, layout.ElementAlignment);

    private void Clear(TypeLayout layout, Value memory, Value count)
    {
        if (count is Constant { Bits: <= LongestUnrolledClear } known)
        {
            for (var i = 0; i < known.Bits; i++)
            {
                Store(layout, Builder.Address(memory, i * layout.Size), Zero(layout));
            }

            return;
        }

        var (header, body, done) = (Builder.NewBlock(), Builder.NewBlock(), Builder.NewBlock());
        var index = new BlockParameter(IrType.Int64);
        header.Parameters.Add(index);
        Builder.Branch(header, Constant.Int64(0));
        Builder.Current = header;
        Builder.Terminate(new Terminator(
            TerminatorKind.Conditional, Builder.Compare(Condition.Lt, index, count), new Edge(body, []), new Edge(done, [])));
        Builder.Current = body;
        Store(layout, Builder.Address(memory, index, layout.Size), Zero(layout));
        Builder.Branch(header, Builder.Add(index, Constant.Int64(1)));
        Builder.Current = done;
    }

    private StackValue ConstantArray(Array values, Type element)
    {
        var layout = LayoutOf(element);
        var memory = Allocate(layout, Constant.Int64(values.Length));
        for (var i = 0; i < values.Length; i++)
        {
            Store(layout, Builder.Address(memory, i * layout.Size), Constants(values.GetValue(i), element));
        }

        return new StackValue([memory, Constant.Int64(values.Length)], LayoutOf(element.MakeArrayType()));
    }
}

using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Warp matrix products and asynchronous copies, which are PTX and nothing else.</summary>
internal static class TensorCoreIntrinsics
{
    private const int FirstArchitecture = 80;

    public static bool TensorCores(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "get_IsSupported":
                return IsSupported(call);
            case "MultiplyTf32":
                return Multiply(call, "m16n8k8.row.col.f32.tf32.tf32.f32");
            case "MultiplyBFloat16":
                return Multiply(call, "m16n8k16.row.col.f32.bf16.bf16.f32");
            case "MultiplyHalf":
                return Multiply(call, "m16n8k16.row.col.f32.f16.f16.f32");
            case "ToTf32":
                return Round(call, "cvt.rna.tf32.f32 {o0}, {i0};");
            case "PackBFloat16":
                return Round(call, "cvt.rn.bf16x2.f32 {o0}, {i1}, {i0};");
            case "PackHalf":
                return Round(call, "cvt.rn.f16x2.f32 {o0}, {i1}, {i0};");
            case "LoadLeft":
                return Load(call, "x4.shared.b16 {{{o0}, {o1}, {o2}, {o3}}}");
            case "LoadRight":
                return Load(call, "x2.shared.b16 {{{o0}, {o1}}}");
            case "LoadRightPair":
                return Load(call, "x4.shared.b16 {{{o0}, {o1}, {o2}, {o3}}}");
            case "LoadRightByRows":
                return Load(call, "x2.trans.shared.b16 {{{o0}, {o1}}}");
            default:
                return false;
        }
    }

    public static bool AsyncCopy(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "get_IsSupported":
                return IsSupported(call);
            case "Copy4" when call.Arguments.Length == 3:
                return Emit(call, "cp.async.ca.shared.global [{i0}], [{i1}], 4, {i2};", call.Scalar(0), call.Scalar(1), call.Scalar(2));
            case "Copy4":
                return Emit(call, "cp.async.ca.shared.global [{i0}], [{i1}], 4;", call.Scalar(0), call.Scalar(1));
            case "Copy8":
                return Emit(call, "cp.async.ca.shared.global [{i0}], [{i1}], 8;", call.Scalar(0), call.Scalar(1));
            case "Copy16":
                return Emit(call, "cp.async.cg.shared.global [{i0}], [{i1}], 16;", call.Scalar(0), call.Scalar(1));
            case "Commit":
                return Emit(call, "cp.async.commit_group;");
            case "Wait" when call.Scalar(0) is Constant { Bits: >= 0 } pending:
                return Emit(call, $"cp.async.wait_group {pending.Bits};");
            case "Wait":
                throw new KernelRefusedException("the number of copy groups to leave pending must be a constant");
            default:
                return false;
        }
    }

    private static bool IsSupported(IntrinsicCall call) =>
        call.ReturnFlag(Constant.Bool(call.Kernel.Options.PtxArchitecture >= FirstArchitecture));

    // c += a * b: the accumulator's registers go in and come out.
    private static bool Multiply(IntrinsicCall call, string shape)
    {
        var accumulator = call.Kernel.LayoutOf(call.Parameter(0).GetElementType()!);
        var pointer = call.Scalar(0);
        Value[] inputs =
        [
            .. call.Kernel.Load(accumulator, pointer).Leaves,
            .. call.Kernel.Load(call.Kernel.LayoutOf(call.Parameter(1).GetElementType()!), call.Scalar(1)).Leaves,
            .. call.Kernel.Load(call.Kernel.LayoutOf(call.Parameter(2).GetElementType()!), call.Scalar(2)).Leaves,
        ];
        var text = $"mma.sync.aligned.{shape} {{{{{{o0}}, {{o1}}, {{o2}}, {{o3}}}}}}, {{{{{{i4}}, {{i5}}, {{i6}}, {{i7}}}}}}, " +
            $"{{{{{{i8}}, {{i9}}}}}}, {{{{{{o0}}, {{o1}}, {{o2}}, {{o3}}}}}};";
        var tuple = Tuple(call, text, [0, 1, 2, 3], IrType.Float32, inputs);
        call.Kernel.Store(accumulator, pointer, Elements(call, tuple, accumulator));
        return true;
    }

    private static bool Round(IntrinsicCall call, string text)
    {
        var tuple = Tuple(call, text, [-1], IrType.Int32, Array.ConvertAll(call.Arguments, argument => argument.Scalar));
        return call.Return(call.Ir.Emit(Opcode.TupleElement, IrType.Int32, 0, tuple));
    }

    private static bool Load(IntrinsicCall call, string form)
    {
        var fragment = call.Kernel.LayoutOf(call.Method.ReturnType);
        int[] free = [.. Enumerable.Repeat(-1, fragment.Leaves.Length)];
        var tuple = Tuple(call, $"ldmatrix.sync.aligned.m8n8.{form}, [{{i0}}];", free, IrType.Int32, call.Scalar(0));
        return call.Return(Elements(call, tuple, fragment));
    }

    private static bool Emit(IntrinsicCall call, string text, params Value[] inputs)
    {
        Tuple(call, text, [], IrType.Void, inputs);
        return true;
    }

    private static StackValue Elements(IntrinsicCall call, Value tuple, TypeLayout layout) =>
        new([.. layout.Leaves.Select((leaf, k) => call.Ir.Emit(Opcode.TupleElement, leaf.Memory.Value(), k, tuple))], layout);

    private static Value Tuple(IntrinsicCall call, string text, int[] ties, IrType element, params Value[] inputs)
    {
        if (call.Kernel.Options.PtxArchitecture < FirstArchitecture)
        {
            throw new KernelRefusedException($"'{KernelTranslator.Describe(call.Method)}' needs sm_{FirstArchitecture}; guard it with " +
                $"{call.Method.DeclaringType!.Name}.IsSupported");
        }

        return call.Ir.Emit(new Instruction(Opcode.InlinePtx, IrType.Tuple, inputs)
        {
            Text = text,
            TupleTypes = [.. ties.Select(_ => element)],
            Ties = ties,
            Location = call.Ir.Location,
        });
    }
}

using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Tensor cores and asynchronous copies (sections 9.7.8.22 and 9.7.13).
internal sealed partial class PtxDecoder
{
    private static MatrixProductNode MatrixProduct(PtxForm form)
    {
        form.One(".sync");
        form.One(".aligned");
        form.Needs(80, 70);
        var shape = form.One(".m16n8k4", ".m16n8k8", ".m16n8k16");
        form.One(".row");
        form.One(".col");
        form.Type(PtxType.F32);
        var type = form.Type(PtxType.TF32, PtxType.BF16, PtxType.F16);
        form.Refuse(form.Type(PtxType.TF32, PtxType.BF16, PtxType.F16) != type, "both factors have the same type");
        form.Type(PtxType.F32);
        form.End(4);
        var depth = int.Parse(shape[".m16n8k".Length..]);
        form.Refuse(type == PtxType.TF32 ? depth == 16 : depth == 4, $"{shape} is no shape for {type.Name()}");
        var fragments = new PtxFragments(depth, type == PtxType.TF32 ? 1 : 2, type switch
        {
            // The 13 low bits are ignored.
            PtxType.TF32 => bits => BitConverter.UInt32BitsToSingle(bits & ~0x1FFFu),
            PtxType.BF16 => bits => BitConverter.UInt32BitsToSingle(bits << 16),
            _ => bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits),
        });
        var factor = type == PtxType.F16 ? PtxType.F16x2 : PtxType.B32;
        return new MatrixProductNode(
            fragments,
            [.. Elements(form, 0, 4).Select(element => form.TargetRegister(element, PtxType.F32, relaxed: false).Slot)],
            Sources(form, 1, fragments.LeftRegisters, factor),
            Sources(form, 2, fragments.RightRegisters, factor),
            Sources(form, 3, 4, PtxType.F32));
    }

    // A fragment of one register may be written with or without braces.
    private static int[] Sources(PtxForm form, int operand, int count, PtxType type)
    {
        var elements = count == 1 && form[operand] is VectorOperand { Elements: [var only] } ? [only] : Elements(form, operand, count);
        return [.. elements.Select(element => element is RegisterOperand ? form.Value(element, type, relaxed: false) : throw form.Wrong(
            "fragments are registers"))];
    }

    private static LoadMatrixNode LoadMatrix(PtxForm form)
    {
        form.One(".sync");
        form.One(".aligned");
        form.Needs(75, 65);
        form.One(".m8n8");
        var count = form.One(".x1", ".x2", ".x4")[2] - '0';
        var isTransposed = form.Take(".trans");
        var space = form.Space(".shared", ".shared::cta");
        form.Type(PtxType.B16);
        form.End(2);
        if (form[0] is not VectorOperand { Elements: var elements } || elements.Length != count)
        {
            throw form.Wrong($"the target is a vector of {count} elements");
        }
        var (address, offset) = form.Address(1, space);
        return new LoadMatrixNode(
            space, address, offset, [.. elements.Select(element => form.TargetRegister(element, PtxType.B32, relaxed: false).Slot)],
            isTransposed);
    }

    private static PtxNode AsyncCopy(PtxForm form)
    {
        form.One(".async");
        form.Needs(80, 70);
        if (form.Take(".commit_group"))
        {
            form.End(0);
            return new CopyGroupNode((copies, lane) => copies.Commit(lane));
        }

        if (form.Take(".wait_all"))
        {
            form.End(0);
            return new CopyGroupNode((copies, lane) => copies.WaitAll(lane));
        }

        if (form.Take(".wait_group"))
        {
            form.End(1);
            var pending = form.Immediate(0);
            return new CopyGroupNode((copies, lane) => copies.Wait(lane, pending));
        }

        var isBypassing = form.One(".ca", ".cg") == ".cg";
        var targetSpace = form.Space(".shared", ".shared::cta");
        var sourceSpace = form.Space(".global");
        form.Refuse(targetSpace != PtxSpace.Shared || sourceSpace != PtxSpace.Global, "copies go from .global to .shared");
        Prefetch(form);
        form.End(3, 4);
        var size = form.Immediate(2);
        form.Refuse(isBypassing ? size != 16 : size is not (4 or 8 or 16), $"{size} is no size of such a copy");
        var (ignore, isNegated, sourceSize) = (-1, false, -1);
        if (form.Operands > 3 && form[3] is RegisterOperand { Register.Type: PtxType.Pred })
        {
            (ignore, isNegated) = form.Predicate(form[3]);
        }
        else if (form.Operands > 3)
        {
            sourceSize = form.Source(3, PtxType.U32);
        }
        return new CopyNode(
            form.Address(0, targetSpace), form.Address(1, sourceSpace), targetSpace, sourceSpace, size, sourceSize, ignore, isNegated);
    }
}

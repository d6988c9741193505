using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

/// <summary>
/// Decodes statements to nodes, and rejects what chapter 9 of the manual does not allow: suffixes in the wrong order, missing rounding,
/// operands of the wrong type, instructions that the target or the ISA version lacks.
/// </summary>
internal sealed partial class PtxDecoder(PtxModule module, PtxEntry entry, PtxSlots slots, ulong globals)
{
    public PtxNode Decode(PtxStatement statement)
    {
        var form = new PtxForm(statement, module, slots, globals);
        var node = Decode(form);
        node.Line = statement.Line;
        node.Text = statement.Text;
        if (statement.Guard is { } guard)
        {
            (node.Guard, node.IsNegated) = (guard.Register.Slot, guard.IsNegated);
        }
        return node;
    }

    private PtxNode Decode(PtxForm form) => form.Name switch
    {
        "add" or "sub" => AddOrSubtract(form),
        "mul" or "mad" => Multiply(form),
        "fma" => Fma(form),
        "div" => Division(form),
        "rem" => IntegerDivision(form, s_integerTypes),
        "rcp" or "sqrt" => Root(form),
        "rsqrt" or "sin" or "cos" or "lg2" or "ex2" or "tanh" => Approximation(form),
        "abs" or "neg" => SignOperation(form),
        "min" or "max" => Extreme(form),
        "copysign" => CopySignOf(form),
        "testp" => Test(form),
        "and" or "or" or "xor" => Logic(form),
        "not" => Not(form),
        "shl" or "shr" => Shift(form),
        "popc" or "clz" => Count(form),
        "brev" or "bfind" or "bfe" or "bfi" or "shf" or "prmt" or "lop3" => BitField(form),
        "setp" or "set" => Comparison(form),
        "selp" => Selection(form),
        "slct" => SelectBySign(form),
        "mov" => Move(form),
        "ld" => Load(form),
        "st" => Store(form),
        "cvta" => AddressConversion(form),
        "cvt" => Conversion(form),
        "atom" or "red" => Atomic(form),
        "bar" or "barrier" => Barrier(form),
        "membar" or "fence" => Fence(form),
        "shfl" => Shuffle(form),
        "vote" => Vote(form),
        "match" => Match(form),
        "redux" => Redux(form),
        "activemask" => ActiveMask(form),
        "cp" => AsyncCopy(form),
        "mma" => MatrixProduct(form),
        "ldmatrix" => LoadMatrix(form),
        "bra" or "brx" => Branch(form),
        "ret" or "exit" => Exit(form),
        "trap" => Trap(form),
        "call" => throw form.Unknown("a call of a function"),
        _ => throw form.Unknown("the instruction"),
    };

    private PtxNode Branch(PtxForm form)
    {
        var isIndexed = form.Name == "brx";
        if (isIndexed)
        {
            form.One(".idx");
            form.Needs(30, 60);
        }

        form.Take(".uni");
        form.End(isIndexed ? 2 : 1);
        if (!isIndexed)
        {
            return new BranchNode(Position(form, form[0]));
        }
        var list = form[1] is NameOperand { Name: var name } && entry.Targets.TryGetValue(name, out var labels)
            ? labels
            : throw form.Wrong("the list of targets is not declared");
        return new IndexedBranchNode(form.Source(0, PtxType.U32), [.. list.Select(label => Position(form, new NameOperand(label)))]);
    }

    private int Position(PtxForm form, PtxOperand operand)
    {
        if (operand is not NameOperand { Name: var name } || !entry.Labels.TryGetValue(name, out var position))
        {
            throw form.Wrong("the target is no label");
        }
        return position < entry.Statements.Count ? position : throw form.Wrong($"nothing follows label '{name}'");
    }

    private static PtxExit Exit(PtxForm form)
    {
        form.Take(".uni");
        form.End(0);
        return new PtxExit();
    }

    private static TrapNode Trap(PtxForm form)
    {
        form.End(0);
        return new TrapNode();
    }
}

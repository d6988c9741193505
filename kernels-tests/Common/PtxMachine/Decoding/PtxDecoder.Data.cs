using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Moves, loads, stores, addresses (section 9.7.8).
internal sealed partial class PtxDecoder
{
    private static readonly PtxType[] s_memoryTypes =
    [
        PtxType.B8, PtxType.B16, PtxType.B32, PtxType.B64, PtxType.U8, PtxType.U16, PtxType.U32, PtxType.U64,
        PtxType.S8, PtxType.S16, PtxType.S32, PtxType.S64, PtxType.F32, PtxType.F64,
    ];

    private static PtxNode Move(PtxForm form)
    {
        var type = form.Type([PtxType.Pred, .. s_comparedTypes]);
        form.End(2);
        if (type == PtxType.Pred)
        {
            var source = form.PlainPredicate(form[1]);
            return new PredicateNode(form.TargetPredicate(form[0]), source, source, (a, _) => a);
        }

        if (form[0] is VectorOperand unpacked)
        {
            return Unpack(form, type, unpacked.Elements);
        }
        if (form[1] is VectorOperand packed)
        {
            return Pack(form, type, packed.Elements);
        }
        if (form[1] is VariableOperand { Variable: var variable, Offset: var offset })
        {
            return AddressMove(form, type, variable, offset);
        }
        return Unary(form, typeof(Copy), type);
    }

    private static PtxNode AddressMove(PtxForm form, PtxType type, PtxVariable variable, long offset)
    {
        var fits = type is PtxType.U64 or PtxType.B64 or PtxType.S64
            || (type is PtxType.U32 or PtxType.B32 or PtxType.S32 && variable.Space is PtxSpace.Shared or PtxSpace.Local);
        form.Refuse(!fits || offset != 0, $"the address of '{variable.Name}' is no operand of type {type.Name()}");
        return PtxForm.Make(typeof(UnaryNode<>), typeof(Copy), form.Target(0, type), form.AddressOf(variable));
    }

    private static PtxType Part(PtxForm form, PtxType whole, int parts)
    {
        if (!whole.IsBits() || whole.Size() % parts != 0 || whole.Size() / parts is not (2 or 4))
        {
            throw form.Wrong($"{whole.Name()} has no {parts} parts");
        }
        return whole.Size() / parts == 2 ? PtxType.B16 : PtxType.B32;
    }

    private static MapNode Pack(PtxForm form, PtxType type, PtxOperand[] elements)
    {
        var part = Part(form, type, elements.Length);
        var bits = 8 * part.Size();
        return new MapNode(form.Target(0, type), [.. elements.Select(element => form.Value(element, part, relaxed: false))], x =>
        {
            ulong result = 0;
            for (var k = 0; k < x.Length; k++)
            {
                result |= x[k] << (k * bits);
            }
            return result;
        });
    }

    private static UnpackNode Unpack(PtxForm form, PtxType type, PtxOperand[] elements)
    {
        var part = Part(form, type, elements.Length);
        return new UnpackNode(
            [.. elements.Select(element => form.TargetRegister(element, part, relaxed: false).Slot)], form.Source(1, type),
            8 * part.Size());
    }

    private static PtxOperand[] Elements(PtxForm form, int operand, int count)
    {
        if (count == 1)
        {
            return [form[operand]];
        }
        return form[operand] is VectorOperand { Elements: var elements } && elements.Length == count
            ? elements
            : throw form.Wrong($"a vector of {count} elements is needed");
    }

    // {.v2, .v4}.type: at most 16 bytes.
    private static (int Count, PtxType Type) Vector(PtxForm form)
    {
        var count = form.TakeOneOf(".v2", ".v4") switch { ".v2" => 2, ".v4" => 4, _ => 1 };
        var type = form.Type(s_memoryTypes);
        return count * type.Size() <= 16 ? (count, type) : throw form.Wrong("a vector has at most 16 bytes");
    }

    // {.weak} .volatile .relaxed.scope .acquire.scope .release.scope; returns whether the access is strong (may meet accesses of other
    // threads).
    private static bool Semantics(PtxForm form, string ordered)
    {
        if (form.Take(".weak"))
        {
            form.Needs(0, 60, ".weak");
        }
        else if (form.Take(".volatile"))
        {
            return true;
        }
        if (form.TakeOneOf(".relaxed", ordered) is null)
        {
            return false;
        }
        form.Needs(70, 60, "a memory ordering");
        form.One(".cta", ".gpu", ".sys");
        return true;
    }

    private static PtxNode Load(PtxForm form)
    {
        var isStrong = Semantics(form, ".acquire");
        var space = form.Space(".global", ".shared", ".shared::cta", ".local", ".param", ".const");
        form.TakeOneOf(".ca", ".cg", ".cs", ".lu", ".cv");
        var isNonCoherent = form.Take(".nc");
        form.Refuse(isNonCoherent && (space != PtxSpace.Global || isStrong), ".nc is for weak loads from global memory");
        Prefetch(form);
        var (count, type) = Vector(form);
        form.End(2);
        var (address, offset) = form.Address(1, space);
        var targets = Elements(form, 0, count).Select(element => form.TargetRegister(element, type, relaxed: true)).ToArray();
        form.Refuse(targets.Select(target => target.Slot).Distinct().Count() < count, "the elements of a vector are different registers");
        return new LoadNode(space, address, offset, type, targets)
        {
            IsNonCoherent = isNonCoherent,
            IsStrong = isStrong,
        };
    }

    private static PtxNode Store(PtxForm form)
    {
        var isStrong = Semantics(form, ".release");
        var space = form.Space(".global", ".shared", ".shared::cta", ".local", ".param");
        form.TakeOneOf(".wb", ".cg", ".cs", ".wt");
        var (count, type) = Vector(form);
        form.End(2);
        form.Refuse(space == PtxSpace.Param, "parameters of the kernel can't be written");
        var (address, offset) = form.Address(0, space);
        return new StoreNode(
            space, address, offset, type, [.. Elements(form, 1, count).Select(element => form.Value(element, type, relaxed: true))])
        {
            IsStrong = isStrong,
        };
    }

    private static void Prefetch(PtxForm form)
    {
        if (form.TakeOneOf(".L2::64B", ".L2::128B", ".L2::256B") is not null)
        {
            form.Needs(75, 74, "a prefetch size");
        }
    }

    private static AddressConversionNode AddressConversion(PtxForm form)
    {
        var toSpace = form.Take(".to");
        var space = form.Space(".global", ".shared", ".shared::cta", ".local", ".const");
        form.Refuse(space == PtxSpace.Generic, "the state space is missing");
        var type = form.Type(PtxType.U64);
        form.End(2);
        var source = !toSpace && form[1] is VariableOperand { Variable: var variable, Offset: 0 }
            ? variable.Space == space ? form.AddressOf(variable) : throw form.Wrong($"'{variable.Name}' is in {variable.Space} space")
            : form.Source(1, type);
        return new AddressConversionNode(form.Target(0, type), source, space, toSpace);
    }
}

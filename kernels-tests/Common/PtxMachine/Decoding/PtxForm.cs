using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

/// <summary>A statement during decoding: suffixes are consumed from left to right, operands are resolved to slots.</summary>
internal sealed class PtxForm(PtxStatement statement, PtxModule module, PtxSlots slots, ulong globals)
{
    private int _next;

    public string Name => statement.Name;

    public int Operands => statement.Operands.Length;

    public PtxOperand this[int index] => index < Operands ? statement.Operands[index] : throw Wrong($"operand {index + 1} is missing");

    public bool Take(string suffix)
    {
        if (_next == statement.Suffixes.Length || statement.Suffixes[_next] != suffix)
        {
            return false;
        }
        _next++;
        return true;
    }

    public string? TakeOneOf(params ReadOnlySpan<string> suffixes)
    {
        foreach (var suffix in suffixes)
        {
            if (Take(suffix))
            {
                return suffix;
            }
        }

        return null;
    }

    public string One(params ReadOnlySpan<string> suffixes) =>
        TakeOneOf(suffixes)
            ?? throw Wrong($"one of {string.Join(", ", suffixes.ToArray())} is " +
                $"needed{(_next < statement.Suffixes.Length ? $" where '{statement.Suffixes[_next]}' stands" : "")}");

    public PtxType Type(params ReadOnlySpan<PtxType> allowed)
    {
        Refuse(_next == statement.Suffixes.Length, "a type is missing");
        var suffix = statement.Suffixes[_next++];
        return PtxTypes.TryParse(suffix[1..], out var type) && allowed.Contains(type)
            ? type
            : throw Wrong($"'{suffix}' is no type of this instruction");
    }

    public PtxType? Peek() =>
        _next < statement.Suffixes.Length && PtxTypes.TryParse(statement.Suffixes[_next][1..], out var type) ? type : null;

    /// <summary>The type named by the last suffix.</summary>
    public PtxType? LastType => statement.Suffixes.Length > 0 && PtxTypes.TryParse(statement.Suffixes[^1][1..], out var type) ? type : null;

    /// <summary>Checks that no suffix is left and that the number of operands is right.</summary>
    public void End(int least, int? most = null)
    {
        Refuse(_next < statement.Suffixes.Length, $"'{statement.Suffixes[_next]}' does not belong here");
        if (Operands < least || Operands > (most ?? least))
        {
            throw Wrong($"{Operands} operands instead of {least}{(most is null ? "" : $" to {most}")}");
        }
    }

    public void Needs(int sm, int isa, string? what = null)
    {
        if (module.Sm < sm || module.Isa < isa)
        {
            throw Wrong($"{what ?? "this instruction"} needs sm_{sm} and ISA {isa / 10}.{isa % 10}; the module is for sm_{module.Sm} and " +
                $"{module.Isa / 10}.{module.Isa % 10}");
        }
    }

    public void Refuse([DoesNotReturnIf(true)] bool isWrong, [InterpolatedStringHandlerArgument(nameof(isWrong))] Reason message)
    {
        if (isWrong)
        {
            throw Wrong(message.ToString());
        }
    }

    public PtxRejectedException Wrong(string message) => new(statement.Line, $"{statement.Text}: {message}");

    /// <summary>The error for features of the ISA that this machine lacks.</summary>
    public PtxRejectedException Unknown(string what) => Wrong($"{what} is not known to this machine");

    public int Source(int index, PtxType type) => Value(this[index], type, relaxed: false);

    /// <summary>A source that may be wider than the type.</summary>
    public int WideSource(int index, PtxType type) => Value(this[index], type, relaxed: true);

    public int Target(int index, PtxType type) => TargetRegister(this[index], type, relaxed: false).Slot;

    public PtxRegister TargetRegister(PtxOperand operand, PtxType type, bool relaxed)
    {
        if (operand is not RegisterOperand { IsNegated: false, Register: var register })
        {
            throw Wrong("the target is no register");
        }
        return (relaxed ? register.Type.AgreesOrIsWider(type) : register.Type.Agrees(type)) ? register : throw Disagrees(register, type);
    }

    /// <summary>A source predicate; an integer counts as in C (section 4.5.3).</summary>
    public (int Slot, bool IsNegated) Predicate(PtxOperand operand) => operand switch
    {
        RegisterOperand { Register: { Type: PtxType.Pred } register } predicate => (register.Slot, predicate.IsNegated),
        IntegerOperand { Value: var value } => (slots.Predicate(value != 0), false),
        _ => throw Wrong("a predicate is needed"),
    };

    /// <summary>A source predicate without negation.</summary>
    public int PlainPredicate(PtxOperand operand) =>
        Predicate(operand) is { IsNegated: false } predicate ? predicate.Slot : throw Wrong("the predicate can't be negated in place");

    public int TargetPredicate(PtxOperand operand) =>
        operand is RegisterOperand ? PlainPredicate(operand) : throw Wrong("the target is no predicate");

    /// <summary>An operand that must be an integer literal.</summary>
    public int Immediate(int index) =>
        this[index] is IntegerOperand { Value: var value } ? (int)value : throw Wrong($"operand {index + 1} must be a number");

    public int Value(PtxOperand operand, PtxType type, bool relaxed)
    {
        switch (operand)
        {
            case RegisterOperand { Register: var register, IsNegated: false }:
                if (!(relaxed ? register.Type.AgreesOrIsWider(type) : register.Type.Agrees(type)))
                {
                    throw Disagrees(register, type);
                }
                return register.Slot;
            case SpecialOperand special:
                return PtxType.U32.Agrees(type) || (relaxed && PtxType.U32.AgreesOrIsWider(type))
                    ? slots.Special(special.Name)
                    : throw Wrong($"{special.Name} has type .u32");
            case IntegerOperand { Value: var value } when !type.IsFloat():
                var bits = 8 * type.Size();
                Refuse(value < -(Int128.One << (bits - 1)) || value >= Int128.One << bits, $"{value} does not fit {type.Name()}");
                return slots.Constant(unchecked((ulong)(UInt128)value) & (bits == 64 ? ulong.MaxValue : (1UL << bits) - 1));
            case FloatOperand number when number.Type == type || (type.IsBits() && number.Type.Size() == type.Size()):
                return slots.Constant(number.Bits);
            default:
                throw Wrong($"the operand is no value of type {type.Name()}");
        }
    }

    /// <summary>An address operand: the slot of its base, and the offset.</summary>
    public (int Slot, long Offset) Address(int index, PtxSpace space)
    {
        if (this[index] is not AddressOperand address)
        {
            throw Wrong($"operand {index + 1} must be an address");
        }
        switch (address.Base)
        {
            case RegisterOperand { Register: var register }:
                if (!register.Type.Agrees(PtxType.B64)
                    && !(register.Type.Agrees(
                        PtxType.B32) && space is PtxSpace.Shared or PtxSpace.Local or PtxSpace.Param or PtxSpace.Const))
                {
                    throw Wrong($"'{register.Name}' of type {register.Type.Name()} can't address this space");
                }
                Refuse(register.Type.IsFloat(), "an address is an integer");
                return (register.Slot, address.Offset);
            case VariableOperand { Variable: var variable, Offset: var inside }:
                Refuse(variable.Space != space, $"'{variable.Name}' is in {variable.Space} space, not in {space}");
                return (AddressOf(variable), inside + address.Offset);
            case IntegerOperand { Value: var absolute }:
                return (slots.Constant((ulong)absolute), address.Offset);
            default:
                throw Wrong("the address has no base");
        }
    }

    /// <summary>A slot that holds a variable's address in its space.</summary>
    public int AddressOf(PtxVariable variable)
    {
        if (variable.IsDynamic)
        {
            return slots.Special("dynamic shared memory");
        }
        return slots.Constant((ulong)variable.Address + (variable.Space is PtxSpace.Global or PtxSpace.Const ? globals : 0));
    }

    /// <summary>The state space named by the next suffix, or generic.</summary>
    public PtxSpace Space(params ReadOnlySpan<string> allowed) => TakeOneOf(allowed) switch
    {
        ".global" => PtxSpace.Global,
        ".shared" or ".shared::cta" => PtxSpace.Shared,
        ".local" => PtxSpace.Local,
        ".param" => PtxSpace.Param,
        ".const" => PtxSpace.Const,
        _ => PtxSpace.Generic,
    };

    private PtxRejectedException Disagrees(PtxRegister register, PtxType type) =>
        Wrong($"register '{register.Name}' of type {register.Type.Name()} is no operand of type {type.Name()}");

    /// <summary>Creates a node of an open generic class with the given function type.</summary>
    public static PtxNode Make(Type node, Type function, params object[] arguments) =>
        (PtxNode)Activator.CreateInstance(node.MakeGenericType(function), arguments)!;
}

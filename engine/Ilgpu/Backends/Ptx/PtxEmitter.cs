using System.Collections.Immutable;
using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

/// <summary>
/// Writes a kernel as PTX. Values stay in SSA form up to block parameters, which become moves on the edges; register allocation,
/// scheduling and the contraction of a * b + c are the assembler's.
/// </summary>
internal sealed partial class PtxEmitter
{
    /// <summary>Below this many cases, comparing is as fast as a table.</summary>
    private const int FewestTableEntries = 5;

    private readonly KernelFunction _function;
    private readonly PtxTarget _target;
    private readonly ImmutableArray<KernelParameter> _parameters;
    private readonly KernelRequest _request;
    private readonly PointerRoots _roots;
    private readonly bool _isGeneric;
    private readonly PtxRegisters _registers;
    private readonly StringBuilder _body = new();
    private readonly HashSet<Value> _read = [];
    private int _labels;

    private PtxEmitter(KernelFunction function, PtxTarget target, ImmutableArray<KernelParameter> parameters, KernelRequest request)
    {
        (_function, _target, _parameters, _request) = (function, target, parameters, request);
        _roots = new PointerRoots(function);
        _isGeneric = Pointers().Any(pointer => _roots.SpaceOf(pointer) == AddressSpace.Unknown);
        _registers = new PtxRegisters(pointer => Space(pointer) == AddressSpace.Shared);
        foreach (var block in function.Blocks)
        {
            _read.UnionWith(block.Instructions.SelectMany(i => i.Operands));
            _read.UnionWith(block.Terminator.Edges.SelectMany(edge => edge.Arguments));
            if (block.Terminator.Condition is { } condition)
            {
                _read.Add(condition);
            }
        }
    }

    /// <param name="function">The optimised kernel.</param>
    /// <param name="target">Architecture and ISA version.</param>
    /// <param name="parameters">The native parameters, in the order of the IR's arguments.</param>
    /// <param name="request">Launch bounds and precision.</param>
    public static string Emit(KernelFunction function, PtxTarget target, ImmutableArray<KernelParameter> parameters, KernelRequest request)
    {
        function.Renumber();
        return new PtxEmitter(function, target, parameters, request).Emit();
    }

    private IEnumerable<Value> Pointers() => _function.Blocks
        .SelectMany(block => block.Instructions.Concat<Value>(block.Parameters))
        .Where(value => value.Type == IrType.Pointer);

    // A pointer whose space differs by path makes the whole kernel use generic addresses.
    private AddressSpace Space(Value pointer) => _isGeneric ? AddressSpace.Unknown : _roots.SpaceOf(pointer);

    private string Emit()
    {
        EmitArguments();
        for (var i = 0; i < _function.Blocks.Count; i++)
        {
            EmitBlock(_function.Blocks[i], i + 1 < _function.Blocks.Count ? _function.Blocks[i + 1] : null);
        }

        var text = new StringBuilder();
        text.Append($".version {_target.Isa / 10}.{_target.Isa % 10}\n.target sm_{_target.Sm}\n.address_size 64\n\n");
        if (_function.Instructions.Any(i => i.Opcode == Opcode.DynamicShared))
        {
            text.Append(".extern .shared .align 16 .b8 dynamic_shared[];\n\n");
        }

        if (_prints.Count > 0)
        {
            text.Append(".extern .func (.param .b32 result) vprintf (.param .b64 format, .param .b64 arguments);\n\n");
        }

        foreach (var (name, bytes) in _prints)
        {
            text.Append($".global .align 1 .b8 {name}[{bytes.Length}] = {{{string.Join(", ", bytes)}}};\n\n");
        }

        text.Append($".visible .entry {_function.Name}(");
        text.AppendJoin(",", _parameters.Select((p, i) => $"\n    .param .{ParameterType(p.Type)} {ParameterName(i)}"));
        text.Append(")\n");
        if (_request.MaxGroupSize is { } most)
        {
            text.Append($".maxntid {most}, 1, 1\n");
        }

        if (_request.MinGroupsPerMultiprocessor is { } groups)
        {
            text.Append($".minnctapersm {groups}\n");
        }

        text.Append("{\n").Append(_registers.Declarations());
        foreach (var shared in _function.Shared)
        {
            text.Append($"    .shared .align {shared.Alignment} .b8 {shared.Name}[{Math.Max(1, shared.Size)}];\n");
        }

        foreach (var alloca in _function.Instructions.Where(i => i.Opcode == Opcode.LocalAlloca))
        {
            text.Append($"    .local .align {Math.Max(8, alloca.Offset)} .b8 {LocalName(alloca)}[{Math.Max(1, alloca.Scale)}];\n");
        }

        text.Append('\n').Append(_body).Append("}\n");
        return text.ToString();
    }

    private static string LocalName(Instruction alloca) => $"local{alloca.Id}";

    private string ParameterName(int index) => $"{_function.Name}_param_{index}";

    private static string ParameterType(MemoryType type) => type switch
    {
        MemoryType.Int8 => "s8",
        MemoryType.UInt8 => "u8",
        MemoryType.Int16 => "s16",
        MemoryType.UInt16 => "u16",
        MemoryType.Int32 => "u32",
        MemoryType.Float32 => "f32",
        MemoryType.Float64 => "f64",
        _ => "u64",
    };

    private void EmitArguments()
    {
        for (var i = 0; i < _function.Arguments.Count; i++)
        {
            var argument = _function.Arguments[i];
            Line(PtxOpcode.Ld, $".param.{ParameterType(_parameters[i].Type)} {_registers.Of(argument)}, [{ParameterName(i)}]");
            if (argument.Type == IrType.Pointer && !_isGeneric)
            {
                Line(PtxOpcode.Cvta, $".to.global.u64 {_registers.Of(argument)}, {_registers.Of(argument)}");
            }
        }
    }

    /// <param name="opcode">The instruction.</param>
    /// <param name="rest">What follows the opcode: modifiers and types from their dot on, operands from their space on.</param>
    /// <param name="guard">The predicate without which nothing is done, <c>!</c> before it for the opposite; null for none.</param>
    private void Line(PtxOpcode opcode, string rest = "", string? guard = null)
    {
        _body.Append("    ");
        if (guard is not null)
        {
            _body.Append('@').Append(guard).Append(' ');
        }

        _body.Append(opcode.Text()).Append(rest).Append(";\n");
    }

    private void Directive(string text) => _body.Append("    ").Append(text).Append(";\n");

    private string NewLabel() => $"$L{_labels++}";

    private static string Label(Block block) => $"$B{block.Id}";

    private void EmitBlock(Block block, Block? next)
    {
        _body.Append(Label(block)).Append(":\n");
        string? place = null;
        foreach (var instruction in block.Instructions)
        {
            if (instruction.Location is { File: not null } location && location.ToString() is var now && now != place)
            {
                place = now;
                _body.Append("    // ").Append(Path.GetFileName(location.File)).Append(':').Append(location.Line).Append('\n');
            }

            EmitInstruction(instruction);
        }

        var terminator = block.Terminator;
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                EmitEdge(terminator.Edges[0], next);
                break;
            case TerminatorKind.Conditional:
                EmitConditional(Operand(terminator.Condition!), terminator.Edges[0], terminator.Edges[1], next);
                break;
            case TerminatorKind.Switch:
                EmitSwitch(terminator, next);
                break;
            case TerminatorKind.Return:
                Line(PtxOpcode.Ret);
                break;
            default:
                Line(PtxOpcode.Trap);
                Line(PtxOpcode.Ret);
                break;
        }
    }

    private static bool HasMoves(Edge edge) => ParallelCopy.Sequence(edge).Count > 0;

    private void EmitConditional(string condition, Edge yes, Edge no, Block? next)
    {
        if (!HasMoves(yes) && (yes.Target != next || HasMoves(no)))
        {
            Line(PtxOpcode.Bra, $" {Label(yes.Target)}", guard: condition);
            EmitEdge(no, next);
            return;
        }

        if (!HasMoves(no))
        {
            Line(PtxOpcode.Bra, $" {Label(no.Target)}", guard: $"!{condition}");
            EmitEdge(yes, next);
            return;
        }

        var other = NewLabel();
        Line(PtxOpcode.Bra, $" {other}", guard: $"!{condition}");
        EmitEdge(yes, null);
        _body.Append(other).Append(":\n");
        EmitEdge(no, next);
    }

    private void EmitSwitch(Terminator terminator, Block? next)
    {
        var selector = Register(terminator.Condition!);
        var cases = terminator.Edges[..^1];
        if (cases.Length >= FewestTableEntries)
        {
            EmitTable(selector, cases, terminator.Edges[^1]);
            return;
        }

        for (var i = 0; i < cases.Length; i++)
        {
            var test = _registers.New(VirtualRegisterKind.Predicate);
            Line(PtxOpcode.Setp, $".eq.s32 {test}, {selector}, {i}");
            if (!HasMoves(cases[i]))
            {
                Line(PtxOpcode.Bra, $" {Label(cases[i].Target)}", guard: test);
                continue;
            }

            var skip = NewLabel();
            Line(PtxOpcode.Bra, $" {skip}", guard: $"!{test}");
            EmitEdge(cases[i], null);
            _body.Append(skip).Append(":\n");
        }

        EmitEdge(terminator.Edges[^1], next);
    }

    // A jump through a table; edges that move values start at a label of their own.
    private void EmitTable(string selector, Edge[] cases, Edge other)
    {
        var targets = Array.ConvertAll(cases, edge => HasMoves(edge) ? NewLabel() : Label(edge.Target));
        var (table, hasEntry, jump) = (NewLabel(), _registers.New(VirtualRegisterKind.Predicate), NewLabel());
        Line(PtxOpcode.Setp, $".lt.u32 {hasEntry}, {selector}, {cases.Length}");
        Line(PtxOpcode.Bra, $" {jump}", guard: hasEntry);
        EmitEdge(other, null);
        for (var i = 0; i < cases.Length; i++)
        {
            if (!HasMoves(cases[i]))
            {
                continue;
            }

            _body.Append(targets[i]).Append(":\n");
            EmitEdge(cases[i], null);
        }

        _body.Append(jump).Append(":\n");
        _body.Append(table).Append(": .branchtargets ").AppendJoin(", ", targets).Append(";\n");
        Line(PtxOpcode.Brx, $".idx {selector}, {table}");
    }

    private void EmitEdge(Edge edge, Block? next)
    {
        VirtualRegister? parked = null;
        foreach (var move in ParallelCopy.Sequence(edge))
        {
            if (move.Target is null)
            {
                parked = _registers.New(_registers.Of(move.Source!).Kind);
            }

            var to = move.Target is { } parameter ? _registers.Of(parameter) : parked!.Value;
            if (move.Source is Constant { Type: IrType.Bool } constant)
            {
                Line(PtxOpcode.Setp, $".ne.s32 {to}, {(constant.IsZero ? 0 : 1)}, 0");
            }
            else
            {
                Line(PtxOpcode.Mov, $".{to.Type} {to}, {(move.Source is { } source ? Operand(source) : parked!.Value)}");
            }
        }

        if (edge.Target != next)
        {
            Line(PtxOpcode.Bra, $" {Label(edge.Target)}");
        }
    }

    /// A register or an immediate.
    private string Operand(Value value) => value switch
    {
        Constant { Type: IrType.Float32 } f => $"0f{(uint)f.Bits:X8}",
        Constant { Type: IrType.Float64 } d => $"0d{(ulong)d.Bits:X16}",
        Constant { Type: IrType.Bool } flag => Predicate(!flag.IsZero),
        Constant c => c.Bits.ToString(),
        _ => _registers.Of(value),
    };

    private string Predicate(bool value)
    {
        var register = _registers.New(VirtualRegisterKind.Predicate);
        Line(PtxOpcode.Setp, $".ne.s32 {register}, {(value ? 1 : 0)}, 0");
        return register;
    }

    /// A register, also for constants where the instruction takes none.
    private string Register(Value value)
    {
        if (value is not Constant constant || constant.Type == IrType.Bool)
        {
            return Operand(value);
        }

        var register = _registers.New(PtxRegisters.KindOf(constant.Type));
        Line(PtxOpcode.Mov, $".{register.Type} {register}, {Operand(constant)}");
        return register;
    }
}

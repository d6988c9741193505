using System.Text;
using System.Text.RegularExpressions;
using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Atomics, barriers, fences, shuffles, checks, output, inline PTX.
internal sealed partial class PtxEmitter
{
    private readonly List<(string Name, byte[] Bytes)> _prints = [];

    private void EmitCooperation(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Atomic:
                EmitAtomic(i);
                break;
            case Opcode.AtomicCompareExchange:
                Line(
                    PtxOpcode.Atom,
                    $"{SpaceSuffix(i.Operands[0])}.cas.{(i.Memory.Size() == 8 ? "b64" : "b32")} {_registers.Of(i)}, {Pointer(i)}, " +
                        $"{Register(i.Operands[1])}, {Register(i.Operands[2])}");
                break;
            case Opcode.Barrier:
                Line(PtxOpcode.Bar, ".sync 0");
                break;
            case Opcode.BarrierReduce:
                var reduction = (BarrierReduction)i.Kind;
                Line(PtxOpcode.Bar, reduction == BarrierReduction.PopCount
                    ? $".red.popc.u32 {_registers.Of(i)}, 0, {Operand(i.Operands[0])}"
                    : $".red.{(reduction == BarrierReduction.And ? "and" : "or")}.pred {_registers.Of(i)}, 0, {Operand(i.Operands[0])}");
                break;
            case Opcode.WarpBarrier:
                Line(PtxOpcode.Bar, ".warp.sync 0xffffffff");
                break;
            case Opcode.Fence:
                var level = (FenceLevel)i.Kind switch { FenceLevel.Group => "cta", FenceLevel.Device => "gl", _ => "sys" };
                Line(PtxOpcode.Membar, $".{level}");
                break;
            case Opcode.Shuffle:
                EmitShuffle(i);
                break;
            case Opcode.CheckBounds:
                var outside = _registers.New(VirtualRegisterKind.Predicate);
                Line(PtxOpcode.Setp, $".ge.u64 {outside}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");
                Line(PtxOpcode.Trap, guard: outside);
                break;
            case Opcode.Assert:
                Line(PtxOpcode.Trap, guard: $"!{Operand(i.Operands[0])}");
                break;
            case Opcode.Print:
                EmitPrint(i);
                break;
            case Opcode.InlinePtx:
                EmitInlinePtx(i);
                break;
            default:
                throw new NotSupportedException($"{i.Opcode} has no PTX form");
        }
    }

    private string Pointer(Instruction i) => Reference(i.Operands[0]);

    private void EmitAtomic(Instruction i)
    {
        var kind = (AtomicKind)i.Kind;
        if (i.Type.IsFloat() && kind is AtomicKind.MinS or AtomicKind.MaxS && i.Type.IsFloat())
        {
            EmitFloatExtreme(i, kind == AtomicKind.MinS ? PtxOpcode.Min : PtxOpcode.Max);
            return;
        }

        var wide = i.Memory.Size() == 8;
        var (name, type) = kind switch
        {
            AtomicKind.Add => ("add", i.Type.IsFloat() ? Signed(i.Type) : Unsigned(i.Type)),
            AtomicKind.MinS => ("min", Signed(i.Type)),
            AtomicKind.MaxS => ("max", Signed(i.Type)),
            AtomicKind.MinU => ("min", Unsigned(i.Type)),
            AtomicKind.MaxU => ("max", Unsigned(i.Type)),
            AtomicKind.And => ("and", wide ? "b64" : "b32"),
            AtomicKind.Or => ("or", wide ? "b64" : "b32"),
            AtomicKind.Xor => ("xor", wide ? "b64" : "b32"),
            _ => ("exch", wide ? "b64" : "b32"),
        };

        // An old value that nobody reads need not come back.
        var space = SpaceSuffix(i.Operands[0]);
        if (_read.Contains(i) || kind == AtomicKind.Exchange)
        {
            Line(PtxOpcode.Atom, $"{space}.{name}.{type} {_registers.Of(i)}, {Pointer(i)}, {Register(i.Operands[1])}");
        }
        else
        {
            Line(PtxOpcode.Red, $"{space}.{name}.{type} {Pointer(i)}, {Register(i.Operands[1])}");
        }
    }

    // Compare-exchange until nobody came in between.
    private void EmitFloatExtreme(Instruction i, PtxOpcode opcode)
    {
        var (type, bits, kind) = i.Type == IrType.Float64
            ? ("f64", "b64", VirtualRegisterKind.Bits64)
            : ("f32", "b32", VirtualRegisterKind.Bits32);
        var space = SpaceSuffix(i.Operands[0]);
        var value = Register(i.Operands[1]);
        var (seen, now, wanted) = (_registers.New(kind), _registers.New(kind), _registers.New(kind));
        var again = _registers.New(VirtualRegisterKind.Predicate);
        var (old, extreme) = (_registers.Of(i), _registers.New(PtxRegisters.KindOf(i.Type)));
        var loop = NewLabel();
        Line(PtxOpcode.Ld, $".volatile{space}.{bits} {now}, {Pointer(i)}");
        _body.Append(loop).Append(":\n");
        Line(PtxOpcode.Mov, $".{bits} {seen}, {now}");
        Line(PtxOpcode.Mov, $".{bits} {old}, {seen}");
        Line(opcode, $".{type} {extreme}, {old}, {value}");
        Line(PtxOpcode.Mov, $".{bits} {wanted}, {extreme}");
        Line(PtxOpcode.Atom, $"{space}.cas.{bits} {now}, {Pointer(i)}, {seen}, {wanted}");
        Line(PtxOpcode.Setp, $".ne.{bits} {again}, {now}, {seen}");
        Line(PtxOpcode.Bra, $" {loop}", guard: again);
    }

    private void EmitShuffle(Instruction i)
    {
        var kind = (ShuffleKind)i.Kind;
        var mode = kind switch { ShuffleKind.Index => "idx", ShuffleKind.Up => "up", ShuffleKind.Down => "down", _ => "bfly" };
        var clamp = Clamp(i.Operands[2], kind == ShuffleKind.Up ? 0 : 31);
        var lane = Operand(i.Operands[1]);
        var (result, value) = (_registers.Of(i), Register(i.Operands[0]));
        if (i.Type is not (IrType.Int64 or IrType.Float64))
        {
            Line(PtxOpcode.Shfl, $".sync.{mode}.b32 {result}, {value}, {lane}, {clamp}, 0xffffffff");
            return;
        }

        var (low, high) = (_registers.New(VirtualRegisterKind.Bits32), _registers.New(VirtualRegisterKind.Bits32));
        Line(PtxOpcode.Mov, $".b64 {{{low}, {high}}}, {value}");
        Line(PtxOpcode.Shfl, $".sync.{mode}.b32 {low}, {low}, {lane}, {clamp}, 0xffffffff");
        Line(PtxOpcode.Shfl, $".sync.{mode}.b32 {high}, {high}, {lane}, {clamp}, 0xffffffff");
        Line(PtxOpcode.Mov, $".b64 {result}, {{{low}, {high}}}");
    }

    // Segment mask in bits 8 to 12, last lane of a segment in bits 0 to 4.
    private string Clamp(Value width, int last)
    {
        if (width is Constant constant)
        {
            return (((32 - constant.AsInt32) << 8) | last).ToString();
        }

        var clamp = _registers.New(VirtualRegisterKind.Bits32);
        Line(PtxOpcode.Sub, $".s32 {clamp}, 32, {Operand(width)}");
        Line(PtxOpcode.Shl, $".b32 {clamp}, {clamp}, 8");
        Line(PtxOpcode.Or, $".b32 {clamp}, {clamp}, {last}");
        return clamp;
    }

    private void EmitInlinePtx(Instruction i)
    {
        for (var k = 0; k < i.TupleTypes!.Length; k++)
        {
            var register = Element(i, k);
            if (i.Ties![k] >= 0)
            {
                Line(PtxOpcode.Mov, $".{register.Type} {register}, {Operand(i.Operands[i.Ties[k]])}");
            }
        }

        var inputs = Array.ConvertAll(i.Operands, Register);
        _body.Append("    ").Append(Placeholder().Replace(i.Text!, match => match.Value switch
        {
            "{{" => "{",
            "}}" => "}",
            ['{', 'o', .. var number] => Element(i, int.Parse(number.AsSpan(0, number.Length - 1))),
            var name => inputs[int.Parse(name.AsSpan(2, name.Length - 3))],
        })).Append('\n');
    }

    [GeneratedRegex(@"\{\{|\}\}|\{[oi]\d+\}")]
    private static partial Regex Placeholder();

    private void EmitPrint(Instruction i)
    {
        var slots = new List<Value>();
        var format = Hole().Replace(i.Text!.Replace("%", "%%"), match =>
        {
            var value = i.Operands[int.Parse(match.Groups[1].Value)];
            slots.Add(value);
            var letter = match.Groups[2].Length > 0 ? "u" : "d";
            return value.Type switch { IrType.Int64 => "%ll" + letter, IrType.Int32 => "%" + letter, _ => "%f" };
        });
        var name = $"{_function.Name}_format{_prints.Count}";
        _prints.Add((name, [.. Encoding.UTF8.GetBytes(format), 0]));
        var (text, generic) = (_registers.New(VirtualRegisterKind.Bits64), _registers.New(VirtualRegisterKind.Bits64));
        var (offsets, bytes) = PrintLayout(slots);
        _body.Append("    {\n");
        Directive($".local .align 8 .b8 print_arguments[{bytes}]");
        Directive(".param .b64 print_format");
        Directive(".param .b64 print_values");
        Directive(".param .b32 print_result");
        for (var k = 0; k < slots.Count; k++)
        {
            // Variadic arguments are promoted: every float travels as a double.
            var value = Register(slots[k]);
            if (slots[k].Type == IrType.Float32)
            {
                var promoted = _registers.New(VirtualRegisterKind.Float64);
                Line(PtxOpcode.Cvt, $".f64.f32 {promoted}, {value}");
                value = promoted;
            }

            Line(PtxOpcode.St, $".local.{(slots[k].Type == IrType.Int32 ? "b32" : "b64")} [print_arguments+{offsets[k]}], {value}");
        }

        Line(PtxOpcode.Mov, $".u64 {text}, {name}");
        Line(PtxOpcode.Cvta, $".global.u64 {text}, {text}");
        Line(PtxOpcode.Mov, $".u64 {generic}, print_arguments");
        Line(PtxOpcode.Cvta, $".local.u64 {generic}, {generic}");
        Line(PtxOpcode.St, $".param.b64 [print_format], {text}");
        Line(PtxOpcode.St, $".param.b64 [print_values], {generic}");
        Line(PtxOpcode.Call, ".uni (print_result), vprintf, (print_format, print_values)");
        _body.Append("    }\n");
    }

    // The fields of a C structure: each at a multiple of its size.
    private static (int[] Offsets, int Bytes) PrintLayout(List<Value> slots)
    {
        var (offsets, end) = (new int[slots.Count], 0);
        for (var k = 0; k < offsets.Length; k++)
        {
            var size = slots[k].Type == IrType.Int32 ? 4 : 8;
            offsets[k] = (end + size - 1) / size * size;
            end = offsets[k] + size;
        }

        return (offsets, Math.Max(8, end));
    }

    [GeneratedRegex(@"\{(\d+)(u?)\}")]
    private static partial Regex Hole();
}

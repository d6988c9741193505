using System.Text;
using System.Text.RegularExpressions;
using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

// Atomics, barriers, fences, shuffles, checks, output, inline PTX.
internal sealed partial class PtxEmitter
{
    private readonly List<(string Name, byte[] Bytes)> prints = [];

    private void EmitCooperation(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.Atomic:
                EmitAtomic(i);
                break;
            case Opcode.AtomicCompareExchange:
                Line($"atom{SpaceSuffix(i.Operands[0])}.cas.{(i.Memory.Size() == 8 ? "b64" : "b32")} {registers.Of(i)}, {Pointer(i)}, " +
                    $"{Register(i.Operands[1])}, {Register(i.Operands[2])}");
                break;
            case Opcode.Barrier:
                Line("bar.sync 0");
                break;
            case Opcode.BarrierReduce:
                var reduction = (BarrierReduction)i.Kind;
                Line(reduction == BarrierReduction.PopCount
                    ? $"bar.red.popc.u32 {registers.Of(i)}, 0, {Operand(i.Operands[0])}"
                    : $"bar.red.{(reduction == BarrierReduction.And ? "and" : "or")}.pred {registers.Of(i)}, 0, {Operand(i.Operands[0])}");
                break;
            case Opcode.WarpBarrier:
                Line("bar.warp.sync 0xffffffff");
                break;
            case Opcode.Fence:
                Line("membar." + (FenceLevel)i.Kind switch { FenceLevel.Group => "cta", FenceLevel.Device => "gl", _ => "sys" });
                break;
            case Opcode.Shuffle:
                EmitShuffle(i);
                break;
            case Opcode.CheckBounds:
                var outside = registers.New(VirtualRegisterKind.Predicate);
                Line($"setp.ge.u64 {outside}, {Operand(i.Operands[0])}, {Operand(i.Operands[1])}");
                Line($"@{outside} trap");
                break;
            case Opcode.Assert:
                Line($"@!{Operand(i.Operands[0])} trap");
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
            EmitFloatExtreme(i, kind == AtomicKind.MinS ? "min" : "max");
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
        Line(read.Contains(i) || kind == AtomicKind.Exchange
            ? $"atom{space}.{name}.{type} {registers.Of(i)}, {Pointer(i)}, {Register(i.Operands[1])}"
            : $"red{space}.{name}.{type} {Pointer(i)}, {Register(i.Operands[1])}");
    }

    // Compare-exchange until nobody came in between.
    private void EmitFloatExtreme(Instruction i, string name)
    {
        var (type, bits, kind) = i.Type == IrType.Float64
            ? ("f64", "b64", VirtualRegisterKind.Bits64)
            : ("f32", "b32", VirtualRegisterKind.Bits32);
        var space = SpaceSuffix(i.Operands[0]);
        var value = Register(i.Operands[1]);
        var (seen, now, wanted) = (registers.New(kind), registers.New(kind), registers.New(kind));
        var again = registers.New(VirtualRegisterKind.Predicate);
        var (old, extreme) = (registers.Of(i), registers.New(PtxRegisters.KindOf(i.Type)));
        var loop = NewLabel();
        Line($"ld.volatile{space}.{bits} {now}, {Pointer(i)}");
        body.Append(loop).Append(":\n");
        Line($"mov.{bits} {seen}, {now}");
        Line($"mov.{bits} {old}, {seen}");
        Line($"{name}.{type} {extreme}, {old}, {value}");
        Line($"mov.{bits} {wanted}, {extreme}");
        Line($"atom{space}.cas.{bits} {now}, {Pointer(i)}, {seen}, {wanted}");
        Line($"setp.ne.{bits} {again}, {now}, {seen}");
        Line($"@{again} bra {loop}");
    }

    private void EmitShuffle(Instruction i)
    {
        var kind = (ShuffleKind)i.Kind;
        var mode = kind switch { ShuffleKind.Index => "idx", ShuffleKind.Up => "up", ShuffleKind.Down => "down", _ => "bfly" };
        var clamp = Clamp(i.Operands[2], kind == ShuffleKind.Up ? 0 : 31);
        var lane = Operand(i.Operands[1]);
        var (result, value) = (registers.Of(i), Register(i.Operands[0]));
        if (i.Type is not (IrType.Int64 or IrType.Float64))
        {
            Line($"shfl.sync.{mode}.b32 {result}, {value}, {lane}, {clamp}, 0xffffffff");
            return;
        }

        var (low, high) = (registers.New(VirtualRegisterKind.Bits32), registers.New(VirtualRegisterKind.Bits32));
        Line($"mov.b64 {{{low}, {high}}}, {value}");
        Line($"shfl.sync.{mode}.b32 {low}, {low}, {lane}, {clamp}, 0xffffffff");
        Line($"shfl.sync.{mode}.b32 {high}, {high}, {lane}, {clamp}, 0xffffffff");
        Line($"mov.b64 {result}, {{{low}, {high}}}");
    }

    // Segment mask in bits 8 to 12, last lane of a segment in bits 0 to 4.
    private string Clamp(Value width, int last)
    {
        if (width is Constant constant)
            return (((32 - constant.AsInt32) << 8) | last).ToString();
        var clamp = registers.New(VirtualRegisterKind.Bits32);
        Line($"sub.s32 {clamp}, 32, {Operand(width)}");
        Line($"shl.b32 {clamp}, {clamp}, 8");
        Line($"or.b32 {clamp}, {clamp}, {last}");
        return clamp;
    }

    private void EmitInlinePtx(Instruction i)
    {
        for (var k = 0; k < i.TupleTypes!.Length; k++)
        {
            var register = Element(i, k);
            if (i.Ties![k] >= 0)
                Line($"mov.{register.Type} {register}, {Operand(i.Operands[i.Ties[k]])}");
        }

        var inputs = Array.ConvertAll(i.Operands, Register);
        body.Append("    ").Append(Placeholder().Replace(i.Text!, match => match.Value switch
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
        var name = $"{function.Name}_format{prints.Count}";
        prints.Add((name, [.. Encoding.UTF8.GetBytes(format), 0]));
        var (text, generic) = (registers.New(VirtualRegisterKind.Bits64), registers.New(VirtualRegisterKind.Bits64));
        var (offsets, bytes) = PrintLayout(slots);
        body.Append("    {\n");
        Line($".local .align 8 .b8 print_arguments[{bytes}]");
        Line(".param .b64 print_format");
        Line(".param .b64 print_values");
        Line(".param .b32 print_result");
        for (var k = 0; k < slots.Count; k++)
        {
            // Variadic arguments are promoted: every float travels as a double.
            var value = Register(slots[k]);
            if (slots[k].Type == IrType.Float32)
            {
                var promoted = registers.New(VirtualRegisterKind.Float64);
                Line($"cvt.f64.f32 {promoted}, {value}");
                value = promoted;
            }

            Line($"st.local.{(slots[k].Type == IrType.Int32 ? "b32" : "b64")} [print_arguments+{offsets[k]}], {value}");
        }

        Line($"mov.u64 {text}, {name}");
        Line($"cvta.global.u64 {text}, {text}");
        Line($"mov.u64 {generic}, print_arguments");
        Line($"cvta.local.u64 {generic}, {generic}");
        Line($"st.param.b64 [print_format], {text}");
        Line($"st.param.b64 [print_values], {generic}");
        Line("call.uni (print_result), vprintf, (print_format, print_values)");
        body.Append("    }\n");
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

using System.Text;
using System.Text.RegularExpressions;
using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

// Statements: what has an effect or is read more than once.
internal sealed partial class OpenCLEmitter
{
    private const string BothFences = "CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE";

    private void EmitInstruction(Instruction i)
    {
        switch (i.Opcode)
        {
            case Opcode.LocalAlloca:
                Assign(i, $"{Name(i)}_memory");
                break;
            case Opcode.Store:
                Statement($"*({SpaceName(i.Operands[0])} {StorageName(i)} *){Use(i.Operands[0])} = ({StorageName(i)}){Use(i.Operands[1])}");
                break;
            case Opcode.StoreVector:
                Statement($"*({SpaceName(i.Operands[0])} {MemoryName(i.Memory)}{i.Operands.Length - 1} *){Use(i.Operands[0])} = "
                    + $"({MemoryName(i.Memory)}{i.Operands.Length - 1})({string.Join(", ", i.Operands.Skip(1).Select(Use))})");
                break;
            case Opcode.LoadVector:
                Declare(Name(i), $"{MemoryName(i.Memory)}{i.TupleTypes!.Length}");
                Statement($"{Name(i)} = *({SpaceName(i.Operands[0])} {MemoryName(i.Memory)}{i.TupleTypes.Length} *){Use(i.Operands[0])}");
                break;
            case Opcode.Atomic:
                Assign(i, _prelude.Atomic(i, SpaceName(i.Operands[0]), Array.ConvertAll(i.Operands, Use)));
                break;
            case Opcode.AtomicCompareExchange:
                Assign(i, _prelude.CompareExchange(i, SpaceName(i.Operands[0]), Array.ConvertAll(i.Operands, Use)));
                break;
            case Opcode.Barrier:
                Statement($"barrier({BothFences})");
                break;
            case Opcode.BarrierReduce:
                EmitReduction(i);
                break;
            case Opcode.WarpBarrier:
                if (_target.SubGroups is not null)
                {
                    Statement(_prelude.WarpBarrier(BothFences));
                }

                break;
            case Opcode.Fence:
                Statement($"mem_fence({BothFences})");
                break;
            case Opcode.CheckBounds:
                Statement($"if ((ulong){Use(i.Operands[0])} >= (ulong){Use(i.Operands[1])}) printf(\"{Place(i)}: index %ld is outside " +
                    $"[0, %ld)\\n\", {Use(i.Operands[0])}, {Use(i.Operands[1])})");
                break;
            case Opcode.Assert:
                Statement($"if (!{Use(i.Operands[0])}) printf(\"{Place(i)}: {Escape(i.Text!)}\\n\")");
                break;
            case Opcode.Print:
                EmitPrint(i);
                break;
            case Opcode.InlinePtx:
                throw new NotSupportedException("inline PTX can't be compiled for OpenCL; guard it with CudaAsm.IsSupported");
            default:
                Assign(i, Expression(i));
                break;
        }
    }

    // The type that a scalar is stored as; pointers in thread memory keep their space.
    private string StorageName(Instruction i)
    {
        if (i.Memory != MemoryType.Pointer)
        {
            return MemoryName(i.Memory);
        }

        return $"{SpaceName(i.Opcode == Opcode.Store ? i.Operands[1] : i)} uchar *";
    }

    private void Statement(string text) => _body.Append(' ', 4 * _depth).Append(text).Append(";\n");

    private void Assign(Instruction i, string expression)
    {
        Declare(i);
        Statement($"{Name(i)} = {expression}");
    }

    private void EmitReduction(Instruction i)
    {
        _usesReduction = true;
        var reduction = (BarrierReduction)i.Kind;
        Statement("if (get_local_id(0) + get_local_id(1) + get_local_id(2) == 0) group_reduction = " + (
            reduction == BarrierReduction.And ? "1" : "0"));
        Statement($"barrier({BothFences})");
        var operation =
            reduction switch { BarrierReduction.PopCount => "atomic_add", BarrierReduction.And => "atomic_and", _ => "atomic_or" };
        Statement($"{operation}(&group_reduction, {Use(i.Operands[0])})");
        Statement($"barrier({BothFences})");
        Assign(i, "group_reduction");
        Statement($"barrier({BothFences})");
    }

    private void EmitPrint(Instruction i)
    {
        var arguments = new StringBuilder();
        var format = Hole().Replace(Escape(i.Text!).Replace("%", "%%"), match =>
        {
            var value = i.Operands[int.Parse(match.Groups[1].Value)];
            arguments.Append(", ").Append(Use(value));
            var letter = match.Groups[2].Length > 0 ? "u" : "d";
            return value.Type switch { IrType.Int64 => "%l" + letter, IrType.Int32 or IrType.Bool => "%" + letter, _ => "%f" };
        });
        Statement($"printf(\"{format}\"{arguments})");
    }

    private static string Place(Instruction i) =>
        Escape(i.Location is { } location ? $"{Path.GetFileName(location.File)}:{location.Line}" : "kernel");

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r");

    [GeneratedRegex(@"\{(\d+)(u?)\}")]
    private static partial Regex Hole();
}

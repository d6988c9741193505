using System.Text;

namespace ILGPU.IR;

/// <summary>IR as text, for dumps and for the cache key.</summary>
public static class Printer
{
    public static string Print(KernelFunction function)
    {
        var text = new StringBuilder();
        foreach (var (line, _) in Lines(function))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The same line by line, each with where it comes from, as far as that is known.</summary>
    public static IEnumerable<(string Text, SourceLocation? Location)> Lines(KernelFunction function)
    {
        function.Renumber();
        yield return ($"kernel {function.Name}(" +
            string.Join(", ", function.Arguments.Select(a => $"{a.Type.Text()} {a}{(a.IsReadOnly ? " readonly" : "")}")) + ")", null);
        foreach (var shared in function.Shared)
        {
            yield return ($"  shared {shared.Name}: {shared.Size} bytes, align {shared.Alignment}", null);
        }

        foreach (var block in function.Blocks)
        {
            var parameters = string.Join(", ", block.Parameters.Select(p => $"{p.Type.Text()} {p}"));
            yield return ($"{block}{(parameters.Length > 0 ? $"({parameters})" : "")}:", null);
            foreach (var instruction in block.Instructions)
            {
                yield return ("  " + Print(instruction), instruction.Location);
            }

            yield return ("  " + Print(block.Terminator), block.Terminator.Location);
        }
    }

    public static string Print(Instruction i)
    {
        var result = i.Type == IrType.Void ? "" : $"{i} = ";
        var operands = string.Join(", ", i.Operands.Select(o => o.ToString()));
        var line = i.Location is { File: { } file } location ? $"  ; {Path.GetFileName(file)}:{location.Line}" : "";
        return $"{result}{Name(i)}{(operands.Length > 0 ? " " + operands : "")}{Payload(i)}{line}";
    }

    private static string Name(Instruction i) => i.Opcode switch
    {
        Opcode.Compare => "compare." + Lower((Condition)i.Kind),
        Opcode.Convert => $"convert.{Lower((Conversion)i.Kind)}.{i.Type.Text()}",
        Opcode.Math => $"math.{Lower((MathFunction)i.Kind)}.{i.Type.Text()}",
        Opcode.Atomic => $"atomic.{Lower((AtomicKind)i.Kind)}.{i.Memory.Text()}",
        Opcode.AtomicCompareExchange => "atomic.compareexchange." + i.Memory.Text(),
        Opcode.BarrierReduce => "barrier." + Lower((BarrierReduction)i.Kind),
        Opcode.Fence => "fence." + Lower((FenceLevel)i.Kind),
        Opcode.Shuffle => $"shuffle.{Lower((ShuffleKind)i.Kind)}.{i.Type.Text()}",
        Opcode.Load or Opcode.LoadVector => $"{Lower(i.Opcode)}.{i.Memory.Text()}{(i.IsReadOnly ? ".readonly" : "")}",
        Opcode.Store or Opcode.StoreVector => $"{Lower(i.Opcode)}.{i.Memory.Text()}",
        Opcode.ThreadIndex or Opcode.GroupIndex or Opcode.GroupSize or Opcode.GridSize => $"{Lower(i.Opcode)}.{"xyz"[i.Kind]}",
        _ when i.Type is IrType.Void or IrType.Tuple || i.Opcode is Opcode.Address => Lower(i.Opcode),
        _ => $"{Lower(i.Opcode)}.{i.Type.Text()}",
    };

    private static string Payload(Instruction i) => i.Opcode switch
    {
        Opcode.LocalAlloca => $" {i.Scale} bytes, align {i.Offset}",
        Opcode.SharedAddress => " " + i.Declaration!.Name,
        Opcode.Address when i.Operands.Length > 1 => $" * {i.Scale} + {i.Offset}",
        Opcode.Address => $" + {i.Offset}",
        Opcode.TupleElement => $" #{i.Kind}",
        Opcode.LoadVector => $" x{i.TupleTypes!.Length}",
        Opcode.Assert or Opcode.Print or Opcode.InlinePtx => $" \"{i.Text}\"",
        _ => "",
    };

    private static string Print(Terminator t) => t.Kind switch
    {
        TerminatorKind.Branch => "branch " + Print(t.Edges[0]),
        TerminatorKind.Conditional => $"if {t.Condition} then {Print(t.Edges[0])} else {Print(t.Edges[1])}",
        TerminatorKind.Switch => $"switch {t.Condition} [{string.Join(", ", t.Edges.Select(Print))}]",
        TerminatorKind.Return => "return",
        _ => $"{Lower(t.Kind)} \"{t.Reason}\"",
    };

    private static string Print(Edge edge) =>
        edge.Arguments.Length == 0
            ? edge.Target.ToString()
            : $"{edge.Target}({string.Join(", ", edge.Arguments.Select(a => a.ToString()))})";

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

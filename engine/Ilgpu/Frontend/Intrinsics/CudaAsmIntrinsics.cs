using System.Text;
using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>
/// Inline PTX. Placeholders become <c>{o0}</c> for outputs and <c>{i0}</c> for inputs, so that the back end need not know C#'s order.
/// </summary>
internal static class CudaAsmIntrinsics
{
    private sealed class Operands
    {
        public List<(Value Pointer, MemoryType Memory)> Outputs { get; } = [];

        public List<int> Ties { get; } = [];

        public List<Value> Inputs { get; } = [];

        public List<string> Names { get; } = [];

        public void Output(Value pointer, MemoryType memory, Value? start)
        {
            Names.Add($"{{o{Outputs.Count}}}");
            Outputs.Add((pointer, memory));
            Ties.Add(start is null ? -1 : Inputs.Count);
            if (start is not null)
            {
                Inputs.Add(start);
            }
        }

        public void Input(Value value)
        {
            Names.Add($"{{i{Inputs.Count}}}");
            Inputs.Add(value);
        }
    }

    public static bool Translate(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "get_IsSupported":
                return call.Return(Constant.Int32(call.Kernel.Options.PtxArchitecture > 0 ? 1 : 0));
            case "Emit":
                Emit(call, Plain(call));
                return true;
            case "EmitRef":
                Emit(call, References(call));
                return true;
            default:
                return false;
        }
    }

    private static Operands Plain(IntrinsicCall call)
    {
        var operands = new Operands();
        for (var i = 1; i < call.Count; i++)
        {
            var type = call.Parameter(i);
            if (type.IsByRef)
            {
                operands.Output(call.Scalar(i), Primitive(type.GetElementType()!), null);
            }
            else
            {
                operands.Input(call.Kernel.Coerce(Primitive(type), call.Scalar(i)));
            }
        }

        return operands;
    }

    private static Operands References(IntrinsicCall call)
    {
        var operands = new Operands();
        for (var i = 1; i < call.Count; i++)
        {
            var type = call.Parameter(i).GetElementType()!;
            var memory = Primitive(type.GetGenericArguments()[0]);
            var pointer = call.Scalar(i);
            switch (KnownTypes.Name(type).Split('.')[^1])
            {
                case "Input`1":
                    operands.Input(call.Ir.Load(memory, pointer));
                    break;
                case "Output`1":
                    operands.Output(pointer, memory, null);
                    break;
                default:
                    operands.Output(pointer, memory, call.Ir.Load(memory, pointer));
                    break;
            }
        }

        return operands;
    }

    private static MemoryType Primitive(Type type) => TypeLayout.Of(type).Leaves is [{ Path.Length: 0 } leaf]
        ? leaf.Memory
        : throw new KernelRefusedException($"inline PTX takes primitive arguments, not '{type}'");

    private static void Emit(IntrinsicCall call, Operands operands)
    {
        // Other back ends leave the statement out, as the guard CudaAsm.IsSupported would.
        if (call.Kernel.Options.PtxArchitecture == 0)
        {
            return;
        }

        var tuple = call.Ir.Emit(new Instruction(Opcode.InlinePtx, IrType.Tuple, [.. operands.Inputs])
        {
            Text = Rename(call.Text(0), operands.Names),
            TupleTypes = [.. operands.Outputs.Select(output => output.Memory.Value())],
            Ties = [.. operands.Ties],
            Location = call.Ir.Location,
        });
        for (var i = 0; i < operands.Outputs.Count; i++)
        {
            var (pointer, memory) = operands.Outputs[i];
            call.Ir.Store(memory, pointer, call.Ir.Emit(Opcode.TupleElement, memory.Value(), i, tuple));
        }
    }

    private static string Rename(string text, List<string> names)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '{' or '}')
            {
                // Braces of the user's own are doubled, as in composite formats.
                result.Append(text[i], 2);
                continue;
            }

            if (text[i] != '%')
            {
                result.Append(text[i]);
                continue;
            }

            var end = i + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end == i + 1)
            {
                if (end >= text.Length || text[end] != '%')
                {
                    throw new KernelRefusedException($"'%' in inline PTX is followed by neither a number nor '%': {text}");
                }

                result.Append('%');
                i = end;
                continue;
            }

            var index = int.Parse(text.AsSpan(i + 1, end - i - 1));
            if (index >= names.Count)
            {
                throw new KernelRefusedException($"inline PTX names argument %{index}, but there are {names.Count}: {text}");
            }

            result.Append(names[index]);
            i = end - 1;
        }

        return result.ToString();
    }
}

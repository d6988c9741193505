using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.Frontend;

/// <summary>
/// One IL instruction. Operand: int, long, float, double, string token, branch target(s) as IL offsets, or a metadata token.
/// </summary>
internal readonly record struct ILInstruction(int Offset, int Next, OpCode OpCode, object? Operand);

/// <summary>The IL of one method, decoded.</summary>
internal sealed class ILBody(MethodBase method, MethodBody body, ILInstruction[] instructions, HashSet<int> leaders)
{
    private static readonly ConcurrentDictionary<MethodBase, ILBody?> s_cache = new();

    public MethodBase Method { get; } = method;

    public MethodBody Body { get; } = body;

    public ILInstruction[] Instructions { get; } = instructions;

    /// <summary>Offsets that start a basic block.</summary>
    public HashSet<int> Leaders { get; } = leaders;

    /// <summary>Arguments whose address is taken or which are assigned: only these need memory.</summary>
    public HashSet<int> WrittenArguments { get; } =
        [.. instructions.Where(i => i.OpCode.Name is "starg" or "starg.s" or "ldarga" or "ldarga.s").Select(i => (int)i.Operand!)];

    /// <summary>The decoded body, or null if the method has none (abstract, extern, provided by the runtime).</summary>
    public static ILBody? Of(MethodBase method) => s_cache.GetOrAdd(method, Read);

    private static ILBody? Read(MethodBase method)
    {
        var body = method.GetMethodBody();
        var bytes = body?.GetILAsByteArray();
        if (body is null || bytes is null)
        {
            return null;
        }

        var instructions = new List<ILInstruction>();
        var leaders = new HashSet<int> { 0 };
        for (var position = 0; position < bytes.Length;)
        {
            var instruction = Decode(bytes, position);
            instructions.Add(instruction);
            position = instruction.Next;
            switch (instruction.OpCode.OperandType)
            {
                case OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget:
                    leaders.Add((int)instruction.Operand!);
                    leaders.Add(position);
                    break;
                case OperandType.InlineSwitch:
                    leaders.UnionWith((int[])instruction.Operand!);
                    leaders.Add(position);
                    break;
            }
        }

        return new ILBody(method, body, [.. instructions], leaders);
    }

    private static ILInstruction Decode(byte[] il, int start)
    {
        var position = start;
        int code = il[position++];
        if (code == 0xFE)
        {
            code = 0xFE00 | il[position++];
        }

        var opcode = s_opCodeTable[code];
        var data = il.AsSpan(position);
        object? operand;
        var size = 4;
        switch (opcode.OperandType)
        {
            case OperandType.InlineNone:
                (operand, size) = (null, 0);
                break;
            case OperandType.ShortInlineI:
                (operand, size) = ((int)(sbyte)data[0], 1);
                break;
            case OperandType.ShortInlineVar:
                (operand, size) = ((int)data[0], 1);
                break;
            case OperandType.InlineVar:
                (operand, size) = ((int)BinaryPrimitives.ReadUInt16LittleEndian(data), 2);
                break;
            case OperandType.ShortInlineBrTarget:
                (operand, size) = (position + 1 + (sbyte)data[0], 1);
                break;
            case OperandType.InlineBrTarget:
                operand = position + 4 + BinaryPrimitives.ReadInt32LittleEndian(data);
                break;
            case OperandType.InlineI8:
                (operand, size) = (BinaryPrimitives.ReadInt64LittleEndian(data), 8);
                break;
            case OperandType.ShortInlineR:
                operand = BinaryPrimitives.ReadSingleLittleEndian(data);
                break;
            case OperandType.InlineR:
                (operand, size) = (BinaryPrimitives.ReadDoubleLittleEndian(data), 8);
                break;
            case OperandType.InlineSwitch:
                var count = BinaryPrimitives.ReadInt32LittleEndian(data);
                size = 4 + (4 * count);
                var targets = new int[count];
                for (var i = 0; i < count; i++)
                {
                    targets[i] = position + size + BinaryPrimitives.ReadInt32LittleEndian(data[(4 + (4 * i))..]);
                }

                operand = targets;
                break;
            default:
                operand = BinaryPrimitives.ReadInt32LittleEndian(data);
                break;
        }

        return new ILInstruction(start, position + size, opcode, operand);
    }

    private static readonly Dictionary<int, OpCode> s_opCodeTable = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(opcode => (int)(ushort)opcode.Value);
}

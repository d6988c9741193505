using System.Buffers.Binary;
using System.Globalization;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

internal enum PtxState
{
    Running,
    AtBarrier,
    AtShuffle,
    Done,
}

/// <summary>One thread: registers, local memory, position.</summary>
internal sealed class PtxThread(PtxProgram program, PtxGroup group, (uint X, uint Y, uint Z) index)
{
    private const int MostSteps = 2_000_000;
    private readonly Dictionary<string, ulong> registers = [];
    private readonly byte[] local = new byte[program.LocalBytes];
    private int position;
    private int steps;

    public PtxState State { get; set; }

    public (uint X, uint Y, uint Z) Index { get; } = index;

    /// <summary>The shuffle or barrier that the thread waits at.</summary>
    public PtxInstruction Waiting => program.Instructions[position - 1];

    public ulong this[string register]
    {
        get => registers.GetValueOrDefault(register);
        set => registers[register] = register.StartsWith("%rd", StringComparison.Ordinal) || register.StartsWith("%fd", StringComparison.Ordinal) ? value : (uint)value;
    }

    public void Run()
    {
        while (State == PtxState.Running)
        {
            if (++steps > MostSteps)
                throw new InvalidOperationException("the thread does not end");
            var i = program.Instructions[position++];
            if (i.Guard is { } guard && (this[guard] != 0) == i.IsNegated)
                continue;
            Execute(i);
        }
    }

    private void Execute(PtxInstruction i)
    {
        switch (i.Name)
        {
            case "bra":
                position = program.Labels[i.Operands[0]];
                break;
            case "ret":
                State = PtxState.Done;
                break;
            case "bar" when i.Parts[1] == "warp":
            case "membar":
                break;
            case "bar":
                State = PtxState.AtBarrier;
                break;
            case "shfl":
                State = PtxState.AtShuffle;
                break;
            case "cvta":
                this[i.Operands[0]] = Value(i.Operands[1]);
                break;
            case "ld":
                Load(i);
                break;
            case "st":
                Store(i);
                break;
            case "atom" or "red":
                Atomic(i);
                break;
            case "mov" when i.Operands[0][0] == '{':
                var halves = Names(i.Operands[0]);
                var whole = Value(i.Operands[1]);
                (this[halves[0]], this[halves[1]]) = ((uint)whole, whole >> 32);
                break;
            case "mov" when i.Operands[1][0] == '{':
                var parts = Names(i.Operands[1]);
                this[i.Operands[0]] = this[parts[0]] | (this[parts[1]] << 32);
                break;
            default:
                var operands = i.Operands;
                this[operands[0]] = PtxArithmetic.Compute(
                    i,
                    Value(operands[1]),
                    operands.Length > 2 ? Value(operands[2]) : 0,
                    operands.Length > 3 ? Value(operands[3]) : 0);
                break;
        }
    }

    public ulong Value(string operand)
    {
        if (operand[0] == '%')
            return group.Special(operand, this) ?? this[operand];
        if (operand.StartsWith("0f", StringComparison.Ordinal))
            return uint.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (operand.StartsWith("0d", StringComparison.Ordinal))
            return ulong.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (operand.StartsWith("0x", StringComparison.Ordinal))
            return ulong.Parse(operand.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (operand == "WARP_SZ")
            return 32;
        if (char.IsAsciiLetter(operand[0]))
            return (ulong)(operand == "dynamic_shared" ? program.SharedBytes : program.Variables[operand]);
        return operand[0] == '-' ? (ulong)long.Parse(operand, CultureInfo.InvariantCulture) : ulong.Parse(operand, CultureInfo.InvariantCulture);
    }

    private static string[] Names(string braces) => [.. braces.Trim('{', '}').Split(',').Select(name => name.Trim())];

    private Span<byte> Memory(PtxInstruction i, string reference, int bytes)
    {
        var parts = reference.Trim('[', ']').Split('+');
        if (i.Has("param"))
            return group.Arguments.AsSpan(program.Parameters[parts[0]], bytes);
        var address = Value(parts[0]) + (parts.Length > 1 ? (ulong)long.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        var space = i.Has("global") ? group.Global : i.Has("shared") ? group.Shared : i.Has("local") ? local : throw new NotSupportedException($"generic address: {i.Text}");
        if (address % (ulong)bytes != 0)
            throw new InvalidOperationException($"misaligned address {address}: {i.Text}");
        return space.AsSpan(checked((int)(i.Has("shared") ? (uint)address : address)), bytes);
    }

    private void Load(PtxInstruction i)
    {
        var size = PtxProgram.Size(i.Type);
        var targets = i.Operands[0][0] == '{' ? Names(i.Operands[0]) : [i.Operands[0]];
        var memory = Memory(i, i.Operands[1], size * targets.Length);
        for (var k = 0; k < targets.Length; k++)
            this[targets[k]] = Read(i.Type, memory[(k * size)..]);
    }

    private static ulong Read(string type, ReadOnlySpan<byte> memory) => type switch
    {
        "s8" => (ulong)(sbyte)memory[0],
        "u8" or "b8" => memory[0],
        "s16" => (ulong)BinaryPrimitives.ReadInt16LittleEndian(memory),
        "u16" or "b16" => BinaryPrimitives.ReadUInt16LittleEndian(memory),
        "u32" or "b32" or "f32" or "s32" => BinaryPrimitives.ReadUInt32LittleEndian(memory),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(memory),
    };

    private void Store(PtxInstruction i)
    {
        var size = PtxProgram.Size(i.Type);
        var sources = i.Operands[1][0] == '{' ? Names(i.Operands[1]) : [i.Operands[1]];
        var memory = Memory(i, i.Operands[0], size * sources.Length);
        for (var k = 0; k < sources.Length; k++)
            Write(size, memory[(k * size)..], Value(sources[k]));
    }

    private static void Write(int size, Span<byte> memory, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..size].CopyTo(memory);
    }

    private void Atomic(PtxInstruction i)
    {
        var returns = i.Name == "atom";
        var operands = returns ? i.Operands[1..] : i.Operands;
        var size = PtxProgram.Size(i.Type);
        var memory = Memory(i, operands[0], size);
        var old = Read(i.Type, memory);
        var operation = i.Parts[^2];
        var value = Value(operands[1]);
        var updated = operation switch
        {
            "exch" => value,
            "cas" => old == value ? Value(operands[2]) : old,
            _ => PtxArithmetic.Compute(i with { Parts = [operation, i.Type] }, old, value, 0),
        };
        Write(size, memory, updated);
        if (returns)
            this[i.Operands[0]] = old;
    }
}

using System.Buffers.Binary;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>A machine instruction, from sm_70 on.</summary>
internal readonly record struct MachineInstruction(ulong Low, ulong High)
{
    /// <summary>What it does; 0 where its condition is never true, as the assembler writes where a card needs a pause.</summary>
    public int Opcode => (Low >> 12 & 0xF) == 0xF ? 0 : (int)(Low & 0xFFF);

    /// <summary>The predicate on which it runs, with its sign; 7 where it always does.</summary>
    public int Condition => (int)(Low >> 12 & 0xF);

    /// <summary>The predicate that a branch has beside <see cref="Condition"/>, with its sign; 7 where it has none.</summary>
    public int SecondCondition => (int)(High >> 23 & 0xF);

    /// <summary>Whether it is a barrier that joins a condition of all threads of a group.</summary>
    public bool JoinsConditions => Opcode == 0xB1D && (High >> 13 & 7) == 2;

    /// <summary>Bytes of a lane, of one that reads shared memory: 4, 8 or 16.</summary>
    public int ReadBytes => 1 << ((int)(High >> 9 & 7) - 2);

    /// <summary>
    /// Where a branch at a place leads: it has its distance from the next instruction in words, of which sm_90 has the lowest byte apart.
    /// </summary>
    public int Target(int place, int sm)
    {
        const int WordsOfAnInstruction = 4, Sm90 = 90;
        var distance = (int)(Low >> 32) / sizeof(int);
        var words = sm < Sm90 ? distance : (distance << 8) | (byte)(Low >> 16);
        return place + 1 + (words / WordsOfAnInstruction);
    }
}

/// <summary>
/// The assembler's word on kernels: a test is skipped where there is no assembler and fails with its message where it refuses.
/// </summary>
internal static class MachineCode
{
    /// <summary>From sm_70 on.</summary>
    private const int InstructionBytes = 16;

    public static AssemblyFigures Assemble(string ptx, int sm)
    {
        SkipWithoutAssembler();
        return PtxAssembler.Assemble(ptx, sm);
    }

    /// <summary>What a kernel's machine instructions do, in their order: the lowest 12 bits of each, from sm_70 on.</summary>
    public static IReadOnlyList<int> Opcodes(string ptx, int sm) => [.. Instructions(ptx, sm).Select(each => (int)(each.Low & 0xFFF))];

    /// <summary>A kernel's machine instructions in their order, from sm_70 on.</summary>
    public static IReadOnlyList<MachineInstruction> Instructions(string ptx, int sm)
    {
        SkipWithoutAssembler();
        var code = Code(PtxAssembler.Binary(ptx, sm));
        var instructions = new MachineInstruction[code.Length / InstructionBytes];
        for (var i = 0; i < instructions.Length; i++)
        {
            var instruction = code[(i * InstructionBytes)..];
            instructions[i] = new(
                BinaryPrimitives.ReadUInt64LittleEndian(instruction),
                BinaryPrimitives.ReadUInt64LittleEndian(instruction[sizeof(ulong)..]));
        }

        return instructions;
    }

    /// <summary>The instructions of the innermost loop that has one of a kind, from its first to the branch back.</summary>
    public static IReadOnlyList<MachineInstruction> LoopWith(string ptx, int sm, int opcode, int branch)
    {
        var code = Instructions(ptx, sm);
        var opcodes = code.Select(each => (int)(each.Low & 0xFFF)).ToList();
        var (first, last) = (0, opcodes.Count - 1);
        for (var i = 0; i < opcodes.Count; i++)
        {
            if (opcodes[i] == branch && code[i].Target(i, sm) is >= 0 and var to && to <= i
                && i - to < last - first && opcodes.Skip(to).Take(i - to).Contains(opcode))
            {
                (first, last) = (to, i);
            }
        }

        return [.. code.Skip(first).Take(last - first + 1)];
    }

    /// <summary>For figures that one release of the assembler gives and others don't.</summary>
    /// <param name="release">its name, <c>11.8</c></param>
    public static void SkipUnlessRelease(string release)
    {
        SkipWithoutAssembler();
        if (TestFiles.Output(PtxAssembler.Executable!, ["--version"])?.Contains($"release {release},", StringComparison.Ordinal) != true)
        {
            Assert.Ignore($"ptxas is not of release {release}; {PtxAssembler.Variable} can name it");
        }
    }

    public static void SkipWithoutAssembler()
    {
        if (PtxAssembler.Executable is null)
        {
            Assert.Ignore($"ptxas is not installed; {PtxAssembler.Variable} can name it");
        }
    }

    /// <summary>The longest section of machine code of an ELF file: the kernel's, beside those of functions that nobody calls.</summary>
    private static ReadOnlySpan<byte> Code(ReadOnlySpan<byte> elf)
    {
        const int SectionBytes = 64, TableField = 0x28, CountField = 0x3C, NamesField = 0x3E, OffsetField = 24, SizeField = 32;
        var table = elf[(int)BinaryPrimitives.ReadUInt64LittleEndian(elf[TableField..])..];
        int sections = BinaryPrimitives.ReadUInt16LittleEndian(elf[CountField..]),
            names = Offset(table[(BinaryPrimitives.ReadUInt16LittleEndian(elf[NamesField..]) * SectionBytes)..]);
        var longest = ReadOnlySpan<byte>.Empty;
        for (var i = 0; i < sections; i++)
        {
            var section = table.Slice(i * SectionBytes, SectionBytes);
            var name = elf[(names + BinaryPrimitives.ReadInt32LittleEndian(section))..];
            var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(section[SizeField..]);
            if (name.StartsWith(".text."u8) && size > longest.Length)
            {
                longest = elf.Slice(Offset(section), size);
            }
        }

        return longest;

        static int Offset(ReadOnlySpan<byte> section) => (int)BinaryPrimitives.ReadUInt64LittleEndian(section[OffsetField..]);
    }
}

using System.Buffers.Binary;
using System.Text;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>The sections of what the assembler writes: an ELF file of 64 bits, little-endian (System V ABI, "Object files").</summary>
internal static class CubinSections
{
    private const int TableOffset = 0x28, EntrySize = 0x3A, EntryCount = 0x3C, NamesIndex = 0x3E;
    private const int OffsetOfSection = 0x18, SizeOfSection = 0x20;

    /// <summary>The bytes of a section.</summary>
    /// <exception cref="InvalidDataException">There is no such section.</exception>
    public static ReadOnlyMemory<byte> Bytes(byte[] file, string name)
    {
        var (table, size) = ((int)Number64(file, TableOffset), Number16(file, EntrySize));
        var names = (int)Number64(file, table + (Number16(file, NamesIndex) * size) + OffsetOfSection);
        for (var i = 0; i < Number16(file, EntryCount); i++)
        {
            var header = table + (i * size);
            var start = names + (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(header));
            var length = file.AsSpan(start).IndexOf((byte)0);
            if (Encoding.ASCII.GetString(file, start, length) == name)
            {
                return file.AsMemory((int)Number64(file, header + OffsetOfSection), (int)Number64(file, header + SizeOfSection));
            }
        }

        throw new InvalidDataException($"the machine code has no section {name}");
    }

    private static ulong Number64(byte[] file, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(offset));

    private static int Number16(byte[] file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));
}

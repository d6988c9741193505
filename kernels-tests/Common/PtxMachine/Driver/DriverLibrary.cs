using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Driver;

/// <summary>
/// A shared library that exports functions of this process, so that P/Invokes find them like a driver's. Its ELF image is written here byte
/// by byte (System V ABI, chapters 4 and 5; x86-64). Each function is one jump through a table, which is filled after loading.
/// </summary>
internal static unsafe class DriverLibrary
{
    private const string Table = "table";
    private const int Page = 0x1000;
    private const int StubBytes = 8;
    private const int SymbolBytes = 24;

    /// <summary>Why the library can't be used on this machine; empty if it can.</summary>
    public static string UnavailableReason =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? ""
            : "libraries of the machine's own are made for Linux on x86-64";

    /// <summary>Loads a library that exports the given functions, and returns its system handle.</summary>
    public static nint Load(IReadOnlyList<(string Name, nint Function)> functions)
    {
        var file = Path.Combine(Path.GetTempPath(), $"ilgpugan-driver-{Environment.ProcessId}.so");
        File.WriteAllBytes(file, Image([.. functions.Select(function => function.Name)]));
        try
        {
            var library = NativeLibrary.Load(file);
            var table = (nint*)NativeLibrary.GetExport(library, Table);
            for (var k = 0; k < functions.Count; k++)
            {
                table[k] = functions[k].Function;
            }
            return library;
        }
        finally
        {
            File.Delete(file); // The loaded image stays in memory.
        }
    }

    // One read-execute segment: headers, hash, symbols, names, stubs. One read-write segment: dynamic section, table.
    private static byte[] Image(string[] names)
    {
        string[] symbols = [.. names, Table];
        var text = new MemoryStream();
        text.WriteByte(0);
        var offsets = symbols.Select(name =>
        {
            var at = (int)text.Length;
            text.Write(Encoding.ASCII.GetBytes(name + '\0'));
            return at;
        }).ToArray();

        const int HeaderBytes = 64 + (4 * 56);
        const int Dynamic = 6 * 16;
        var hash = HeaderBytes;
        var symbolTable = Aligned(hash + (4 * (2 + 1 + symbols.Length + 1)), 8);
        var strings = symbolTable + (SymbolBytes * (symbols.Length + 1));
        var stubs = Aligned(strings + (int)text.Length, 16);
        var data = Aligned(stubs + (StubBytes * names.Length), Page);
        var table = data + Dynamic;
        var image = new byte[table + (8 * names.Length)];

        image.Put(0, 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1);
        image.Put16(16, 3, 62); // A shared object for x86-64.
        image.Put32(20, 1);
        image.Put64(32, 64); // The offset of the program headers.
        image.Put16(52, 64, 56, 4);
        image.Segment(0, type: 1, flags: 5, 0, stubs + (StubBytes * names.Length), Page);
        image.Segment(1, type: 1, flags: 6, data, image.Length - data, Page);
        image.Segment(2, type: 2, flags: 6, data, Dynamic, 8);
        image.Segment(3, type: 0x6474E551, flags: 6, 0, 0, 16); // A non-executable stack.

        // One bucket, whose chain holds all symbols.
        image.Put32(hash, 1, symbols.Length + 1, 1);
        for (var k = 1; k <= symbols.Length; k++)
        {
            image.Put32(hash + 12 + (4 * k), k < symbols.Length ? k + 1 : 0);
        }

        for (var k = 0; k < symbols.Length; k++)
        {
            var isTable = k == names.Length;
            var at = symbolTable + (SymbolBytes * (k + 1));
            image.Put32(at, offsets[k]);
            image.Put(at + 4, (byte)(isTable ? 0x11 : 0x12), 0);
            image.Put16(at + 6, 1);
            image.Put64(at + 8, isTable ? table : stubs + (StubBytes * k), isTable ? 8 * names.Length : StubBytes);
        }

        text.ToArray().CopyTo(image, strings);
        for (var k = 0; k < names.Length; k++)
        {
            var at = stubs + (StubBytes * k);
            image.Put(at, 0xFF, 0x25); // jmp [rip + distance]
            image.Put32(at + 2, table + (8 * k) - (at + 6));
        }

        image.Put64(data, 4, hash, 5, strings, 6, symbolTable, 10, text.Length, 11, SymbolBytes);
        return image;
    }

    private static int Aligned(int at, int alignment) => (at + alignment - 1) / alignment * alignment;

    private static void Segment(this byte[] image, int index, int type, int flags, long at, long bytes, long alignment)
    {
        var header = 64 + (56 * index);
        image.Put32(header, type, flags);
        image.Put64(header + 8, at, at, at, bytes, bytes, alignment);
    }

    private static void Put(this byte[] image, int at, params ReadOnlySpan<byte> values) => values.CopyTo(image.AsSpan(at));

    private static void Put16(this byte[] image, int at, params ReadOnlySpan<short> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt16LittleEndian(image.AsSpan(at), value);
            at += sizeof(short);
        }
    }

    private static void Put32(this byte[] image, int at, params ReadOnlySpan<int> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), value);
            at += sizeof(int);
        }
    }

    private static void Put64(this byte[] image, int at, params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at), value);
            at += sizeof(long);
        }
    }
}

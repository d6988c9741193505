using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Decodes the coefficients of one block of the sequential process (T.81, F.2.2).</summary>
internal static unsafe class BlockDecoder
{
    /// <summary>Decodes a size and a difference.</summary>
    /// <returns>The difference from the previous DC value.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DecodeDc(ref BitReader reader, HuffmanTable table)
    {
        reader.Fill();
        var next = (int)(reader.Bits >> (64 - HuffmanTable.LookAhead));
        var combined = table.Combined[next];
        if (combined != 0)
        {
            reader.Skip(combined & 0xFF);
            return combined >> 16;
        }

        var size = NextSymbol(ref reader, table);
        return HuffmanTable.Extend(reader.Read(size), size);
    }

    /// <summary>The next Huffman symbol; 0 if no code matches. At least 15 bits stay available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextSymbol(ref BitReader reader, HuffmanTable table)
    {
        reader.Fill();
        int entry = table.Symbols[(int)(reader.Bits >> (64 - HuffmanTable.LookAhead))];
        if (entry != 0)
        {
            reader.Skip(entry >> 8);
            return entry & 0xFF;
        }

        var (symbol, length) = table.DecodeLong((int)(reader.Bits >> 48));
        reader.Skip(length);
        return symbol;
    }

    /// <summary>
    /// Decodes a whole block. Corrupt data yields the same coefficients as in the IJG's decoder, which only warns, so that such files
    /// exist.
    /// </summary>
    /// <param name="block">65 zeroed elements: the coefficients in natural order, and one for overflow.</param>
    /// <returns>Whether there are AC coefficients.</returns>
    public static bool Decode(ref BitReader reader, HuffmanTable dc, HuffmanTable ac, ref int predictor, short* block)
    {
        predictor += DecodeDc(ref reader, dc);
        block[0] = (short)predictor;
        ref var combinedTable = ref MemoryMarshal.GetArrayDataReference(ac.Combined);
        ref var order = ref MemoryMarshal.GetReference(ZigZag.ToNatural);

        // The reader's state is in locals, hence in registers, and written back before calls of the reader and at the end.
        var (bits, count) = (reader.Bits, reader.Count);
        var k = 1;
        do
        {
            if (count < 32)
            {
                (reader.Bits, reader.Count) = (bits, count);
                reader.FillFrom();
                (bits, count) = (reader.Bits, reader.Count);
            }

            var combined = Unsafe.Add(ref combinedTable, (nint)(bits >> (64 - HuffmanTable.LookAhead)));
            if (combined != 0)
            {
                var length = combined & 0xFF;
                bits <<= length;
                count -= length;
                k += (combined >> 8) & 0xFF;
                block[Unsafe.Add(ref order, k & 0xFF)] = (short)(combined >> 16);
                k++;
                continue;
            }

            (reader.Bits, reader.Count) = (bits, count);
            var symbol = NextSymbol(ref reader, ac);
            var size = symbol & 15;
            if (size == 0 && symbol != 0xF0)
            {
                k += HuffmanTable.EndOfBlockRun + 1;
                (bits, count) = (reader.Bits, reader.Count);
                break;
            }

            k += symbol >> 4;
            block[Unsafe.Add(ref order, k & 0xFF)] = (short)HuffmanTable.Extend((int)(reader.Bits >> 48) >> (16 - size), size);
            k++;
            reader.Skip(size);
            (bits, count) = (reader.Bits, reader.Count);
        }
        while (k < 64);

        (reader.Bits, reader.Count) = (bits, count);
        return k != 1 + HuffmanTable.EndOfBlockRun + 1;
    }
}

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>One block of a progressive scan over a band of AC coefficients (T.81, G.1.2.2 and G.1.2.3).</summary>
internal static unsafe class AcBlock
{
    /// <summary>Decodes the high bits of the band's coefficients: the first scan of the band.</summary>
    /// <param name="block">64 coefficients in natural order.</param>
    /// <param name="emptyBlocks">Receives the number of following blocks without coefficients in the band (end-of-band run).</param>
    public static void DecodeFirst(ref BitReader reader, HuffmanTable table, JpegScan scan, short* block, ref int emptyBlocks)
    {
        var order = ZigZag.ToNatural;
        var (last, low) = (scan.Last, scan.Low);
        var k = scan.First;
        while (k <= last)
        {
            reader.Fill();
            var combined = table.Combined[(int)(reader.Bits >> (64 - HuffmanTable.LookAhead))];
            int value;
            if (combined != 0)
            {
                reader.Skip(combined & 0xFF);
                k += (combined >> 8) & 0xFF;
                value = combined >> 16;
            }
            else
            {
                var symbol = BlockDecoder.NextSymbol(ref reader, table);
                var (run, size) = (symbol >> 4, symbol & 15);
                if (size == 0 && run != 15)
                {
                    emptyBlocks = (1 << run) + reader.Read(run) - 1;
                    return;
                }

                k += run;
                value = HuffmanTable.Extend((int)(reader.Bits >> 48) >> (16 - size), size);
                reader.Skip(size);
            }

            if (k >= HuffmanTable.EndOfBlockRun)
            {
                return;
            }

            block[order[k]] = (short)(value << low);
            k++;
        }
    }

    /// <summary>Refinement scan: decodes one more bit of nonzero coefficients, and coefficients that become nonzero.</summary>
    /// <inheritdoc cref="DecodeFirst"/>
    public static void Refine(ref BitReader reader, HuffmanTable table, JpegScan scan, short* block, ref int emptyBlocks)
    {
        var order = ZigZag.ToNatural;
        var last = scan.Last;
        var bit = (short)(1 << scan.Low);
        var k = scan.First;
        if (emptyBlocks > 0)
        {
            emptyBlocks--;
            Correct(ref reader, block, k, last, bit);
            return;
        }

        for (; k <= last; k++)
        {
            var symbol = BlockDecoder.NextSymbol(ref reader, table);
            var (run, size) = (symbol >> 4, symbol & 15);
            short value = 0;
            if (size != 0)
            {
                // Only a size of 1 is valid here; the IJG's decoder reads one bit for any size.
                value = reader.Read(1) != 0 ? bit : (short)-bit;
            }
            else if (run != 15)
            {
                emptyBlocks = (1 << run) + reader.Read(run) - 1;
                Correct(ref reader, block, k, last, bit);
                return;
            }

            // Correct the coefficients that are already nonzero, and skip as many zeros as the run says.
            for (; k <= last; k++)
            {
                ref var coefficient = ref block[order[k]];
                if (coefficient != 0)
                {
                    Correct(ref reader, ref coefficient, bit);
                }
                else if (--run < 0)
                {
                    break;
                }
            }

            if (value != 0)
            {
                block[order[k]] = value;
            }
        }
    }

    private static void Correct(ref BitReader reader, short* block, int first, int last, short bit)
    {
        var order = ZigZag.ToNatural;
        for (var k = first; k <= last; k++)
        {
            ref var coefficient = ref block[order[k]];
            if (coefficient != 0)
            {
                Correct(ref reader, ref coefficient, bit);
            }
        }
    }

    private static void Correct(ref BitReader reader, ref short coefficient, short bit)
    {
        if (reader.Read(1) != 0 && (coefficient & bit) == 0)
        {
            coefficient += coefficient >= 0 ? bit : (short)-bit;
        }
    }
}

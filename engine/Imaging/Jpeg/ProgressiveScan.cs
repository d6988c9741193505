namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Decodes a scan of the progressive process into the components' coefficients (T.81, annex G): DC or a band of AC coefficients,
/// either the high bits first (first scan) or one more bit (refinement).
/// </summary>
internal static unsafe class ProgressiveScan
{
    /// <returns>
    /// The offset of the scan's end in the file, the last row of MCUs that its data reached, and whether it lacks some of its data.
    /// </returns>
    /// <exception cref="ImageFormatException">The file ends before the scan does.</exception>
    public static (int End, int LastMcuRow, bool HasLost) Decode(byte* file, int length, JpegScan scan, JpegFrame frame, bool lenient)
    {
        foreach (var component in scan.Components)
        {
            component.Begin(scan);
        }

        var reader = new BitReader(file, length, scan.Start);
        var progress = new ScanProgress(scan, lenient);
        if (scan.Interleaved)
        {
            DecodeInterleavedDc(ref reader, ref progress, scan, frame);
        }
        else if (scan.First == 0)
        {
            DecodeDc(ref reader, ref progress, scan);
        }
        else
        {
            DecodeAc(ref reader, ref progress, scan);
        }

        progress.CheckEnd(ref reader);
        var mcusPerRow = scan.Interleaved ? frame.McusWide : scan.Components[0].BlocksWide * scan.Components[0].Vertical;
        return (reader.Offset, progress.LastReached / mcusPerRow, progress.HasLost);
    }

    private static void DecodeInterleavedDc(ref BitReader reader, ref ScanProgress progress, JpegScan scan, JpegFrame frame)
    {
        for (var y = 0; y < frame.McusHigh; y++)
        {
            for (var x = 0; x < frame.McusWide; x++)
            {
                if (!progress.Begin(ref reader, out _))
                {
                    continue;
                }

                foreach (var component in scan.Components)
                {
                    for (var v = 0; v < component.Vertical; v++)
                    {
                        var row = ((y * component.Vertical) + v) * component.PaddedBlocksWide;
                        for (var h = 0; h < component.Horizontal; h++)
                        {
                            var block = row + (x * component.Horizontal) + h;
                            DecodeDc(ref reader, component, scan, ref component.Coefficients[(nint)block * 64]);
                        }
                    }
                }
            }
        }
    }

    private static void DecodeDc(ref BitReader reader, ref ScanProgress progress, JpegScan scan)
    {
        var component = scan.Components[0];
        for (var y = 0; y < component.BlocksHigh; y++)
        {
            for (var x = 0; x < component.BlocksWide; x++)
            {
                if (progress.Begin(ref reader, out _))
                {
                    var block = (y * component.PaddedBlocksWide) + x;
                    DecodeDc(ref reader, component, scan, ref component.Coefficients[(nint)block * 64]);
                }
            }
        }
    }

    private static void DecodeDc(ref BitReader reader, JpegComponent component, JpegScan scan, ref short coefficient)
    {
        if (scan.High != 0)
        {
            coefficient |= (short)(reader.Read(1) << scan.Low);
            return;
        }

        component.Predictor += BlockDecoder.DecodeDc(ref reader, component.DcTable);
        coefficient = (short)(component.Predictor << scan.Low);
    }

    private static void DecodeAc(ref BitReader reader, ref ScanProgress progress, JpegScan scan)
    {
        var component = scan.Components[0];

        // Following blocks without coefficients in this band (end-of-band run).
        var emptyBlocks = 0;
        fixed (short* coefficients = component.Coefficients)
        {
            for (var y = 0; y < component.BlocksHigh; y++)
            {
                var row = coefficients + ((nint)y * component.PaddedBlocksWide * 64);
                for (var x = 0; x < component.BlocksWide; x++)
                {
                    if (scan.High == 0 && emptyBlocks > 0 && progress.Left > 0)
                    {
                        var skip = Math.Min(Math.Min(emptyBlocks, component.BlocksWide - x), progress.Left);
                        emptyBlocks -= skip;
                        progress.Pass(skip);
                        x += skip - 1;
                        continue;
                    }

                    var present = progress.Begin(ref reader, out var restarted);
                    emptyBlocks = restarted ? 0 : emptyBlocks;
                    if (!present)
                    {
                        continue;
                    }

                    if (scan.High == 0)
                    {
                        AcBlock.DecodeFirst(ref reader, component.AcTable, scan, row + (x * 64), ref emptyBlocks);
                    }
                    else
                    {
                        AcBlock.Refine(ref reader, component.AcTable, scan, row + (x * 64), ref emptyBlocks);
                    }
                }
            }
        }
    }
}

using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Decodes a scan of the sequential process. The scan holds complete blocks, so each is transformed into its plane at once, while it is in
/// the cache.
/// </summary>
internal static unsafe class SequentialScan
{
    private const int BlockBytes = 64 * sizeof(short);

    /// <returns>The offset of the scan's end in the file, and whether it lacks some of its data.</returns>
    /// <exception cref="ImageFormatException">The file ends before the scan does.</exception>
    public static (int End, bool HasLost) Decode(byte* file, int length, JpegScan scan, JpegFrame frame, bool lenient)
    {
        var reader = new BitReader(file, length, scan.Start);
        var progress = new ScanProgress(scan, lenient);
        if (scan.Interleaved)
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
                        DecodeBlocks(
                            ref reader, component, x * component.Horizontal, y * component.Vertical, component.Horizontal,
                            component.Vertical);
                    }
                }
            }
        }
        else
        {
            var component = scan.Components[0];
            for (var y = 0; y < component.BlocksHigh; y++)
            {
                for (var x = 0; x < component.BlocksWide; x++)
                {
                    if (progress.Begin(ref reader, out _))
                    {
                        DecodeBlocks(ref reader, component, x, y, 1, 1);
                    }
                }
            }
        }

        progress.CheckEnd(ref reader);
        return (reader.Offset, progress.HasLost);
    }

    private static void DecodeBlocks(ref BitReader reader, JpegComponent component, int blockX, int blockY, int columns, int rows)
    {
        var block = stackalloc short[64 + 8];
        var predictor = component.Predictor;
        var stride = component.Stride;
        var (dcTable, acTable) = (component.DcTable, component.AcTable);
        fixed (byte* plane = component.Plane)
        fixed (short* quantization = component.Quantization)
        {
            for (var y = 0; y < rows; y++)
            {
                var target = plane + ((nint)(blockY + y) * 8 * stride) + (blockX * 8);
                for (var x = 0; x < columns; x++, target += 8)
                {
                    Clear(block);
                    if (BlockDecoder.Decode(ref reader, dcTable, acTable, ref predictor, block))
                    {
                        InverseDct.Transform(block, quantization, target, stride);
                    }
                    else
                    {
                        InverseDct.TransformDc(block[0], quantization[0], target, stride);
                    }
                }
            }
        }

        component.Predictor = predictor;
    }

    private static void Clear(short* block)
    {
        var bytes = (byte*)block;
        for (var i = 0; i < BlockBytes; i += Vector256<byte>.Count)
        {
            Vector256<byte>.Zero.Store(bytes + i);
        }
    }
}

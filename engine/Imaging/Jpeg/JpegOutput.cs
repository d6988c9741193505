using System.Buffers;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Converts a frame's planes to an image: upsampling and colour conversion, row by row, so that intermediate results stay in the cache.
/// </summary>
internal static unsafe class JpegOutput
{
    public static Image ToImage(JpegFrame frame, JpegColorModel model)
    {
        var gray = model == JpegColorModel.Gray;
        var used = gray ? 1 : model is JpegColorModel.Cmyk or JpegColorModel.Ycck ? 4 : 3;
        var channels = gray ? 1 : 3;
        var samples = GC.AllocateUninitializedArray<byte>(checked(frame.Width * frame.Height * channels));
        var handles = new MemoryHandle[used];
        try
        {
            var rows = new UpsampledRows[used];
            for (var i = 0; i < used; i++)
            {
                handles[i] = frame.Components[i].Plane.AsMemory().Pin();
                rows[i] = new(frame.Components[i], frame, (byte*)handles[i].Pointer);
            }

            fixed (byte* first = samples)
            {
                for (var y = 0; y < frame.Height; y++)
                {
                    ConvertRow(rows, y, model, gray, first + ((nint)y * frame.Width * channels), frame.Width);
                }
            }
        }
        finally
        {
            foreach (var handle in handles)
            {
                handle.Dispose();
            }
        }

        return new(frame.Width, frame.Height, channels, samples);
    }

    private static void ConvertRow(UpsampledRows[] rows, int y, JpegColorModel model, bool gray, byte* target, int width)
    {
        var first = rows[0].Row(y);
        if (gray)
        {
            new ReadOnlySpan<byte>(first, width).CopyTo(new(target, width));
            return;
        }

        var second = rows[1].Row(y);
        var third = rows[2].Row(y);
        switch (model)
        {
            case JpegColorModel.YCbCr:
                ColorConversion.YCbCrToRgb(first, second, third, target, width);
                break;
            case JpegColorModel.Rgb:
                ColorConversion.PlanesToRgb(first, second, third, target, width);
                break;
            case JpegColorModel.Cmyk:
                ColorConversion.PlanesToRgb(first, second, third, target, width);
                ColorConversion.MultiplyByBlack(target, rows[3].Row(y), width);
                break;
            default:
                // YCCK stores inverted CMY as YCbCr, inverted once more.
                ColorConversion.YCbCrToRgb(first, second, third, target, width);
                ColorConversion.Invert(target, 3 * width);
                ColorConversion.MultiplyByBlack(target, rows[3].Row(y), width);
                break;
        }
    }
}

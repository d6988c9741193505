using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// The rows of one row of MCUs, in planes: converted to YCbCr, subsampled, and continued beyond the image's edges as the IJG's encoder does
/// (columns before, rows after subsampling).
/// </summary>
internal sealed unsafe class EncoderRows
{
    /// <summary>Beyond the last column, so that vectors may run over the end.</summary>
    private const int Slack = 64;

    private readonly Image image;
    private readonly int horizontal;
    private readonly int vertical;
    private readonly int stride;
    private readonly byte[][] full;
    private readonly byte[][] planes;

    /// <param name="image">8 bits, 1 or 3 channels.</param>
    /// <param name="horizontal">Pixels to a chroma sample, 1 or 2.</param>
    /// <param name="vertical">Rows to a chroma sample, 1 or 2.</param>
    public EncoderRows(Image image, int horizontal, int vertical)
    {
        this.image = image;
        this.horizontal = horizontal;
        this.vertical = vertical;
        var mcu = 8 * horizontal;
        stride = ((image.Width + mcu - 1) / mcu * mcu) + Slack;
        full = Array.ConvertAll(new int[image.Channels], _ => GC.AllocateArray<byte>(stride * 8 * vertical, pinned: true));
        planes = horizontal * vertical == 1
            ? full
            : Array.ConvertAll(full, plane => ReferenceEquals(plane, full[0]) ? plane : GC.AllocateArray<byte>(stride * 8, pinned: true));
    }

    public int Stride => stride;

    /// <summary>The first sample of a component's rows; 8 of them, or for luma 8 times its vertical sampling factor.</summary>
    public byte* Plane(int component) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(planes[component], 0);

    /// <summary>Fills the planes with the rows from <paramref name="top"/> on.</summary>
    public void Load(int top)
    {
        var wanted = 8 * vertical;
        var present = Math.Min(wanted, image.Height - top);
        for (var y = 0; y < present; y++)
        {
            LoadRow(top + y, y);
        }

        // One more row, where an odd number of rows is to be halved.
        var rows = (present + vertical - 1) / vertical * vertical;
        foreach (var plane in full)
        {
            RepeatRow(plane, present, rows);
        }

        if (!ReferenceEquals(planes, full))
        {
            for (var c = 1; c < planes.Length; c++)
            {
                for (var y = 0; y < rows / vertical; y++)
                {
                    Subsample(full[c], y * vertical, planes[c].AsSpan(y * stride, stride));
                }

                RepeatRow(planes[c], rows / vertical, 8);
            }
        }

        foreach (var plane in full)
        {
            RepeatRow(plane, rows, wanted);
        }
    }

    private void LoadRow(int imageRow, int y)
    {
        var (width, channels) = (image.Width, image.Channels);
        var source = image.Bytes.AsSpan(imageRow * width * channels, width * channels);
        var start = y * stride;
        if (channels == 1)
        {
            source.CopyTo(full[0].AsSpan(start));
        }
        else
        {
            fixed (byte* rgb = source)
            fixed (byte* luma = full[0], blue = full[1], red = full[2])
            {
                RgbToYCbCr.Convert(rgb, luma + start, blue + start, red + start, width);
            }
        }

        foreach (var plane in full)
        {
            plane.AsSpan(start + width, stride - width).Fill(plane[start + width - 1]);
        }
    }

    /// <summary>Copies the row before <paramref name="from"/> to all from there to before <paramref name="to"/>.</summary>
    private void RepeatRow(byte[] plane, int from, int to)
    {
        for (var y = from; y < to; y++)
        {
            plane.AsSpan((from - 1) * stride, stride).CopyTo(plane.AsSpan(y * stride));
        }
    }

    /// <summary>Means of 2 or 2x2 samples; halves are rounded up and down by turns.</summary>
    private void Subsample(byte[] plane, int row, Span<byte> target)
    {
        var first = MemoryMarshal.Cast<byte, ushort>(plane.AsSpan(row * stride, stride));
        var second = MemoryMarshal.Cast<byte, ushort>(plane.AsSpan((row + vertical - 1) * stride, stride));
        var lowBytes = Vector256.Create((ushort)0xFF);
        var bias = Vector256.Create(vertical == 1 ? 0x0001_0000u : 0x0002_0001u).AsUInt16();
        for (var x = 0; x + 16 <= first.Length; x += 16)
        {
            var a = Vector256.Create<ushort>(first[x..]);
            var sum = (a & lowBytes) + (a >>> 8) + bias;
            if (vertical == 2)
            {
                var b = Vector256.Create<ushort>(second[x..]);
                sum += (b & lowBytes) + (b >>> 8);
            }

            var mean = sum >>> vertical;
            Vector128.Narrow(mean.GetLower(), mean.GetUpper()).CopyTo(target[x..]);
        }
    }
}

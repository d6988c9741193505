using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// The pixel rows of one row of MCUs, in planes: converted to YCbCr, subsampled, and padded beyond the image's edges as in the IJG's
/// encoder (columns before, rows after subsampling).
/// </summary>
internal sealed unsafe class EncoderRows
{
    /// <summary>Samples after the last column, so that vectors may overrun it.</summary>
    private const int Slack = 64;

    private readonly Image _image;
    private readonly int _horizontal;
    private readonly int _vertical;
    private readonly int _stride;
    private readonly byte[][] _full;
    private readonly byte[][] _planes;

    /// <param name="image">8 bits, 1 or 3 channels.</param>
    /// <param name="horizontal">Pixels per chroma sample, 1 or 2.</param>
    /// <param name="vertical">Rows per chroma sample, 1 or 2.</param>
    public EncoderRows(Image image, int horizontal, int vertical)
    {
        _image = image;
        _horizontal = horizontal;
        _vertical = vertical;
        var mcu = 8 * horizontal;
        _stride = ((image.Width + mcu - 1) / mcu * mcu) + Slack;
        _full = Array.ConvertAll(new int[image.Channels], _ => GC.AllocateArray<byte>(_stride * 8 * vertical, pinned: true));
        _planes = horizontal * vertical == 1
            ? _full
            : Array.ConvertAll(
                _full, plane => ReferenceEquals(plane, _full[0]) ? plane : GC.AllocateArray<byte>(_stride * 8, pinned: true));
    }

    public int Stride => _stride;

    /// <summary>The first sample of a component's rows: 8 rows, or for luma 8 times its vertical sampling factor.</summary>
    public byte* Plane(int component) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_planes[component], 0);

    /// <summary>Fills the planes with the rows from <paramref name="top"/> on.</summary>
    public void Load(int top)
    {
        var wanted = 8 * _vertical;
        var present = Math.Min(wanted, _image.Height - top);
        for (var y = 0; y < present; y++)
        {
            LoadRow(top + y, y);
        }

        // One more row if an odd number of rows is to be halved.
        var rows = (present + _vertical - 1) / _vertical * _vertical;
        foreach (var plane in _full)
        {
            RepeatRow(plane, present, rows);
        }

        if (!ReferenceEquals(_planes, _full))
        {
            for (var c = 1; c < _planes.Length; c++)
            {
                for (var y = 0; y < rows / _vertical; y++)
                {
                    Subsample(_full[c], y * _vertical, _planes[c].AsSpan(y * _stride, _stride));
                }

                RepeatRow(_planes[c], rows / _vertical, 8);
            }
        }

        foreach (var plane in _full)
        {
            RepeatRow(plane, rows, wanted);
        }
    }

    private void LoadRow(int imageRow, int y)
    {
        var (width, channels) = (_image.Width, _image.Channels);
        var source = _image.Bytes.AsSpan(imageRow * width * channels, width * channels);
        var start = y * _stride;
        if (channels == 1)
        {
            source.CopyTo(_full[0].AsSpan(start));
        }
        else
        {
            fixed (byte* rgb = source)
            fixed (byte* luma = _full[0], blue = _full[1], red = _full[2])
            {
                RgbToYCbCr.Convert(rgb, luma + start, blue + start, red + start, width);
            }
        }

        foreach (var plane in _full)
        {
            plane.AsSpan(start + width, _stride - width).Fill(plane[start + width - 1]);
        }
    }

    /// <summary>Copies row <paramref name="from"/> - 1 to rows <paramref name="from"/> to <paramref name="to"/> - 1.</summary>
    private void RepeatRow(byte[] plane, int from, int to)
    {
        for (var y = from; y < to; y++)
        {
            plane.AsSpan((from - 1) * _stride, _stride).CopyTo(plane.AsSpan(y * _stride));
        }
    }

    /// <summary>Means of 2 or 2x2 samples. Halves are rounded down and up alternately.</summary>
    private void Subsample(byte[] plane, int row, Span<byte> target)
    {
        var first = MemoryMarshal.Cast<byte, ushort>(plane.AsSpan(row * _stride, _stride));
        var second = MemoryMarshal.Cast<byte, ushort>(plane.AsSpan((row + _vertical - 1) * _stride, _stride));
        var lowBytes = Vector256.Create((ushort)0xFF);
        var bias = Vector256.Create(_vertical == 1 ? 0x0001_0000u : 0x0002_0001u).AsUInt16();
        for (var x = 0; x + 16 <= first.Length; x += 16)
        {
            var a = Vector256.Create<ushort>(first[x..]);
            var sum = (a & lowBytes) + (a >>> 8) + bias;
            if (_vertical == 2)
            {
                var b = Vector256.Create<ushort>(second[x..]);
                sum += (b & lowBytes) + (b >>> 8);
            }

            var mean = sum >>> _vertical;
            Vector128.Narrow(mean.GetLower(), mean.GetUpper()).CopyTo(target[x..]);
        }
    }
}

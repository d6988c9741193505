using System.Numerics;
using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Formats;
using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.Models.Translation.Layerwise;

/// <summary>
/// A map in a temporary file [H, C, W], with the mean and variance of each channel. The file is deleted with the map, or when the program
/// ends for any reason.
/// </summary>
internal sealed class ScratchMap : FeatureMap
{
    private readonly ScratchSpace _space;
    private readonly SafeFileHandle _file;
    private readonly double[] _sums;
    private readonly double[] _squares;

    /// <exception cref="PictureException">the file can't be created</exception>
    public ScratchMap(int channels, int height, int width, ScratchSpace space)
        : base(channels, height, width)
    {
        (_space, _sums, _squares) = (space, new double[channels], new double[channels]);
        var path = Path.Combine(space.Folder, $"ilgpugan-{Guid.NewGuid():N}.layer");
        try
        {
            _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            if (!OperatingSystem.IsWindows())
            {
                Disk.Current.Delete(path); // Deleted while open, so that it can't outlive a killed program.
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{space.Folder}: layers of the picture can't be kept there: {e.Message}", e);
        }
    }

    /// <summary>Means of the channels over all rows written, [C].</summary>
    public float[] Means() => Array.ConvertAll(_sums, s => (float)(s / Pixels));

    /// <summary>Variances of the channels, [C], divided by the number of pixels.</summary>
    public float[] Variances() =>
        [.. _sums.Zip(_squares, (sum, square) => (float)Math.Max(0, (square / Pixels) - (sum / Pixels * (sum / Pixels))))];

    private double Pixels => (double)Height * Width;

    /// <summary>Writes rows [1, C, rows, W]. Each row is written once.</summary>
    /// <exception cref="PictureException">the disk is full</exception>
    public void Write(int top, Tensor strip)
    {
        var rows = strip.Shape[2];
        var values = _space.Strip(Channels * rows * Width);
        strip.CopyTo(values.Span);
        IdleThreads.For(Channels, c => Measure(values.Span.Slice(c * rows * Width, rows * Width), ref _sums[c], ref _squares[c]));
        var row = _space.Row(Channels * Width);
        for (var y = 0; y < rows; y++)
        {
            for (var c = 0; c < Channels; c++)
            {
                values.Span.Slice(((c * rows) + y) * Width, Width).CopyTo(row[(c * Width)..]);
            }

            try
            {
                RandomAccess.Write(_file, MemoryMarshal.AsBytes(row), PlaceOf(top + y));
            }
            catch (Exception e) when (e is IOException || Disk.IsTooLarge(e))
            {
                throw new PictureException($"{_space.Folder}: a layer of {PlaceOf(Height) >> 20} MB can't be kept there: {e.Message}", e);
            }
        }
    }

    public override Tensor Read(int top, int rows)
    {
        var values = _space.Strip(Channels * rows * Width).Span;
        var row = _space.Row(Channels * Width);
        for (var y = 0; y < rows; y++)
        {
            Fill(MemoryMarshal.AsBytes(row), PlaceOf(top + y));
            for (var c = 0; c < Channels; c++)
            {
                row.Slice(c * Width, Width).CopyTo(values[(((c * rows) + y) * Width)..]);
            }
        }

        return Tensor.From(values, new Shape(1, Channels, rows, Width), _space.Device);
    }

    /// <summary>Closes the file, even if the map is still referenced.</summary>
    public void Close() => _file.Dispose();

    protected override void Release() => Close();

    private long PlaceOf(int row) => (long)row * Channels * Width * sizeof(float);

    private void Fill(Span<byte> bytes, long place)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var got = RandomAccess.Read(_file, bytes[done..], place + done);
            done += got > 0 ? got : throw new EndOfStreamException("a layer's temporary file has become shorter");
        }
    }

    /// <summary>
    /// Sums values and squares in float64: over millions of pixels, float32 sums would lose the variance.
    /// </summary>
    private static void Measure(ReadOnlySpan<float> values, ref double sum, ref double square)
    {
        var (sums, squares) = (Vector<double>.Zero, Vector<double>.Zero);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            Vector.Widen(vector, out var low, out var high);
            sums += low + high;
            squares += (low * low) + (high * high);
        }

        (sum, square) = (sum + Vector.Sum(sums), square + Vector.Sum(squares));
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            (sum, square) = (sum + value, square + ((double)value * value));
        }
    }
}

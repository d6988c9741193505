using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A batch under way to the device, decoded into memory that the device copies from by itself. Used again and again: after the first
/// epoch's sizes are known nothing is allocated.
/// </summary>
internal sealed class HostBatch(Device device) : IDisposable
{
    private readonly List<string> _names = [];
    private HostBuffer? _a;
    private HostBuffer? _b;
    private Shape _shapeA;
    private Shape _shapeB;
    private long _epoch;
    private int _size;

    public void Begin(long epoch, int size)
    {
        (_epoch, _size) = (epoch, size);
        _names.Clear();
    }

    public void Add(PicturePair pair)
    {
        Place(pair.A, ref _a, ref _shapeA, pair.Name);
        Place(pair.B, ref _b, ref _shapeB, pair.Name);
        _names.Add(pair.Name);
    }

    /// <summary>Begins the copy. The batch may be filled again at any time: that waits for the copy to end.</summary>
    public Pair Upload(InputFeed feed) => new(feed.Add(_a!, _shapeA), feed.Add(_b!, _shapeB), [.. _names], _epoch);

    public void Dispose()
    {
        _a?.Dispose();
        _b?.Dispose();
    }

    private void Place(Picture picture, ref HostBuffer? values, ref Shape shape, string name)
    {
        var expected = new Shape(_size, picture.Channels, picture.Height, picture.Width);
        if (_names.Count == 0)
        {
            if (expected.Count > Array.MaxLength)
            {
                throw new DataException(
                    $"{name}: a batch of {_size} pictures of {picture.Width}x{picture.Height} with {picture.Channels} channels has more than the {Array.MaxLength} numbers that fit into an array; choose a smaller --batch-size or --crop-size");
            }

            shape = expected;
            values?.Wait();
            if (values is null || values.Numbers.Length < shape.Count)
            {
                values?.Dispose();
                values = device.AllocateHost(shape.Count);
            }
        }
        else if (shape != expected)
        {
            throw new DataException(
                $"{name} ({picture.Width}x{picture.Height}) and {_names[0]} ({shape[3]}x{shape[2]}) can't share a batch; choose --batch-size 1 or a --preprocess that crops");
        }

        var one = (int)(shape.Count / _size);
        picture.CopyTo(values!.Numbers.Slice(_names.Count * one, one));
    }
}

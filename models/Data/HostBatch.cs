using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Models.Data;

/// <summary>A batch under way to the device. Used again and again: after the first epoch's sizes are known nothing is allocated.</summary>
internal sealed class HostBatch
{
    private readonly List<string> _names = [];
    private float[] _a = [];
    private float[] _b = [];
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

    public Pair Upload(Device device) => new(
        Tensor.From(_a.AsSpan(0, (int)_shapeA.Count), _shapeA, device),
        Tensor.From(_b.AsSpan(0, (int)_shapeB.Count), _shapeB, device),
        [.. _names],
        _epoch);

    private void Place(Picture picture, ref float[] values, ref Shape shape, string name)
    {
        var expected = new Shape(_size, picture.Channels, picture.Height, picture.Width);
        if (_names.Count == 0)
        {
            shape = expected;
            if (values.Length < shape.Count)
            {
                values = new float[shape.Count];
            }
        }
        else if (shape != expected)
        {
            throw new DataException(
                $"{name} ({picture.Width}x{picture.Height}) and {_names[0]} ({shape[3]}x{shape[2]}) can't share a batch; choose --batch-size 1 or a --preprocess that crops");
        }

        var one = (int)shape.Count / _size;
        picture.CopyTo(values.AsSpan(_names.Count * one, one));
    }
}

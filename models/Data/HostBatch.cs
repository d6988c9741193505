using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A batch on its way to the device, decoded into host memory from which the device copies asynchronously. Buffers are reused: once the
/// sizes are known, none is allocated.
/// </summary>
internal sealed class HostBatch(Device device) : IDisposable
{
    private readonly List<string> _names = [];

    /// <summary>The numbers of <see cref="Fields"/>, in their order; there may be more of them, of other batches.</summary>
    private readonly List<Field> _fields = [];

    private long _epoch;
    private int _size;
    private SampleShare _share;

    /// <summary>Those of the first sample, which the others have, too.</summary>
    public SampleFields Fields { get; private set; } = null!;

    /// <summary>Files that could not be read, for which others were taken.</summary>
    public List<DamagedFile> Damaged { get; } = [];

    public void Begin(long epoch, int size, SampleShare share = default)
    {
        (_epoch, _size, _share) = (epoch, size, share);
        _names.Clear();
        Damaged.Clear();
    }

    /// <exception cref="PictureException">its fields are not those of the batch, or are of other sizes, or not filled</exception>
    public void Add(Sample sample)
    {
        var fields = SampleFields.Of(sample);
        if (_names.Count == 0)
        {
            Fields = fields;
        }

        Fields.Require(fields);
        for (var i = 0; i < sample.Fields.Count; i++)
        {
            if (i == _fields.Count)
            {
                _fields.Add(new Field());
            }

            Place(sample.Fields[i], _fields[i], sample.Name);
        }

        _names.Add(sample.Name);
    }

    /// <summary>Starts the copy to the device. The batch can be refilled at any time; refilling waits for the end of the copy.</summary>
    public Batch Upload(InputFeed feed) =>
        new(
            [.. Fields.Names.Zip(_fields, (name, field) => KeyValuePair.Create(name, feed.Add(field.Values!, field.Shape)))], [.. _names],
            _epoch)
        {
            Share = _share,
        };

    public void Dispose() => _fields.ForEach(f => f.Values?.Dispose());

    private void Place(SampleField of, Field field, string name)
    {
        if (of is NumbersField { Values: var numbers } && numbers.Length != of.Shape.Count)
        {
            throw new PictureException(
                $"{name}: its field {of.Name} has {Counted.Of(numbers.Length, "number")}, but its shape {of.Shape} has {of.Shape.Count}");
        }

        var expected = new Shape([_size, .. of.Shape.ToArray()]);
        if (_names.Count == 0)
        {
            if (expected.Count > Array.MaxLength)
            {
                throw new PictureException(
                    $"{name}: a batch of {_size} samples of {of.Size} with {expected.Count / _size} numbers each has more than the " +
                        $"{Array.MaxLength} numbers that fit into an array; choose a smaller --batch-size or --crop-size");
            }

            (field.Shape, field.Size) = (expected, of.Size);
            field.Values?.Wait();
            if (field.Values is null || field.Values.Numbers.Length < expected.Count)
            {
                field.Values?.Dispose();
                field.Values = device.AllocateHost(expected.Count);
            }
        }
        else if (field.Shape != expected)
        {
            throw new PictureException(
                $"{name} ({of.Size}) and {_names[0]} ({field.Size}) can't share a batch; choose --batch-size 1 or a --preprocess that " +
                    "crops");
        }

        var one = (int)(expected.Count / _size);
        of.CopyTo(field.Values!.Numbers.Slice(_names.Count * one, one));
    }

    private sealed class Field
    {
        public HostBuffer? Values { get; set; }

        public Shape Shape { get; set; }

        /// <summary>Size of the first sample, for messages.</summary>
        public string Size { get; set; } = "";
    }
}

using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A batch on a device: named tensors, with the samples along the first axis. Pictures are [N, C, H, W] with values in [−1, 1]; the shapes
/// of masks, one-hot labels and vectors depend on the data set. For one thread at a time, that of its device.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> _fields;

    /// <summary>Null of a batch of numbers alone.</summary>
    private readonly (IReadOnlyList<string> Names, long Epoch)? _origin;

    /// <param name="fields">at least one field, in the data set's order</param>
    /// <param name="names">names of the samples</param>
    /// <param name="epoch">0, 1, …</param>
    public Batch(IReadOnlyList<KeyValuePair<string, Tensor>> fields, IReadOnlyList<string> names, long epoch) =>
        (_fields, _origin) =
            (fields.Count > 0 ? fields : throw new ArgumentException("a batch has at least one field", nameof(fields)), (names, epoch));

    /// <summary>
    /// The numbers of a batch alone, which is what a model's update sees: a replay brings other numbers, but can't bring other names or
    /// another epoch, so these are refused.
    /// </summary>
    internal Batch(IReadOnlyList<KeyValuePair<string, Tensor>> fields) => _fields = fields;

    /// <summary>A batch with two pictures per sample, for image-to-image translation; see <see cref="PairFields"/>.</summary>
    public static Batch OfPair(Tensor a, Tensor b, IReadOnlyList<string>? names = null, long epoch = 0) =>
        new([new(PairFields.NameOfA, a), new(PairFields.NameOfB, b)], names ?? [], epoch);

    public IReadOnlyList<KeyValuePair<string, Tensor>> Fields => _fields;

    /// <summary>Names of the samples.</summary>
    /// <exception cref="InvalidOperationException">within a model's update, whose replays do not see them</exception>
    public IReadOnlyList<string> Names => Origin.Names;

    /// <exception cref="InvalidOperationException">within a model's update, whose replays do not see it</exception>
    public long Epoch => Origin.Epoch;

    private (IReadOnlyList<string> Names, long Epoch) Origin => _origin ?? throw new InvalidOperationException(
        "a model's update sees the numbers of a batch alone, since a replay would not read names or epoch again: read them in Prepare");

    /// <summary>Which samples of a step these are; all of them by default.</summary>
    internal SampleShare Share
    {
        get => field.Total == 0 ? new SampleShare(0, Size, Size) : field;
        init;
    }

    /// <summary>Number of samples.</summary>
    public int Size => _fields[0].Value.Shape[0];

    /// <summary>Height in pixels of the first field of pictures.</summary>
    public int PictureSide => _fields.First(f => f.Value.Shape.Rank == 4).Value.Shape[2];

    /// <exception cref="KeyNotFoundException">there is no such field; the message lists the existing fields</exception>
    public Tensor this[string field] => Find(field)
        ?? throw new KeyNotFoundException($"a batch of {string.Join(", ", _fields.Select(f => f.Key))} has no field '{field}'");

    /// <summary>A field by name; null if there is none.</summary>
    internal Tensor? Find(string field)
    {
        foreach (var (name, value) in _fields)
        {
            if (name == field)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The numbers of one of the samples; its <see cref="Share"/> is the sample's place in the step.</summary>
    internal Batch Sample(int i) => new([.. _fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Slice(0, i, 1)))])
    {
        Share = Share with { First = Math.Min(Share.First + i, Share.Total - 1), Count = 1 },
    };

    public void Dispose()
    {
        foreach (var (_, value) in _fields)
        {
            value.Dispose();
        }
    }
}

using System.Numerics.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.Tensors.Checkpoints;

/// <summary>
/// The tensors of <see cref="CheckpointParts"/> in the host's memory as they were at one moment. The training goes on while they are
/// written; the memory is used again by the next copy.
/// </summary>
internal sealed class CheckpointCopy
{
    /// <summary>Numbers of a page of memory, or fewer.</summary>
    private const int PageLength = 4096 / sizeof(float);

    private readonly List<(TensorEntry Entry, float[] Values)> _tensors = [];

    /// <summary>Makes room for tensors.</summary>
    /// <returns>
    /// touches the memory, which the first copy need not wait for then: the system gives pages when they are written to, and for large
    /// networks that takes longer than to copy them
    /// </returns>
    public Action Reserve(IEnumerable<(TensorEntry Entry, Tensor Value)> tensors)
    {
        Fill(tensors, (_, _) => { });
        return () =>
        {
            foreach (var (_, values) in _tensors)
            {
                for (var i = 0; i < values.Length; i += PageLength)
                {
                    values[i] = 0;
                }
            }
        };
    }

    /// <summary>Takes tensors in place of those of an earlier copy.</summary>
    /// <exception cref="NotFiniteNumberException">a value is infinite or no number</exception>
    public void Take(IEnumerable<(TensorEntry Entry, Tensor Value)> tensors)
    {
        Fill(tensors, (value, values) => value.CopyTo(values));
        // In the device's turn, for which all threads of the pool may be waiting.
        var isFinite = new bool[_tensors.Count];
        IdleThreads.For(isFinite.Length, i => isFinite[i] = TensorPrimitives.IsFiniteAll<float>(_tensors[i].Values));
        if (Array.IndexOf(isFinite, false) is >= 0 and var broken)
        {
            throw NotFinite(_tensors[broken].Entry);
        }
    }

    /// <summary>Writes the file atomically: a failure leaves an older file as it was.</summary>
    /// <param name="path">the file</param>
    /// <param name="metadata">of the file</param>
    /// <param name="before">called before each tensor with its share of the file, from 0 to 1; who wants to write slowly waits</param>
    /// <exception cref="IOException">the disk is full, or the file can't be written</exception>
    public void Write(string path, IReadOnlyDictionary<string, string> metadata, Action<double> before)
    {
        var length = _tensors.Sum(t => (double)t.Values.Length);
        SafetensorsWriter.Write(
            path, [.. _tensors.Select(t => t.Entry)],
            i =>
            {
                var (entry, values) = _tensors[i];
                before(values.Length / length);
                return BytesOf(entry, values);
            },
            metadata);
    }

    internal static NotFiniteNumberException NotFinite(TensorEntry entry) =>
        new($"{entry.Name} holds values that are not finite numbers");

    /// <summary>The bytes of a copied tensor in a file; counters are stored as whole numbers.</summary>
    internal static ReadOnlyMemory<byte> BytesOf(TensorEntry entry, ReadOnlyMemory<float> values) => entry.Type == ElementType.I64
        ? NamedArray.From(entry.Name, entry.Shape, (ReadOnlyMemory<long>)new[] { (long)values.Span[0] }).Bytes
        : NamedArray.From(entry.Name, entry.Shape, values).Bytes;

    private void Fill(IEnumerable<(TensorEntry Entry, Tensor Value)> tensors, Action<Tensor, float[]> fill)
    {
        var count = 0;
        foreach (var (entry, value) in tensors)
        {
            // Usually the same tensors in the same order; what has another length now gets new memory.
            var values = count < _tensors.Count && _tensors[count].Values.Length == value.Count
                ? _tensors[count].Values : GC.AllocateUninitializedArray<float>((int)value.Count);
            fill(value, values);
            if (count < _tensors.Count)
            {
                _tensors[count] = (entry, values);
            }
            else
            {
                _tensors.Add((entry, values));
            }

            count++;
        }

        _tensors.RemoveRange(count, _tensors.Count - count);
    }
}

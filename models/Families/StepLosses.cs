using System.Collections;

namespace IlgpuGan.Models.Families;

/// <summary>The losses of one step, downloaded asynchronously. Reading one waits for that step, not for later ones.</summary>
internal sealed class StepLosses : IReadOnlyList<Loss>, IDisposable
{
    private readonly IReadOnlyList<string> _names;
    private readonly Readback _readback;
    private float[]? _values;
    private bool _isDisposed;

    /// <param name="names">of the losses</param>
    /// <param name="values">their values, [losses]; kernels may overwrite them after this call</param>
    public StepLosses(IReadOnlyList<string> names, Tensor values) =>
        (_names, _readback) = (names, values.Device.BeginDownload(values.Span));

    public int Count => _names.Count;

    /// <summary>Whether losses can be read without waiting.</summary>
    public bool AreReady => _values is not null || _readback.IsReady;

    public Loss this[int index] => new(_names[index], Values[index]);

    private float[] Values
    {
        get
        {
            if (_values is null)
            {
                if (_isDisposed)
                {
                    throw new InvalidOperationException("the losses of a step must be read before the step after the next one");
                }

                var values = new float[_names.Count];
                _readback.Take(values);
                _values = values;
            }

            return _values;
        }
    }

    public IEnumerator<Loss> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Discards losses that were not read.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _readback.Dispose();
    }
}

using System.Collections;
using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Training;

/// <summary>The losses of one step, which stay on the device until somebody looks at one: reading waits for the whole step.</summary>
/// <param name="names">of the losses</param>
/// <param name="values">their values, [losses], overwritten by the next step</param>
internal sealed class StepLosses(string[] names, Tensor values) : IReadOnlyList<Loss>
{
    private float[]? _values;
    private bool _isExpired;

    public int Count => names.Length;

    public Loss this[int index] => new(names[index], Values[index]);

    private float[] Values => _values ??= _isExpired
        ? throw new InvalidOperationException("the losses of a step must be read before the next step")
        : values.ToArray();

    public IEnumerator<Loss> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The next step begins.</summary>
    public void Expire() => _isExpired = true;
}

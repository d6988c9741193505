using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// A snapshot of the modules' state in a step of one sample: pending gradients, which parameters are frozen, buffers. Captured before
/// another sample's run goes on, and restored afterwards.
/// </summary>
internal sealed class ModuleSnapshot
{
    private readonly ModuleTensor[] _parameters;
    private readonly Tensor[] _buffers;
    private readonly Tensor?[] _gradients;
    private readonly bool[] _requiresGrad;
    private readonly float[][] _values;

    /// <param name="parameters">the parameters of all modules</param>
    /// <param name="buffers">the other tensors that a step may change</param>
    public ModuleSnapshot(ModuleTensor[] parameters, Tensor[] buffers)
    {
        (_parameters, _buffers) = (parameters, buffers);
        (_gradients, _requiresGrad) = (new Tensor?[parameters.Length], new bool[parameters.Length]);
        _values = Array.ConvertAll(buffers, buffer => new float[buffer.Count]);
    }

    /// <summary>Captures the state, and takes the gradients off the parameters.</summary>
    public void Capture()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _requiresGrad[i] = _parameters[i].RequiresGrad;
            _gradients[i] = null;
            if (_parameters[i].Value.Variable is { } variable)
            {
                (_gradients[i], variable.Gradient) = (variable.Gradient, null);
            }
        }

        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i].Device.Download(_buffers[i].Span, _values[i]);
        }
    }

    /// <summary>Restores the captured state.</summary>
    public void Restore()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].RequiresGrad != _requiresGrad[i])
            {
                _parameters[i].RequiresGrad = _requiresGrad[i];
            }

            if (_parameters[i].Value.Variable is { } variable)
            {
                variable.Gradient = _gradients[i];
            }
        }

        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i].CopyFrom(_values[i]);
        }
    }

    /// <summary>Writes the change of each buffer since the capture, buffer after buffer.</summary>
    public void WriteDeltas(Span<float> deltas)
    {
        for (int i = 0, at = 0; i < _buffers.Length; at += _values[i++].Length)
        {
            var now = deltas.Slice(at, _values[i].Length);
            _buffers[i].Device.Download(_buffers[i].Span, now);
            for (var j = 0; j < now.Length; j++)
            {
                now[j] -= _values[i][j];
            }
        }
    }

    /// <summary>Sets the buffers to their captured values plus the deltas.</summary>
    public void ApplyDeltas(ReadOnlySpan<float> deltas)
    {
        for (int i = 0, at = 0; i < _buffers.Length; at += _values[i++].Length)
        {
            var values = new float[_values[i].Length];
            for (var j = 0; j < values.Length; j++)
            {
                values[j] = _values[i][j] + deltas[at + j];
            }

            _buffers[i].CopyFrom(values);
        }
    }
}

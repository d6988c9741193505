using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// What a step's code has done to modules so far, for one sample: gradients that wait for their update, what is frozen, buffers. Taken away
/// while other samples have their turn, and put back.
/// </summary>
internal sealed class ModuleMoment
{
    private readonly ModuleTensor[] _parameters;
    private readonly Tensor[] _buffers;
    private readonly Tensor?[] _gradients;
    private readonly bool[] _trains;
    private readonly float[][] _values;

    /// <param name="parameters">of all modules</param>
    /// <param name="buffers">what else a step may change, for each sample apart</param>
    public ModuleMoment(ModuleTensor[] parameters, Tensor[] buffers)
    {
        (_parameters, _buffers) = (parameters, buffers);
        (_gradients, _trains) = (new Tensor?[parameters.Length], new bool[parameters.Length]);
        _values = Array.ConvertAll(buffers, buffer => new float[buffer.Count]);
    }

    /// <summary>Takes what there is, and leaves no gradients.</summary>
    public void Take()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _trains[i] = _parameters[i].RequiresGrad;
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

    /// <summary>Puts back what was taken.</summary>
    public void Put()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].RequiresGrad != _trains[i])
            {
                _parameters[i].RequiresGrad = _trains[i];
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

    /// <summary>How far the buffers have moved since the moment was taken, one after the other.</summary>
    public void MovesTo(Span<float> moves)
    {
        for (int i = 0, at = 0; i < _buffers.Length; at += _values[i++].Length)
        {
            var now = moves.Slice(at, _values[i].Length);
            _buffers[i].Device.Download(_buffers[i].Span, now);
            for (var j = 0; j < now.Length; j++)
            {
                now[j] -= _values[i][j];
            }
        }
    }

    /// <summary>Moves the buffers from where they were by so much.</summary>
    public void Move(ReadOnlySpan<float> moves)
    {
        for (int i = 0, at = 0; i < _buffers.Length; at += _values[i++].Length)
        {
            var values = new float[_values[i].Length];
            for (var j = 0; j < values.Length; j++)
            {
                values[j] = _values[i][j] + moves[at + j];
            }

            _buffers[i].CopyFrom(values);
        }
    }
}

using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Takes steps of two parts, of which each of two ranks does one: where an optimiser would change its parameters, the gradients of both
/// parts are added up. A sum of two does not depend on their order, so that it has the bits of one process that does one part after the
/// other.
/// </summary>
/// <param name="ranks">two of them</param>
/// <param name="device">where the step runs</param>
public sealed class PartReduction(IRanks ranks, Device device) : IGradientMeeting
{
    /// <summary>How many parts there are.</summary>
    public const int Count = 2;

    private readonly NumberExchange _exchange = new(ranks, isShort: false);
    private float[] _own = [];
    private float[] _other = [];

    /// <summary>The part that this rank does, from 0.</summary>
    public int Part => ranks.Rank;

    /// <inheritdoc/>
    public void Meet(Optimizer optimizer, Action update)
    {
        // After the gradients: whether there is one of a parameter.
        var parameters = optimizer.Parameters;
        var length = (int)parameters.Sum(p => p.Tensor.Shape.Count);
        var all = length + parameters.Count;
        if (_own.Length < all)
        {
            (_own, _other) = (new float[all], new float[all]); // The larger optimiser's serve the others, too.
        }

        Array.Clear(_own, 0, all);
        ForEach((i, at, count) =>
        {
            if (parameters[i].Tensor.RequiresGrad && parameters[i].Value.Gradient is { } gradient)
            {
                device.Download(gradient.Span, _own.AsSpan(at, count));
                _own[length + i] = 1;
            }
        });
        Swap(all);
        optimizer.ClearGradients();
        ForEach((i, at, count) =>
        {
            var (own, other) = (_own[length + i] > 0, _other[length + i] > 0);
            if (own && other)
            {
                for (var k = at; k < at + count; k++)
                {
                    _own[k] += _other[k];
                }
            }

            if (own || other)
            {
                parameters[i].Value.Variable!.Gradient = Tensor.From(
                    (own ? _own : _other).AsSpan(at, count), parameters[i].Tensor.Shape, device);
            }
        });
        update();
        optimizer.ClearGradients();

        void ForEach(Action<int, int, int> visit)
        {
            var at = 0;
            for (var i = 0; i < parameters.Count; i++)
            {
                var count = (int)parameters[i].Tensor.Shape.Count;
                visit(i, at, count);
                at += count;
            }
        }
    }

    /// <summary>What each part has come to, in the parts' order.</summary>
    /// <param name="own">of this part, without history</param>
    public IReadOnlyList<Tensor> Gather(Tensor own) => TensorGathering.Of(ranks, [own], device);

    /// <summary>The bytes of each part, in the parts' order.</summary>
    public byte[][] Gather(byte[] own) => ranks.GatherAll(own);

    private void Swap(int length)
    {
        _exchange.Send(1 - ranks.Rank, _own.AsMemory(0, length));
        _exchange.Receive(1 - ranks.Rank, _other.AsMemory(0, length));
        _exchange.Run();
    }
}

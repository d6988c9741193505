using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Optim;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Splits a step into two parts, one per rank, and adds up the gradients of both parts before an optimiser updates its parameters. A sum
/// of two numbers does not depend on their order, so the result has the same bits as one process that computes both parts.
/// </summary>
/// <param name="ranks">two ranks</param>
/// <param name="device">the device of the step</param>
internal sealed class PartReduction(IRanks ranks, Device device) : IGradientReducer
{
    public const int Count = 2;

    private readonly FloatExchange _exchange = new(ranks, isBfloat16: false);
    private float[] _own = [];
    private float[] _other = [];

    /// <summary>The part of this rank, 0 or 1.</summary>
    public int Part => ranks.Rank;

    /// <inheritdoc/>
    public void Reduce(Optimizer optimizer, Action update)
    {
        // The array holds the gradients, then one number per parameter: 1 if it has a gradient.
        var parameters = optimizer.Parameters;
        var length = (int)parameters.Sum(p => p.Tensor.Shape.Count);
        var all = length + parameters.Count;
        if (_own.Length < all)
        {
            (_own, _other) = (new float[all], new float[all]); // Shared by all optimisers: the largest one sets the size.
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

    /// <summary>The tensors of both parts, in the order of the parts.</summary>
    /// <param name="own">the tensor of this part, without history</param>
    public IReadOnlyList<Tensor> Gather(Tensor own) => TensorGathering.Of(ranks, [own], device);

    /// <summary>The bytes of both parts, in the order of the parts.</summary>
    public byte[][] Gather(byte[] own) => ranks.GatherAll(own);

    private void Swap(int length)
    {
        _exchange.Send(1 - ranks.Rank, _own.AsMemory(0, length));
        _exchange.Receive(1 - ranks.Rank, _other.AsMemory(0, length));
        _exchange.Run();
    }
}

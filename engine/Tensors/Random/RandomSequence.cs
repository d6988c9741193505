using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors;

/// <summary>
/// Sequential random numbers on the host, from the sequence that a <see cref="RandomKey"/> names:
/// data order, flips, image pools. Equal keys give equal sequences.
/// </summary>
public sealed class RandomSequence(RandomKey key)
{
    private readonly uint[] _words = new uint[4];
    private uint _block;
    private int _next = 4;
    private float? _spareNormal;

    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public uint NextUInt()
    {
        KernelRecording.Current?.Refuse("draws a number on the host", "draw by a RandomState, or set a StepNumber before the step");
        if (_next == _words.Length)
        {
            (_words[0], _words[1], _words[2], _words[3]) = Philox.Block(key, _block++);
            _next = 0;
        }

        return _words[_next++];
    }

    /// <summary>Uniform on 0 … <paramref name="exclusiveBound"/> − 1, without bias (Lemire 2019).</summary>
    public int NextInt(int exclusiveBound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveBound, 1);
        var bound = (uint)exclusiveBound;
        var product = (ulong)NextUInt() * bound;
        if ((uint)product < bound)
        {
            // Rejecting low words below 2³² mod bound makes all results equally likely.
            var surplus = unchecked(0u - bound) % bound;
            while ((uint)product < surplus)
            {
                product = (ulong)NextUInt() * bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>Uniform on [0, 1) with 24 bits.</summary>
    public float NextSingle() => Philox.ToUniform(NextUInt());

    /// <summary>Uniform on [low, high).</summary>
    public float Between(float low, float high) => low + ((high - low) * NextSingle());

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => NextSingle() < probability;

    /// <summary>Standard normal.</summary>
    public float NextNormal()
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return spare;
        }

        (var normal, _spareNormal) = Philox.ToNormal(NextUInt(), NextUInt());
        return normal;
    }

    /// <summary>Shuffles items; all orders are equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}

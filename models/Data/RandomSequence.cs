using System.Runtime.CompilerServices;
using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data;

/// <summary>The numbers of one Philox key, one after the other; a value type, so that drawing allocates nothing.</summary>
internal struct RandomSequence
{
    private readonly RandomKey _key;
    private uint _block;
    private int _used;
    private Words _words;

    public RandomSequence(RandomKey key)
    {
        _key = key;
        _used = Words.Length;
    }

    [InlineArray(Length)]
    private struct Words
    {
        public const int Length = 4;
        private uint _first;
    }

    public uint NextUInt()
    {
        if (_used == Words.Length)
        {
            Philox.Block(_key, _block++, _words);
            _used = 0;
        }

        return _words[_used++];
    }

    /// <summary>Uniform on [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextUInt() >> 8) * (1f / (1 << 24));

    /// <summary>Uniform on [low, high).</summary>
    public float Between(float low, float high) => low + ((high - low) * NextSingle());

    /// <summary>Uniform on 0 … bound − 1, without bias worth naming: 32 bits scaled.</summary>
    public int Below(int bound) => (int)(((ulong)NextUInt() * (ulong)bound) >> 32);

    public bool Chance(float probability) => NextSingle() < probability;
}

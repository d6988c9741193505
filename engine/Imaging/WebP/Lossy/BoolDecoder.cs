namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>The arithmetic decoder of VP8 (RFC 6386, section 7). Each bool has a probability of being false, out of 256.</summary>
internal sealed class BoolDecoder
{
    private const int Even = 128;

    private readonly byte[] _data;
    private readonly int _end;
    private int _position;
    private uint _value;
    private int _range = 254;

    /// <summary>Bits of the value beyond the eight in comparison.</summary>
    private int _count = -8;

    public BoolDecoder(byte[] data, int start, int end) => (_data, _position, _end) = (data, start, end);

    /// <summary>Bytes read after the end, as zeros. A few are normal, since the decoder reads ahead.</summary>
    public int Missing { get; private set; }

    public bool Read(int probability)
    {
        while (_count < 0)
        {
            _value = (_value << 8) | Next();
            _count += 8;
        }

        var split = (uint)((_range * probability) >> 8);
        var yes = (_value >> _count) > split;
        if (yes)
        {
            _range -= (int)split + 1;
            _value -= (split + 1) << _count;
        }
        else
        {
            _range = (int)split;
        }

        // Renormalise: each doubling of the range consumes a bit.
        while (_range < 127)
        {
            _range = (_range << 1) + 1;
            _count--;
        }

        return yes;
    }

    public bool Flag() => Read(Even);

    /// <summary>Reads an unsigned number of <paramref name="bits"/> bits.</summary>
    public int Number(int bits)
    {
        var number = 0;
        for (; bits > 0; bits--)
        {
            number = (number << 1) | (Flag() ? 1 : 0);
        }

        return number;
    }

    /// <summary>Reads a number of <paramref name="bits"/> bits, then its sign.</summary>
    public int Signed(int bits)
    {
        var number = Number(bits);
        return Flag() ? -number : number;
    }

    /// <summary>Reads a flag, then a signed number if it is set; otherwise 0.</summary>
    public int OptionalSigned(int bits) => Flag() ? Signed(bits) : 0;

    private uint Next()
    {
        if (_position < _end)
        {
            return _data[_position++];
        }

        Missing++;
        return 0;
    }
}

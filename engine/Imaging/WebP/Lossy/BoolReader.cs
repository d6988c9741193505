namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>The arithmetic decoder of VP8 (RFC 6386, section 7): decisions, each with the probability of being no.</summary>
internal sealed class BoolReader
{
    private const int Even = 128;

    private readonly byte[] data;
    private readonly int end;
    private int position;
    private uint value;
    private int range = 254;

    /// <summary>Bits of the value beyond the eight that are compared.</summary>
    private int count = -8;

    public BoolReader(byte[] data, int start, int end) => (this.data, position, this.end) = (data, start, end);

    /// <summary>Bytes that were read behind the end, as zeros; one is no mistake.</summary>
    public int Missing { get; private set; }

    public bool Read(int probability)
    {
        while (count < 0)
        {
            value = (value << 8) | Next();
            count += 8;
        }

        var split = (uint)((range * probability) >> 8);
        var yes = (value >> count) > split;
        if (yes)
        {
            range -= (int)split + 1;
            value -= (split + 1) << count;
        }
        else
        {
            range = (int)split;
        }

        // Until 127 or more are left, each doubling takes a bit.
        while (range < 127)
        {
            range = (range << 1) + 1;
            count--;
        }

        return yes;
    }

    public bool Flag() => Read(Even);

    /// <summary>A number of so many bits.</summary>
    public int Number(int bits)
    {
        var number = 0;
        for (; bits > 0; bits--)
        {
            number = (number << 1) | (Flag() ? 1 : 0);
        }

        return number;
    }

    /// <summary>A number of so many bits, then its sign.</summary>
    public int Signed(int bits)
    {
        var number = Number(bits);
        return Flag() ? -number : number;
    }

    /// <summary>The same behind a flag; 0 where it is not set.</summary>
    public int OptionalSigned(int bits) => Flag() ? Signed(bits) : 0;

    private uint Next()
    {
        if (position < end)
        {
            return data[position++];
        }

        Missing++;
        return 0;
    }
}

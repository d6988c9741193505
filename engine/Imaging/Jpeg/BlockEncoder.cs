using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Quantises blocks of one component and writes them in baseline Huffman coding (T.81, F.1.2).</summary>
internal sealed unsafe class BlockEncoder
{
    /// <summary>Bytes that a block takes at most: 64 codes of 16 bits with 11 bits of value, every byte stuffed.</summary>
    public const int MaxBlockBytes = 512;

    private readonly BitWriter writer;
    private readonly uint[] dcCode;
    private readonly uint[] acCode;

    // All for the 64 coefficients in natural order: the divisor is 8 times the quantisation factor, as the DCT is 8 times too large.
    private readonly ushort[] divisors = new ushort[64];
    private readonly ushort[] corrections = new ushort[64];
    private readonly ushort[] reciprocals = new ushort[64];
    private readonly ushort[] scales = new ushort[64];

    private int lastDc;

    /// <param name="quantization">64 factors in natural order, 1 to 255.</param>
    public BlockEncoder(BitWriter writer, ReadOnlySpan<byte> quantization, HuffmanCode dc, HuffmanCode ac)
    {
        this.writer = writer;
        dcCode = dc.Entries;
        acCode = ac.Entries;
        for (var i = 0; i < 64; i++)
        {
            SetDivisor(i, quantization[i] * 8);
        }
    }

    /// <summary>Encodes 64 coefficients as <see cref="ForwardDct"/> gives them.</summary>
    public void Encode(short* block)
    {
        Quantize(block);
        var scan = stackalloc short[64];
        ulong present = 0;
        for (var k = 0; k < 64; k++)
        {
            scan[k] = block[ZigZag.ToNatural[k]];
        }

        for (var k = 0; k < 64; k += Vector128<short>.Count)
        {
            var zeros = Vector128.Equals(Vector128.Load(scan + k), Vector128<short>.Zero).ExtractMostSignificantBits();
            present |= (ulong)(~zeros & 0xFF) << k;
        }

        writer.Reserve(MaxBlockBytes);
        PutDc(scan[0]);
        present &= ~1ul;
        var previous = 0;
        while (present != 0)
        {
            var k = BitOperations.TrailingZeroCount(present);
            present &= present - 1;
            var run = k - previous - 1;
            previous = k;
            for (; run > 15; run -= 16)
            {
                Put(acCode[0xF0], 0, 0);
            }

            var size = SizeOf(scan[k]);
            Put(acCode[(run << 4) | size], scan[k], size);
        }

        if (previous != 63)
        {
            Put(acCode[0], 0, 0);
        }
    }

    /// <summary>Encodes a block without AC coefficients whose DC is the one before: what completes an MCU beyond the image's edge.</summary>
    public void EncodeFiller()
    {
        writer.Reserve(MaxBlockBytes);
        PutDc(lastDc);
        Put(acCode[0], 0, 0);
    }

    /// <summary>The number of bits of a value's magnitude.</summary>
    private static int SizeOf(int value) => 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));

    private void PutDc(int dc)
    {
        var difference = dc - lastDc;
        lastDc = dc;
        var size = SizeOf(difference);
        Put(dcCode[size], difference, size);
    }

    /// <summary>A code and, behind it, the value: negative ones less one, so that they begin with 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(uint entry, int value, int size)
    {
        var low = (uint)(value + (value >> 31)) & ((1u << size) - 1);
        writer.Put(((entry >> 8) << size) | low, (int)(entry & 0xFF) + size);
    }

    /// <summary>
    /// Prepares division by multiplication for 16-bit dividends, exact for all of them (Granlund and Montgomery 1994; the case distinction is
    /// Agner Fog's): (x + correction) * reciprocal >> 16 + shift is x / divisor rounded to nearest, halves up.
    /// </summary>
    private void SetDivisor(int index, int divisor)
    {
        var shift = 15 + (32 - BitOperations.LeadingZeroCount((uint)divisor));
        var (reciprocal, rest) = Math.DivRem(1L << shift, divisor);
        var correction = divisor / 2;
        if (rest == 0)
        {
            // A power of two: its reciprocal would need a seventeenth bit.
            reciprocal >>= 1;
            shift--;
        }
        else if (rest <= divisor / 2)
        {
            correction++;
        }
        else
        {
            reciprocal++;
        }

        divisors[index] = (ushort)divisor;
        corrections[index] = (ushort)correction;
        reciprocals[index] = (ushort)reciprocal;
        scales[index] = (ushort)(1 << (32 - shift));
    }

    internal void Quantize(short* block)
    {
        if (!Avx2.IsSupported)
        {
            for (var i = 0; i < 64; i++)
            {
                var magnitude = (Math.Abs((int)block[i]) + (divisors[i] / 2)) / divisors[i];
                block[i] = (short)(block[i] < 0 ? -magnitude : magnitude);
            }

            return;
        }

        fixed (ushort* correction = corrections, reciprocal = reciprocals, scale = scales)
        {
            for (var i = 0; i < 64; i += Vector256<short>.Count)
            {
                var value = Vector256.Load(block + i);
                var magnitude = Avx2.Abs(value) + Vector256.Load(correction + i);
                var quotient = Avx2.MultiplyHigh(Avx2.MultiplyHigh(magnitude, Vector256.Load(reciprocal + i)), Vector256.Load(scale + i));
                Avx2.Sign(quotient.AsInt16(), value).Store(block + i);
            }
        }
    }
}

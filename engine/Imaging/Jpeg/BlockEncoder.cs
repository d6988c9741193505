using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Quantises blocks of one component and writes them in baseline Huffman coding (T.81, F.1.2).</summary>
internal sealed unsafe class BlockEncoder
{
    /// <summary>An upper bound of a block's size: 64 codes of 16 bits with 11 bits of value, every byte stuffed.</summary>
    public const int MaxBlockBytes = 512;

    private static readonly short[] s_scanOrder = Array.ConvertAll(ZigZag.ToNatural[..64].ToArray(), position => (short)position);

    private readonly BitWriter _writer;
    private readonly uint[] _dcCode;
    private readonly uint[] _acCode;

    // For the 64 coefficients in natural order. The divisor is 8 times the quantisation factor, as the DCT is scaled by 8.
    private readonly ushort[] _divisors = new ushort[64];
    private readonly ushort[] _corrections = new ushort[64];
    private readonly ushort[] _reciprocals = new ushort[64];
    private readonly ushort[] _scales = new ushort[64];

    private int _lastDc;

    /// <param name="quantization">64 factors in natural order, 1 to 255.</param>
    public BlockEncoder(BitWriter writer, ReadOnlySpan<byte> quantization, HuffmanCode dc, HuffmanCode ac)
    {
        _writer = writer;
        _dcCode = dc.Entries;
        _acCode = ac.Entries;
        for (var i = 0; i < 64; i++)
        {
            SetDivisor(i, quantization[i] * 8);
        }
    }

    /// <summary>Encodes 64 coefficients from <see cref="ForwardDct"/>, and overwrites them.</summary>
    public void Encode(short* block)
    {
        Quantize(block);
        var scan = stackalloc short[64];
        var present = ToScanOrder(block, scan) & ~1ul;
        var codes = _acCode;
        fixed (byte* reserved = _writer.Reserve(MaxBlockBytes))
        {
            var bits = _writer.Begin(reserved);
            PutDc(ref bits, scan[0]);
            var previous = 0;
            while (present != 0)
            {
                var k = BitOperations.TrailingZeroCount(present);
                present &= present - 1;
                var run = k - previous - 1;
                previous = k;
                for (; run > 15; run -= 16)
                {
                    Put(ref bits, codes[0xF0], 0, 0);
                }

                int value = scan[k];
                var size = SizeOf(value);
                Put(ref bits, codes[(run << 4) | size], value, size);
            }

            if (previous != 63)
            {
                Put(ref bits, codes[0], 0, 0);
            }

            _writer.End(bits, reserved);
        }
    }

    /// <summary>
    /// Encodes a block with the previous DC value and no AC coefficients. Such blocks complete an MCU beyond the image's edge.
    /// </summary>
    public void EncodeFiller()
    {
        fixed (byte* reserved = _writer.Reserve(MaxBlockBytes))
        {
            var bits = _writer.Begin(reserved);
            PutDc(ref bits, _lastDc);
            Put(ref bits, _acCode[0], 0, 0);
            _writer.End(bits, reserved);
        }
    }

    /// <summary>Permutes a block from natural order into scan order.</summary>
    /// <returns>A bit for each nonzero coefficient, the first lowest.</returns>
    private static ulong ToScanOrder(short* block, short* scan)
    {
        ulong present = 0;
        if (Avx512BW.IsSupported)
        {
            var (low, high) = (Vector512.Load(block), Vector512.Load(block + 32));
            for (var half = 0; half < 64; half += 32)
            {
                var indices = Vector512.LoadUnsafe(ref s_scanOrder[half]);
                var coefficients = Avx512BW.PermuteVar32x16x2(low, indices, high);
                coefficients.Store(scan + half);
                present |= (ulong)(uint)~Vector512.Equals(coefficients, Vector512<short>.Zero).ExtractMostSignificantBits() << half;
            }

            return present;
        }

        for (var k = 0; k < 64; k++)
        {
            scan[k] = block[s_scanOrder[k]];
        }

        for (var k = 0; k < 64; k += Vector128<short>.Count)
        {
            var zeros = Vector128.Equals(Vector128.Load(scan + k), Vector128<short>.Zero).ExtractMostSignificantBits();
            present |= (ulong)(~zeros & 0xFF) << k;
        }

        return present;
    }

    /// <summary>The number of bits of a value's magnitude. Free of branches, since signs are unpredictable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SizeOf(int value) => 32 - BitOperations.LeadingZeroCount((uint)((value ^ (value >> 31)) - (value >> 31)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutDc(ref PendingBits bits, int dc)
    {
        var difference = dc - _lastDc;
        _lastDc = dc;
        var size = SizeOf(difference);
        Put(ref bits, _dcCode[size], difference, size);
    }

    /// <summary>Writes a code, then the value's bits. Negative values are stored less one, so that they begin with 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref PendingBits bits, uint entry, int value, int size)
    {
        var low = (uint)(value + (value >> 31)) & ((1u << size) - 1);
        bits.Put(((entry >> 8) << size) | low, (int)(entry & 0xFF) + size);
    }

    /// <summary>
    /// Prepares division by multiplication for 16-bit dividends, exact for all of them (Granlund and Montgomery 1994; the case distinction
    /// is Agner Fog's): (x + correction) * reciprocal >> 16 + shift is x / divisor rounded to nearest, halves up.
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

        _divisors[index] = (ushort)divisor;
        _corrections[index] = (ushort)correction;
        _reciprocals[index] = (ushort)reciprocal;
        _scales[index] = (ushort)(1 << (32 - shift));
    }

    internal void Quantize(short* block)
    {
        if (!Avx2.IsSupported)
        {
            for (var i = 0; i < 64; i++)
            {
                var magnitude = (Math.Abs((int)block[i]) + (_divisors[i] / 2)) / _divisors[i];
                block[i] = (short)(block[i] < 0 ? -magnitude : magnitude);
            }

            return;
        }

        fixed (ushort* correction = _corrections, reciprocal = _reciprocals, scale = _scales)
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

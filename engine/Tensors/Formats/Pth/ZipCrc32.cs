using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IlgpuGan.Tensors.Formats.Pth;

/// <summary>
/// The zip format's checksum: CRC-32 with the reflected polynomial 0xEDB88320. Uses carry-less multiplication if the CPU has it.
/// </summary>
/// <remarks>
/// Folding after V. Gopal and others, "Fast CRC computation for generic polynomials using PCLMULQDQ", Intel 2009: each 64 bytes are
/// multiplied and added to the next 64, until 16 are left, which have the checksum of the whole.
/// </remarks>
internal static class ZipCrc32
{
    private const uint Polynomial = 0xEDB88320;
    private const uint Inverted = uint.MaxValue;
    private const int Slices = 8;
    private const int Lane = 16;
    private const int Stride = 4 * Lane;

    /// <summary>x⁰ in reflected order, in which the highest bit is the lowest power.</summary>
    private const uint One = 1u << 31;

    private static readonly uint[] s_table = MakeTable();

    /// <summary>
    /// x^(2^k) modulo the polynomial, for k = 0 … 31; then the sequence repeats, because the order of x divides 2³² − 1.
    /// </summary>
    private static readonly uint[] s_powers = MakePowers();

    public static uint Of(ReadOnlySpan<byte> data) => ~Remainder(data, Inverted);

    /// <summary>
    /// The contribution of a part to the checksum of a whole. The checksum is the exclusive or of all parts' contributions, in any order,
    /// and of <see cref="LengthContribution"/>.
    /// </summary>
    /// <param name="part">bytes of the whole</param>
    /// <param name="following">number of bytes after them in the whole</param>
    public static uint Contribution(ReadOnlySpan<byte> part, long following) => Multiply(Remainder(part, 0), Power(8 * following));

    /// <summary>The contribution of the whole's length to its checksum.</summary>
    public static uint LengthContribution(long length) => ~Multiply(Inverted, Power(8 * length));

    /// <summary>Continues a remainder over data.</summary>
    private static uint Remainder(ReadOnlySpan<byte> data, uint crc)
    {
        if (!Pclmulqdq.IsSupported || data.Length < Stride)
        {
            return ByTable(data, crc);
        }
        var folded = data.Length / Lane * Lane;
        Span<byte> rest = stackalloc byte[Lane];
        Fold(data[..folded], crc).CopyTo(rest);
        return ByTable(data[folded..], ByTable(rest, 0));
    }

    /// <summary>Folds data, whose length is a multiple of 16 and at least 64, to 16 bytes with the same remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<byte> Fold(ReadOnlySpan<byte> data, uint crc)
    {
        // x^(n+32) and x^(n−32) modulo the polynomial, reflected and shifted by one bit, for n = 512 (four lanes) and 128 (one).
        var four = Vector128.Create(0x154442BD4UL, 0x1C6E41596UL);
        var one = Vector128.Create(0x1751997D0UL, 0x0CCAA009EUL);
        ref var start = ref MemoryMarshal.GetReference(data);
        var a = Vector128.LoadUnsafe(ref start).AsUInt64() ^ Vector128.CreateScalar(crc).AsUInt64();
        var b = Vector128.LoadUnsafe(ref start, Lane).AsUInt64();
        var c = Vector128.LoadUnsafe(ref start, 2 * Lane).AsUInt64();
        var d = Vector128.LoadUnsafe(ref start, 3 * Lane).AsUInt64();
        var at = Stride;
        for (; at <= data.Length - Stride; at += Stride)
        {
            a = Move(a, four) ^ Vector128.LoadUnsafe(ref start, (nuint)at).AsUInt64();
            b = Move(b, four) ^ Vector128.LoadUnsafe(ref start, (nuint)(at + Lane)).AsUInt64();
            c = Move(c, four) ^ Vector128.LoadUnsafe(ref start, (nuint)(at + (2 * Lane))).AsUInt64();
            d = Move(d, four) ^ Vector128.LoadUnsafe(ref start, (nuint)(at + (3 * Lane))).AsUInt64();
        }

        var all = Move(Move(Move(a, one) ^ b, one) ^ c, one) ^ d;
        for (; at < data.Length; at += Lane)
        {
            all = Move(all, one) ^ Vector128.LoadUnsafe(ref start, (nuint)at).AsUInt64();
        }
        return all.AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Move(Vector128<ulong> lane, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x11);

    /// <summary>Table-driven (slicing by 8): eight bytes per iteration.</summary>
    private static uint ByTable(ReadOnlySpan<byte> data, uint crc)
    {
        while (data.Length >= Slices)
        {
            var low = crc ^ BitConverter.ToUInt32(data);
            var high = BitConverter.ToUInt32(data[4..]);
            crc = s_table[(7 * 256) + (int)(low & 255)] ^ s_table[(6 * 256) + (int)((low >> 8) & 255)]
                ^ s_table[(5 * 256) + (int)((low >> 16) & 255)] ^ s_table[(4 * 256) + (int)(low >> 24)]
                ^ s_table[(3 * 256) + (int)(high & 255)] ^ s_table[(2 * 256) + (int)((high >> 8) & 255)]
                ^ s_table[256 + (int)((high >> 16) & 255)] ^ s_table[(int)(high >> 24)];
            data = data[Slices..];
        }

        foreach (var value in data)
        {
            crc = (crc >> 8) ^ s_table[(int)((crc ^ value) & 255)];
        }
        return crc;
    }

    /// <summary>x^n modulo the polynomial.</summary>
    private static uint Power(long n)
    {
        var power = One;
        for (var k = 0; n > 0; k++, n >>= 1)
        {
            if ((n & 1) != 0)
            {
                power = Multiply(s_powers[k % s_powers.Length], power);
            }
        }

        return power;
    }

    /// <summary>a·b modulo the polynomial.</summary>
    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            if ((a & One) != 0)
            {
                product ^= b;
            }
            b = TimesX(b);
        }

        return product;
    }

    private static uint TimesX(uint value) => (value >> 1) ^ ((value & 1) * Polynomial);

    private static uint[] MakePowers()
    {
        var powers = new uint[32];
        powers[0] = TimesX(One);
        for (var k = 1; k < powers.Length; k++)
        {
            powers[k] = Multiply(powers[k - 1], powers[k - 1]);
        }
        return powers;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = TimesX(crc);
            }
            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
        {
            table[i] = (table[i - 256] >> 8) ^ table[table[i - 256] & 255];
        }
        return table;
    }
}

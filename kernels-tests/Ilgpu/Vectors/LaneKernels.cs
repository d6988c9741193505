using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>
/// Kernels whose threads part and meet in every way that there is. Each takes what it reads, and where each thread writes its own element.
/// </summary>
internal static partial class LaneKernels
{
    /// <summary>Kernels of a thread for each element.</summary>
    public static readonly Action<Index1D, ArrayView<int>, ArrayView<int>>[] OfElements =
        [Straight, Branches, UnevenLoop, LoopWithTwoExits, ContinueAndBreak, NestedLoops, LastOneWins, Choice, OwnArray, Neighbours,
            EarlyReturns, EndlessLoop, Quotients, Extremes, Strides, Bytes, Wide, Halves, Functions, SharedCounter, Rows, RowsFrom,
            Counters, BreakInStep, TwoLoops, LaneByLane, HalvesOfProducts, Transcendental, Unsigned, WholeBatches];

    public static void Straight(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        target[i] = (source[i] * 3) ^ i;
    }

    public static void Branches(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int value = source[i];
        if (value % 2 == 0)
        {
            value = value % 3 == 0 ? value / 3 : -value;
            target[i] = value;
        }
        else if (value > 50)
        {
            value -= source[value % (int)source.Length];
        }

        target[i] = value + source[0];
    }

    /// <summary>Each lane leaves when its own time has come, with what it had then.</summary>
    public static void UnevenLoop(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        long value = source[i] + 1;
        int steps = 0;
        while (value != 1 && steps < 200)
        {
            value = (value & 1) == 0 ? value >> 1 : (3 * value) + 1;
            steps++;
        }

        target[i] = steps + (int)value;
    }

    /// <summary>Where a lane goes after the loop depends on which way it left.</summary>
    public static void LoopWithTwoExits(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0;
        for (int k = 0; k < 20; k++)
        {
            sum += source[(i + k) % (int)source.Length];
            if (sum > 400)
            {
                target[i] = -k;
                return;
            }

            if (sum % 7 == i % 7)
            {
                sum += 1000;
                break;
            }
        }

        target[i] = sum;
    }

    public static void ContinueAndBreak(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int last = -1, count = 0;
        for (int k = 0; k < source.IntLength; k++)
        {
            if ((source[k] & 1) == (i & 1))
            {
                continue;
            }

            count++;
            if (source[k] % 11 == i % 11)
            {
                last = k;
                break;
            }
        }

        target[i] = (last * 1000) + count;
    }

    public static void NestedLoops(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0;
        for (int a = 0; a < i % 5; a++)
        {
            int inner = source[(i + a) % (int)source.Length] % 6;
            for (int b = inner; b > 0; b--)
            {
                sum = (sum * 31) + b;
                if (sum % 13 == 0)
                {
                    break;
                }
            }

            sum ^= a;
        }

        target[i] = sum;
    }

    /// <summary>A value of the last turn, read behind a loop that lanes leave one by one.</summary>
    public static void LastOneWins(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int before, now = source[i], turns = 0;
        do
        {
            before = now;
            now = source[((now * 7) + i) % (int)source.Length];
            turns++;
        }
        while (now % 5 != 0 && turns < 30);

        target[i] = (before * 100) + now + turns;
    }

    /// <summary>
    /// Of three batches the first takes the short way, the second the long one, whose branches it shares, and the third both.
    /// </summary>
    public static void WholeBatches(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index, value = source[i], way = i / 8 % 3;
        int sum = value, turns = value % 4;
        bool isShort = way == 2 ? value % 2 == 0 : way == 0 & value >= 0;
        if (isShort)
        {
            sum *= 3;
        }
        else
        {
            if (way == 1 | value > 60)
            {
                sum += source[value % 7];
            }
            else if (value > 30)
            {
                sum -= 9;
            }
            else
            {
                sum = ~sum;
            }

            for (int k = 0; k < (way == 1 ? 3 : turns); k++)
            {
                if ((sum & 15) == 15)
                {
                    target[i] = k;
                    return;
                }

                sum = (sum * 5) + k;
            }

            sum = way == 1 & value >= 0 ? sum ^ 0x55 : sum - turns;
        }

        target[i] = sum;
    }

    public static void Choice(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int value = source[i];
        target[i] = (value % 6) switch
        {
            0 => value * 2,
            1 => value - source[1],
            2 => i,
            3 => 7,
            4 => -value,
            _ => value / 3,
        };
    }

    public static void OwnArray(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        var seen = new int[5];
        for (int k = 0; k < 12; k++)
        {
            seen[source[(i + k) % (int)source.Length] % 5]++;
        }

        int digits = 0;
        for (int k = 0; k < 5; k++)
        {
            digits = (digits * 13) + seen[(k + i) % 5];
        }

        target[i] = digits;
    }

    public static void Neighbours(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int left = i > 0 ? source[i - 1] : 0;
        int right = i < source.Length - 1 ? source[i + 1] : 0;
        target[i] = left + right - (2 * source[source.IntLength - 1 - i]);
    }

    public static void EarlyReturns(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        if (source[i] % 4 == 0)
        {
            return;
        }

        target[i] = 1;
        for (int k = 0; k < 10; k++)
        {
            if (source[(i * k) % (int)source.Length] == i % 50)
            {
                return;
            }

            target[i] += k;
        }

        target[i] = -target[i];
    }

    /// <summary>A loop without a condition of its own.</summary>
    public static void EndlessLoop(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int value = i;
        while (true)
        {
            value += source[value % (int)source.Length] + 1;
            if (value % 3 == 0)
            {
                continue;
            }

            if (value > 300)
            {
                break;
            }
        }

        target[i] = value;
    }

    public static void Quotients(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int value = source[i] - 50;
        int divisor = (i % 9) - 4;
        int quotient = divisor == 0 ? 0 : value / divisor;
        uint unsigned = (uint)value / ((uint)i + 1);
        long wide = ((long)value * 1_000_003) % ((i % 5) + 2);
        target[i] = quotient + (int)(unsigned % 1000) + (int)wide + (value >> (i % 33)) + (value << (source[i] % 40)) + (value >>> i % 7);
    }

    /// <summary>Quotients and products of numbers of all 32 bits.</summary>
    public static void Extremes(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int a = (source[i] * 0x55555555) ^ int.MinValue, b = ((source[i % 7] - 50) * 0x02345677) | 1;
        int quotients = (a / b) ^ (a % b * 3) ^ (int)((uint)a / (uint)b) ^ (int)((uint)a % (uint)b * 5);
        int high = (int)(((long)a * b) >> 32), unsigned = (int)(((ulong)(uint)a * (uint)b) >> 32);
        target[i] = quotients ^ (high * 7) ^ (unsigned * 11) ^ (i < source.IntLength - 1 ? a / (b | 0x40000000) : (int)((uint)a / 3));
    }

    /// <summary>Elements that lie apart by the same distance, forwards and backwards.</summary>
    public static void Strides(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int last = source.IntLength - 1;
        int value = source[last - i] * 3;
        if (3 * i < last)
        {
            value += source[3 * i] - source[(3 * i) + 1];
        }

        target[last - i] = value + (i & 7) + (i >> 3);
    }

    public static void Bytes(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        var signed = (sbyte)(source[i] * 5);
        var unsigned = (byte)(source[i] * 5);
        var narrow = (short)(source[i] * 3001);
        target[i] = signed + unsigned + narrow + (ushort)narrow;
    }

    public static void Wide(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        long a = ((long)source[i] << 33) | (uint)(i * 77777);
        ulong b = (ulong)a * 0x9E3779B97F4A7C15UL;
        double c = a / 3.0;
        long d = a > (long)b ? a - (long)b : ~a;
        target[i] = (int)(b >> 40) ^ (int)(d >> (i % 64)) ^ BitConverter.SingleToInt32Bits((float)c);
    }

    public static void Halves(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        var half = (ILGPU.Half)(source[i] * 0.37f);
        float back = half * (ILGPU.Half)3f;
        target[i] = BitConverter.SingleToInt32Bits(back);
    }

    public static void Functions(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        float x = (source[i] - 50) * 0.125f;
        float y = MathF.Sqrt(MathF.Abs(x)) + MathF.Exp(-x * x) + MathF.Floor(x) + MathF.Ceiling(x * 3) + MathF.Truncate(x * 7);
        float low = MathF.Min(x, x / (i % 3)), high = MathF.Max(-x, 0f * x);
        double z = Math.Sin(x) + Math.Max(x, 0.0) + Math.Abs((double)x) + Math.FusedMultiplyAdd(x, y, 0.5);
        bool isOdd = float.IsNaN(low) || float.IsInfinity(high) || !(low < high);
        target[i] = BitConverter.SingleToInt32Bits(y) ^ BitConverter.SingleToInt32Bits(low + high)
            ^ (int)(BitConverter.DoubleToInt64Bits(z) >> 20) ^ (isOdd ? 1 : 0) ^ (int)(x * 1e9f) ^ (int)(uint)(x * 1e4f);
    }

    /// <summary>
    /// What has a vector form beside what goes lane by lane, with one operand and two, and to another type; roundings and conversions that
    /// do not.
    /// </summary>
    public static void LaneByLane(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        float x = (source[i] - 50) * 0.25f, y = MathF.Tanh(x) + MathF.Log(MathF.Abs(x) + 0.5f) + MathF.Pow(1.5f, x * 0.125f);
        float rounded = MathF.Round(x) + MathF.Round(x * 1.5f, MidpointRounding.AwayFromZero);
        float edge = x / (i % 4) * 1e9f;
        var half = (ILGPU.Half)y;
        target[i] = BitConverter.SingleToInt32Bits(y) ^ BitConverter.SingleToInt32Bits(rounded) ^ (int)edge ^ ((int)(edge + 0.5f) << 1)
            ^ BitConverter.SingleToInt32Bits((float)half) ^ BitConverter.SingleToInt32Bits(MathF.Atan2(x, y));
    }

    /// <summary>What is computed in double precision; every third thread has no part in some.</summary>
    public static void Transcendental(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        float x = (source[i] - 50) * 0.5f, positive = MathF.Abs(x) + 0.01f, part = x * 0.04f;
        float y = MathF.Exp(x) + MathF.Log(positive) + XMath.Exp2(x) + XMath.Log2(positive) + XMath.Log10(positive);
        y += MathF.Pow(positive, x);
        float z = MathF.Sin(x) * MathF.Cos(x) + MathF.Tan(x) + MathF.Sin(x * 1e20f);
        if (i % 3 != 0)
        {
            z += MathF.Asin(part) + MathF.Acos(part) + MathF.Atan(x) + (MathF.Sinh(x) / MathF.Cosh(x)) + MathF.Tanh(part);
        }

        target[i] = BitConverter.SingleToInt32Bits(y) ^ BitConverter.SingleToInt32Bits(z);
    }

    /// <summary>Words that are numbers without a sign, rounded to single precision and exact in double.</summary>
    public static void Unsigned(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        uint word = ((uint)source[i] * 2654435761u) ^ (uint)i;
        long bits = BitConverter.DoubleToInt64Bits((double)word / 3);
        target[i] = BitConverter.SingleToInt32Bits(word) ^ BitConverter.SingleToInt32Bits((word >> 8) * (1f / (1 << 24)))
            ^ (int)bits ^ (int)(bits >> 32);
    }

    public static void SharedCounter(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        if (source[i] % 3 != 0)
        {
            Atomic.Add(ref target[source[i] % 4], i);
        }

        Atomic.Max(ref target[5], source[i]);
    }

    /// <summary>Each lane sums every so many elements, neighbours beside neighbours; some have one more than others.</summary>
    public static void Rows(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0;
        for (int k = i; k < source.IntLength; k += 24)
        {
            sum = (sum * 3) + source[k];
        }

        target[i] = sum;
    }

    /// <summary>As <see cref="Rows"/>, with what was counted read behind the loop, and a count that goes down with it.</summary>
    public static void RowsFrom(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0, k = i, left = 40;
        while (k < source.IntLength)
        {
            sum += source[k] * left;
            k += 16;
            left--;
        }

        target[i] = (sum * 1000) + (k * 50) + left;
    }

    /// <summary>A count that all lanes have in common until they leave, and what was computed of it before they did.</summary>
    public static void Counters(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int turn = 0, twice, value = source[i];
        do
        {
            twice = turn * 2;
            value += source[turn % 50] - twice;
            turn++;
        }
        while (turn < source[i] % 13 || value % 3 == 1);

        target[i] = (value * 100) + (twice * 10) + turn;
    }

    /// <summary>Lanes leave by two ways, and part within each turn.</summary>
    public static void BreakInStep(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0, found = -1;
        for (int k = i; k < source.IntLength; k += 8)
        {
            int value = source[k];
            if (value % 17 == 3)
            {
                found = k;
                break;
            }

            if (value % 2 == 0)
            {
                sum += value;
            }
            else
            {
                sum -= value * k;
            }
        }

        target[i] = (sum * 7) + found;
    }

    /// <summary>One of two loops a lane, and then another that all run as often as they must.</summary>
    public static void TwoLoops(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        int i = index;
        int sum = 0;
        if (source[i] % 2 == 0)
        {
            for (int k = i; k < source.IntLength; k += 11)
            {
                sum += source[k] ^ k;
            }
        }
        else
        {
            for (int k = 0; k < source[i] % 9; k++)
            {
                sum += source[k] * k;
            }
        }

        for (int k = source.IntLength - 1 - i; k >= 0; k -= 32)
        {
            sum = (sum * 5) - source[k];
        }

        target[i] = sum;
    }

    /// <summary>Both halves of products, as random generators take them, and of products with a sign.</summary>
    public static void HalvesOfProducts(Index1D index, ArrayView<int> source, ArrayView<int> target)
    {
        uint word = (uint)source[index] * 0x9E3779B9, other = (uint)index + 0xBB67AE85;
        for (int round = 0; round < 5; round++)
        {
            ulong product = 0xD2511F53UL * word, next = (ulong)other * word;
            long signed = (long)(int)word * -1234567890, mixed = (int)other * (long)word;
            word = (uint)(product >> 32) ^ (uint)next ^ (uint)(signed >> 32) ^ (uint)(mixed >> 32);
            other = (uint)product + (uint)(next >> 32) + (uint)signed;
        }

        target[index] = (int)(word ^ other);
    }
}

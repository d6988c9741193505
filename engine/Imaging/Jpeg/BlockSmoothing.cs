namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Estimates low-frequency coefficients that are missing or incomplete in a progressive file from the DC values of the surrounding 5x5
/// blocks (T.81, K.8, does so for 3x3), so that a truncated picture is soft rather than blocky. Weights, rounding and limits are
/// libjpeg-turbo's; its versions differ in the neighbours that they use near an edge.
/// </summary>
internal static unsafe class BlockSmoothing
{
    /// <summary>Coefficients that can be estimated: the first ten of the scan order, DC among them.</summary>
    private const int Estimated = 10;

    /// <summary>The number estimated if some AC coefficients are known.</summary>
    private const int EstimatedBesideAc = 6;

    private const int Side = 5;
    private const int Window = Side * Side;

    // Weights times 256, by horizontal frequency; those of vertical frequencies are the transposes. If no AC coefficient is known:
    private static readonly short[] s_dc =
        [-2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6, -2];
    private static readonly short[] s_ac01 = [-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1];
    private static readonly short[] s_ac02 = [0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0];
    private static readonly short[] s_ac03 = [0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0];
    private static readonly short[] s_ac11 = [-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1];
    private static readonly short[] s_ac12 = [0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0];

    // If some AC coefficients are known:
    private static readonly short[] s_ac01BesideAc = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly short[] s_ac02BesideAc = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly short[] s_ac11BesideAc = [0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0];

    /// <summary>In scan order: DC, 01, 10, 20, 11, 02, 03, 12, 21, 30.</summary>
    private static readonly short[][] s_fromDcAlone =
        [s_dc, s_ac01, Transpose(s_ac01), Transpose(s_ac02), s_ac11, s_ac02, s_ac03, s_ac12, Transpose(s_ac12), Transpose(s_ac03)];

    private static readonly short[][] s_besideAc =
        [[], s_ac01BesideAc, Transpose(s_ac01BesideAc), Transpose(s_ac02BesideAc), s_ac11BesideAc, s_ac02BesideAc];

    /// <summary>Whether every component has DC values, and some component lacks bits of a coefficient that can be estimated.</summary>
    public static bool Applies(JpegFrame frame) =>
        Array.TrueForAll(frame.Components, HasDc)
        && Array.Exists(frame.Components, c => c.MissingBits.AsSpan(1, Estimated - 1).ContainsAnyExcept((sbyte)0));

    /// <summary>Copies a block of a component and fills in missing coefficients.</summary>
    /// <param name="x">The block's column.</param>
    /// <param name="y">The block's row.</param>
    /// <param name="missingBits">The missing bits of each coefficient (see <see cref="JpegComponent.MissingBits"/>).</param>
    /// <param name="smoothed">Receives 64 coefficients.</param>
    public static void Smooth(JpegComponent component, int x, int y, ReadOnlySpan<sbyte> missingBits, Span<short> smoothed)
    {
        component.Coefficients.AsSpan(((y * component.PaddedBlocksWide) + x) * 64, 64).CopyTo(smoothed);
        var around = stackalloc int[Window];
        GatherDc(component, x, y, around);
        var quantization = component.Quantization!;
        long dcFactor = (ushort)quantization[0];
        var dcAlone = !missingBits[1..Estimated].ContainsAnyExcept((sbyte)-1);
        var kernels = dcAlone ? s_fromDcAlone : s_besideAc;
        for (var k = 1; k < (dcAlone ? Estimated : EstimatedBesideAc); k++)
        {
            ref var coefficient = ref smoothed[ZigZag.ToNatural[k]];
            if (missingBits[k] != 0 && coefficient == 0)
            {
                var limit = missingBits[k] > 0 ? (1L << missingBits[k]) - 1 : long.MaxValue;
                coefficient = Quantize(dcFactor * Sum(kernels[k], around), (ushort)quantization[ZigZag.ToNatural[k]], limit);
            }
        }

        if (dcAlone)
        {
            smoothed[0] = Quantize(dcFactor * Sum(s_dc, around), dcFactor, long.MaxValue);
        }
    }

    private static bool HasDc(JpegComponent component)
    {
        if (component.MissingBits[0] < 0 || component.Quantization is not { } quantization)
        {
            return false;
        }

        for (var k = 0; k < Estimated; k++)
        {
            if (quantization[ZigZag.ToNatural[k]] == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The DC values of the 25 surrounding blocks, clamped at the edges.</summary>
    private static void GatherDc(JpegComponent component, int x, int y, int* around)
    {
        for (var v = -2; v <= 2; v++)
        {
            var row = Math.Clamp(y + v, 0, component.BlocksHigh - 1) * component.PaddedBlocksWide;
            for (var h = -2; h <= 2; h++)
            {
                *around++ = component.Coefficients[(nint)(row + Math.Clamp(x + h, 0, component.BlocksWide - 1)) * 64];
            }
        }
    }

    private static long Sum(short[] kernel, int* around)
    {
        var sum = 0L;
        for (var i = 0; i < Window; i++)
        {
            sum += kernel[i] * around[i];
        }

        return sum;
    }

    /// <summary>Quantises a dequantised value times 256: rounded to nearest, its magnitude at most <paramref name="limit"/>.</summary>
    private static short Quantize(long value, long factor, long limit)
    {
        var magnitude = Math.Min((Math.Abs(value) + (factor << 7)) / (factor << 8), limit);
        return (short)(value < 0 ? -magnitude : magnitude);
    }

    private static short[] Transpose(short[] kernel)
    {
        var transposed = new short[Window];
        for (var i = 0; i < Window; i++)
        {
            transposed[i] = kernel[(i % Side * Side) + (i / Side)];
        }

        return transposed;
    }
}

namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>What a frame says before its macroblocks (RFC 6386, section 9).</summary>
internal sealed class Vp8Header
{
    private const int Segments = 4;
    private const int FrameBytes = 10;

    private readonly int[] _segmentQuantisers = new int[Segments];
    private readonly int[] _segmentLevels = new int[Segments];
    private bool _hasSegments;
    private bool _isAbsolute;
    private bool _adjustsLevel;
    private int _level;
    private int _sharpness;
    private int _referenceAdjustment;
    private int _smallModesAdjustment;

    public int Width { get; }

    public int Height { get; }

    /// <summary>Modes of macroblocks, after the header.</summary>
    public BoolReader Modes { get; }

    /// <summary>Coefficients: of row y in the part y modulo their number.</summary>
    public BoolReader[] Parts { get; }

    /// <summary>Whether each macroblock says its segment.</summary>
    public bool MapsSegments { get; private set; }

    public int[] SegmentProbabilities { get; } = [255, 255, 255];

    public bool IsSimpleFilter { get; private set; }

    /// <summary>Whether edges are smoothed at all.</summary>
    public bool Filters => _level > 0;

    /// <summary>[kind, band, context, branch].</summary>
    public byte[] Tokens { get; } = Vp8Tables.Tokens.ToArray();

    /// <summary>The probability that a macroblock has coefficients; −1 where all say nothing of it.</summary>
    public int SkipProbability { get; }

    public Vp8Quantiser[] Quantisers { get; }

    /// <exception cref="ImageFormatException">The data ends within the header.</exception>
    public Vp8Header(byte[] data, int width, int height)
    {
        (Width, Height) = (width, height);
        var firstBytes = (data[0] | (data[1] << 8) | (data[2] << 16)) >> 5;
        var partsStart = FrameBytes + firstBytes;
        if (partsStart > data.Length)
        {
            throw new ImageFormatException("the WebP is cut short");
        }

        Modes = new BoolReader(data, FrameBytes, partsStart);
        _ = Modes.Number(2); // The space of colours, and whether colours may go beyond it.
        ReadSegments();
        ReadFilter();
        Parts = PartsOf(data, partsStart, 1 << Modes.Number(2));
        Quantisers = ReadQuantisers();
        _ = Modes.Flag(); // Whether probabilities stay for the next frame, which there is none of.
        for (var i = 0; i < Tokens.Length; i++)
        {
            if (Modes.Read(Vp8Tables.TokensKept[i]))
            {
                Tokens[i] = (byte)Modes.Number(8);
            }
        }

        SkipProbability = Modes.Flag() ? Modes.Number(8) : -1;
    }

    /// <summary>How edges of a macroblock are smoothed; a limit of 0 is not at all.</summary>
    /// <param name="smallModes">Whether its blocks have modes of their own.</param>
    public (int Limit, int Inner, int Sharp) FilterOf(int segment, bool smallModes)
    {
        var strength = _hasSegments ? _segmentLevels[segment] + (_isAbsolute ? 0 : _level) : _level;
        if (_adjustsLevel)
        {
            strength += _referenceAdjustment + (smallModes ? _smallModesAdjustment : 0);
        }

        strength = Math.Clamp(strength, 0, 63);
        if (strength == 0)
        {
            return default;
        }

        var inner = strength >> (_sharpness > 4 ? 2 : _sharpness > 0 ? 1 : 0);
        inner = Math.Max(1, _sharpness > 0 ? Math.Min(inner, 9 - _sharpness) : inner);
        return ((2 * strength) + inner, inner, strength >= 40 ? 2 : strength >= 15 ? 1 : 0);
    }

    private void ReadSegments()
    {
        _hasSegments = Modes.Flag();
        if (!_hasSegments)
        {
            return;
        }

        MapsSegments = Modes.Flag();
        if (Modes.Flag())
        {
            _isAbsolute = Modes.Flag();
            foreach (ref var quantiser in _segmentQuantisers.AsSpan())
            {
                quantiser = Modes.OptionalSigned(7);
            }

            foreach (ref var strength in _segmentLevels.AsSpan())
            {
                strength = Modes.OptionalSigned(6);
            }
        }

        foreach (ref var probability in SegmentProbabilities.AsSpan(0, MapsSegments ? SegmentProbabilities.Length : 0))
        {
            probability = Modes.Flag() ? Modes.Number(8) : 255;
        }
    }

    private void ReadFilter()
    {
        IsSimpleFilter = Modes.Flag();
        _level = Modes.Number(6);
        _sharpness = Modes.Number(3);
        _adjustsLevel = Modes.Flag();
        if (!_adjustsLevel || !Modes.Flag())
        {
            return;
        }

        // By what a macroblock is predicted from, the first being this frame; then by its mode, the first being modes of small blocks.
        Span<int> adjustments = stackalloc int[8];
        foreach (ref var adjustment in adjustments)
        {
            adjustment = Modes.OptionalSigned(6);
        }

        (_referenceAdjustment, _smallModesAdjustment) = (adjustments[0], adjustments[4]);
    }

    private static BoolReader[] PartsOf(byte[] data, int start, int count)
    {
        var position = start + (3 * (count - 1));
        if (position > data.Length)
        {
            throw new ImageFormatException("the WebP is cut short");
        }

        var parts = new BoolReader[count];
        for (var i = 0; i < count; i++)
        {
            var size = start + (3 * i);
            var end = i == count - 1
                ? data.Length
                : (int)Math.Min(position + (long)(data[size] | (data[size + 1] << 8) | (data[size + 2] << 16)), data.Length);
            parts[i] = new BoolReader(data, position, end);
            position = end;
        }

        return parts;
    }

    private Vp8Quantiser[] ReadQuantisers()
    {
        var index = Modes.Number(7);
        var (mean, mean2, other2, chromaMean, chromaOther) = (
            Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4));
        var quantisers = new Vp8Quantiser[Segments];
        for (var s = 0; s < Segments; s++)
        {
            var q = _hasSegments ? _segmentQuantisers[s] + (_isAbsolute ? 0 : index) : index;
            quantisers[s] = new(
                Mean(q + mean), Other(q), 2 * Mean(q + mean2), Math.Max(8, Other(q + other2) * 155 / 100),
                Vp8Tables.MeanSteps[Math.Clamp(q + chromaMean, 0, 117)], Other(q + chromaOther));
        }

        return quantisers;

        static int Mean(int q) => Vp8Tables.MeanSteps[Math.Clamp(q, 0, 127)];

        static int Other(int q) => Vp8Tables.OtherSteps[Math.Clamp(q, 0, 127)];
    }
}

/// <summary>What stored coefficients are multiplied by.</summary>
internal sealed record Vp8Quantiser(int Mean, int Other, int Mean2, int Other2, int ChromaMean, int ChromaOther);

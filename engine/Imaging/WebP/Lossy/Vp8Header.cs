namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>The frame header (RFC 6386, section 9).</summary>
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
    private int _subblockModesAdjustment;

    public int Width { get; }

    public int Height { get; }

    /// <summary>The first partition: the macroblocks' modes, positioned after the header.</summary>
    public BoolDecoder Modes { get; }

    /// <summary>The DCT partitions: row y of macroblocks is in partition y modulo their number.</summary>
    public BoolDecoder[] Partitions { get; }

    /// <summary>Whether each macroblock has a segment number.</summary>
    public bool MapsSegments { get; private set; }

    public int[] SegmentProbabilities { get; } = [255, 255, 255];

    public bool IsSimpleFilter { get; private set; }

    /// <summary>Whether the loop filter is on.</summary>
    public bool Filters => _level > 0;

    /// <summary>[block type, band, context, branch].</summary>
    public byte[] TokenProbabilities { get; } = Vp8Tables.DefaultTokenProbabilities.ToArray();

    /// <summary>The probability that a macroblock has coefficients; −1 if macroblocks have no skip flag.</summary>
    public int SkipProbability { get; }

    public Vp8Quantiser[] Quantisers { get; }

    /// <exception cref="ImageFormatException">The data ends within the header.</exception>
    public Vp8Header(byte[] data, int width, int height)
    {
        (Width, Height) = (width, height);
        var firstBytes = (data[0] | (data[1] << 8) | (data[2] << 16)) >> 5;
        var partitionsStart = FrameBytes + firstBytes;
        if (partitionsStart > data.Length)
        {
            throw new ImageFormatException("the WebP is cut short");
        }

        Modes = new BoolDecoder(data, FrameBytes, partitionsStart);
        _ = Modes.Number(2); // Colour space and clamping type.
        ReadSegments();
        ReadFilter();
        Partitions = PartitionsOf(data, partitionsStart, 1 << Modes.Number(2));
        Quantisers = ReadQuantisers();
        _ = Modes.Flag(); // Whether probabilities persist for the next frame; there is none.
        for (var i = 0; i < TokenProbabilities.Length; i++)
        {
            if (Modes.Read(Vp8Tables.TokenUpdateProbabilities[i]))
            {
                TokenProbabilities[i] = (byte)Modes.Number(8);
            }
        }

        SkipProbability = Modes.Flag() ? Modes.Number(8) : -1;
    }

    /// <summary>The loop filter's parameters for a macroblock. An edge limit of 0 turns it off.</summary>
    /// <param name="subblockModes">Whether its subblocks have their own modes.</param>
    public (int EdgeLimit, int InteriorLimit, int HevThreshold) FilterOf(int segment, bool subblockModes)
    {
        var strength = _hasSegments ? _segmentLevels[segment] + (_isAbsolute ? 0 : _level) : _level;
        if (_adjustsLevel)
        {
            strength += _referenceAdjustment + (subblockModes ? _subblockModesAdjustment : 0);
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

        // Four by reference frame, the first for key frames; then four by mode, the first for subblock modes (B_PRED).
        Span<int> adjustments = stackalloc int[8];
        foreach (ref var adjustment in adjustments)
        {
            adjustment = Modes.OptionalSigned(6);
        }

        (_referenceAdjustment, _subblockModesAdjustment) = (adjustments[0], adjustments[4]);
    }

    private static BoolDecoder[] PartitionsOf(byte[] data, int start, int count)
    {
        var position = start + (3 * (count - 1));
        if (position > data.Length)
        {
            throw new ImageFormatException("the WebP is cut short");
        }

        var partitions = new BoolDecoder[count];
        for (var i = 0; i < count; i++)
        {
            var size = start + (3 * i);
            var end = i == count - 1
                ? data.Length
                : (int)Math.Min(position + (long)(data[size] | (data[size + 1] << 8) | (data[size + 2] << 16)), data.Length);
            partitions[i] = new BoolDecoder(data, position, end);
            position = end;
        }

        return partitions;
    }

    private Vp8Quantiser[] ReadQuantisers()
    {
        var index = Modes.Number(7);
        var (lumaDc, y2Dc, y2Ac, chromaDc, chromaAc) = (
            Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4), Modes.OptionalSigned(4));
        var quantisers = new Vp8Quantiser[Segments];
        for (var s = 0; s < Segments; s++)
        {
            var q = _hasSegments ? _segmentQuantisers[s] + (_isAbsolute ? 0 : index) : index;
            quantisers[s] = new(
                Dc(q + lumaDc), Ac(q), 2 * Dc(q + y2Dc), Math.Max(8, Ac(q + y2Ac) * 155 / 100),
                Vp8Tables.DcSteps[Math.Clamp(q + chromaDc, 0, 117)], Ac(q + chromaAc));
        }

        return quantisers;

        static int Dc(int q) => Vp8Tables.DcSteps[Math.Clamp(q, 0, 127)];

        static int Ac(int q) => Vp8Tables.AcSteps[Math.Clamp(q, 0, 127)];
    }
}

/// <summary>The dequantisation factors of a segment.</summary>
internal sealed record Vp8Quantiser(int LumaDc, int LumaAc, int Y2Dc, int Y2Ac, int ChromaDc, int ChromaAc);

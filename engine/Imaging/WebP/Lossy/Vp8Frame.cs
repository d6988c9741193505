namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>Decodes a key frame of VP8 to planes, macroblock by macroblock (RFC 6386).</summary>
internal sealed class Vp8Frame
{
    private const byte BorderAbove = 127;
    private const byte BorderLeft = 129;

    /// <summary>Bytes that may be missing at the end of a partition, since the bool decoder reads ahead.</summary>
    private const int ReadAhead = 2;

    private readonly Vp8Header _header;
    private readonly Vp8Coefficients _coefficients;
    private readonly (int Across, int Down) _blocks;
    private readonly Macroblock[] _macroblocks;
    private readonly bool _lenient;

    private readonly Vp8Mode[] _modesAbove;
    private readonly Vp8Mode[] _modesLeft = new Vp8Mode[4];

    /// <summary>Whether the neighbouring blocks have coefficients: 4 for luma, 2 for each chroma plane, 1 for Y2.</summary>
    private readonly byte[] _codedAbove;

    private readonly byte[] _codedLeft = new byte[9];
    private readonly short[] _values = new short[25 * 16];

    public Vp8Frame(byte[] data, int width, int height, bool lenient)
    {
        _header = new Vp8Header(data, width, height);
        _coefficients = new(_header.TokenProbabilities);
        _lenient = lenient;
        _blocks = ((width + 15) / 16, (height + 15) / 16);
        _macroblocks = new Macroblock[_blocks.Across * _blocks.Down];
        _modesAbove = new Vp8Mode[4 * _blocks.Across];
        _codedAbove = new byte[9 * _blocks.Across];
        Luma = new Vp8Plane(16 * _blocks.Across, 16 * _blocks.Down, BorderAbove, BorderLeft);
        ChromaU = new Vp8Plane(8 * _blocks.Across, 8 * _blocks.Down, BorderAbove, BorderLeft);
        ChromaV = new Vp8Plane(8 * _blocks.Across, 8 * _blocks.Down, BorderAbove, BorderLeft);
        Decode();
    }

    public Vp8Plane Luma { get; }

    public Vp8Plane ChromaU { get; }

    public Vp8Plane ChromaV { get; }

    private void Decode()
    {
        Span<Vp8Mode> modes = stackalloc Vp8Mode[16];
        for (var y = 0; y < _blocks.Down; y++)
        {
            Array.Clear(_modesLeft);
            Array.Clear(_codedLeft);
            var partition = _header.Partitions[y & (_header.Partitions.Length - 1)];
            for (var x = 0; x < _blocks.Across; x++)
            {
                ref var block = ref _macroblocks[(y * _blocks.Across) + x];
                block.ReadModes(_header, _modesAbove.AsSpan(4 * x, 4), _modesLeft, modes);
                Array.Clear(_values);
                ReadCoefficients(partition, ref block, x);
                Predict(block, modes, x, y);
                if (!_lenient && (partition.Missing > ReadAhead || _header.Modes.Missing > ReadAhead))
                {
                    throw new ImageFormatException("the WebP is cut short, or its compressed data is corrupt");
                }
            }
        }

        if (_header.Filters)
        {
            for (var i = 0; i < _macroblocks.Length; i++)
            {
                Filter(_macroblocks[i], i % _blocks.Across, i / _blocks.Across);
            }
        }
    }

    private void ReadCoefficients(BoolDecoder partition, ref Macroblock block, int x)
    {
        var above = _codedAbove.AsSpan(9 * x, 9);
        if (block.IsSkipped)
        {
            above[..8].Clear();
            _codedLeft.AsSpan(0, 8).Clear();
            if (!block.HasSubblockModes)
            {
                (above[8], _codedLeft[8]) = (0, 0);
            }

            return;
        }

        var quantiser = _header.Quantisers[block.Segment];
        var any = false;
        var kind = Vp8Coefficients.LumaWithDc;
        if (!block.HasSubblockModes)
        {
            kind = Vp8Coefficients.LumaWithoutDc;
            var y2 = _values.AsSpan(24 * 16, 16);
            var end = _coefficients.Read(partition, Vp8Coefficients.Y2, above[8] + _codedLeft[8], quantiser.Y2Dc, quantiser.Y2Ac, y2);
            above[8] = _codedLeft[8] = (byte)(end > 0 ? 1 : 0);
            Vp8Coefficients.InverseWalshHadamard(y2, _values);
        }

        for (var b = 0; b < 16; b++)
        {
            any |= Read(kind, b, ref above[b % 4], ref _codedLeft[b / 4], quantiser.LumaDc, quantiser.LumaAc);
        }

        for (var b = 0; b < 8; b++)
        {
            var first = 4 + (b / 4 * 2);
            any |= Read(
                Vp8Coefficients.Chroma, 16 + b, ref above[first + (b % 2)], ref _codedLeft[first + (b % 4 / 2)], quantiser.ChromaDc,
                quantiser.ChromaAc);
        }

        block.HasCoefficients = any;

        bool Read(int kindOf, int b, ref byte up, ref byte left, int dcStep, int acStep)
        {
            var target = _values.AsSpan(16 * b, 16);
            var end = _coefficients.Read(partition, kindOf, up + left, dcStep, acStep, target);
            up = left = (byte)(end > (kindOf == Vp8Coefficients.LumaWithoutDc ? 1 : 0) ? 1 : 0);
            return end > 1 || target[0] != 0;
        }
    }

    private void Predict(in Macroblock block, ReadOnlySpan<Vp8Mode> modes, int x, int y)
    {
        var (stride, place) = (Luma.Stride, Luma.At(16 * x, 16 * y));
        if (block.HasSubblockModes)
        {
            // The four samples above and to the right of the macroblock serve the rightmost subblocks of all four rows.
            Span<byte> right = stackalloc byte[4];
            if (y > 0 && x == _blocks.Across - 1)
            {
                right.Fill(Luma.Samples[place - stride + 15]);
            }
            else
            {
                Luma.Samples.AsSpan(place - stride + 16, 4).CopyTo(right);
            }

            for (var b = 0; b < 16; b++)
            {
                var at = place + (b / 4 * 4 * stride) + (b % 4 * 4);
                Vp8Prediction.PredictSubblock(
                    modes[b], Luma.Samples, at, stride, b % 4 == 3 ? right : Luma.Samples.AsSpan(at - stride + 4, 4));
                Vp8Coefficients.AddInverseDct(_values.AsSpan(16 * b, 16), Luma.Samples, at, stride);
            }
        }
        else
        {
            Vp8Prediction.PredictBlock(modes[0], Luma.Samples, place, stride, 16, y > 0, x > 0);
            for (var b = 0; b < 16; b++)
            {
                Vp8Coefficients.AddInverseDct(_values.AsSpan(16 * b, 16), Luma.Samples, place + (b / 4 * 4 * stride) + (b % 4 * 4), stride);
            }
        }

        foreach (var (plane, first) in (ReadOnlySpan<(Vp8Plane, int)>)[(ChromaU, 16), (ChromaV, 20)])
        {
            var at = plane.At(8 * x, 8 * y);
            Vp8Prediction.PredictBlock(block.ChromaMode, plane.Samples, at, plane.Stride, 8, y > 0, x > 0);
            for (var b = 0; b < 4; b++)
            {
                Vp8Coefficients.AddInverseDct(
                    _values.AsSpan(16 * (first + b), 16), plane.Samples, at + (b / 2 * 4 * plane.Stride) + (b % 2 * 4), plane.Stride);
            }
        }
    }

    private void Filter(in Macroblock block, int x, int y)
    {
        var (edgeLimit, interiorLimit, hevThreshold) = _header.FilterOf(block.Segment, block.HasSubblockModes);
        if (edgeLimit == 0)
        {
            return;
        }

        var within = block.HasSubblockModes || block.HasCoefficients;
        Edges(isVertical: true, x > 0);
        Edges(isVertical: false, y > 0);

        void Edges(bool isVertical, bool hasNeighbour)
        {
            if (hasNeighbour)
            {
                Edge(isVertical, 0);
            }

            for (var offset = 4; within && offset < 16; offset += 4)
            {
                Edge(isVertical, offset);
            }
        }

        void Edge(bool isVertical, int offset)
        {
            var between = offset == 0;
            var most = edgeLimit + (between ? 4 : 0);
            var (along, across) = isVertical ? (Luma.Stride, 1) : (1, Luma.Stride);
            var place = Luma.At(16 * x, 16 * y) + (offset * across);
            if (_header.IsSimpleFilter)
            {
                Vp8LoopFilter.Simple(Luma.Samples, place, along, across, 16, most);
                return;
            }

            Vp8LoopFilter.Normal(Luma.Samples, place, along, across, 16, most, interiorLimit, hevThreshold, between);
            if (offset is not (0 or 4))
            {
                return;
            }

            // Within a macroblock, chroma has only one inner edge, in the middle.
            foreach (var plane in (ReadOnlySpan<Vp8Plane>)[ChromaU, ChromaV])
            {
                (along, across) = isVertical ? (plane.Stride, 1) : (1, plane.Stride);
                Vp8LoopFilter.Normal(
                    plane.Samples, plane.At(8 * x, 8 * y) + (offset * across), along, across, 8, most, interiorLimit, hevThreshold,
                    between);
            }
        }
    }

    /// <summary>A decoded macroblock's header, kept for the loop filter.</summary>
    private struct Macroblock
    {
        public int Segment;
        public bool IsSkipped;
        public bool HasSubblockModes;
        public bool HasCoefficients;
        public Vp8Mode ChromaMode;

        private static ReadOnlySpan<sbyte> SubblockModeTree => [0, 1, -1, 2, -2, 3, 4, 6, -3, 5, -4, -5, -6, 7, -7, 8, -8, -9];

        /// <summary>Reads the macroblock's segment and prediction modes.</summary>
        /// <param name="modes">Receives the modes of its sixteen subblocks, or only the first one if they share a mode.</param>
        public void ReadModes(Vp8Header header, Span<Vp8Mode> above, Span<Vp8Mode> left, Span<Vp8Mode> modes)
        {
            var reader = header.Modes;
            if (header.MapsSegments)
            {
                var p = header.SegmentProbabilities;
                Segment = reader.Read(p[0]) ? 2 + (reader.Read(p[2]) ? 1 : 0) : reader.Read(p[1]) ? 1 : 0;
            }

            IsSkipped = header.SkipProbability >= 0 && reader.Read(header.SkipProbability);
            HasSubblockModes = !reader.Read(145);
            if (HasSubblockModes)
            {
                for (var b = 0; b < 16; b++)
                {
                    modes[b] = above[b % 4] = left[b / 4] = SubblockMode(reader, above[b % 4], left[b / 4]);
                }
            }
            else
            {
                modes[0] = reader.Read(156)
                    ? reader.Read(128) ? Vp8Mode.TrueMotion : Vp8Mode.Horizontal
                    : reader.Read(163) ? Vp8Mode.Vertical : Vp8Mode.Dc;
                above.Fill(modes[0]);
                left.Fill(modes[0]);
            }

            ChromaMode = !reader.Read(142) ? Vp8Mode.Dc
                : !reader.Read(114) ? Vp8Mode.Vertical
                : reader.Read(183) ? Vp8Mode.TrueMotion
                : Vp8Mode.Horizontal;
        }

        private static Vp8Mode SubblockMode(BoolDecoder reader, Vp8Mode above, Vp8Mode left)
        {
            var probabilities = Vp8Tables.SubblockModeProbabilities.Slice((((int)above * 10) + (int)left) * 9, 9);
            int i = SubblockModeTree[reader.Read(probabilities[0]) ? 1 : 0];
            while (i > 0)
            {
                i = SubblockModeTree[(2 * i) + (reader.Read(probabilities[i]) ? 1 : 0)];
            }

            return (Vp8Mode)(-i);
        }
    }
}

/// <summary>A plane of samples with a border: one sample above and to the left, four to the right.</summary>
internal sealed class Vp8Plane
{
    private const int Right = 4;

    public Vp8Plane(int width, int height, byte above, byte left)
    {
        Stride = 1 + width + Right;
        Samples = new byte[Stride * (height + 1)];
        Samples.AsSpan(0, Stride).Fill(above);
        for (var y = 0; y < height; y++)
        {
            Samples[At(-1, y)] = left;
        }
    }

    public byte[] Samples { get; }

    public int Stride { get; }

    public int At(int x, int y) => ((y + 1) * Stride) + 1 + x;
}

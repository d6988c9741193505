namespace IlgpuGan.Imaging.Jpeg;

/// <summary>Decodes a file to planes of samples: walks the segments and decodes the scans.</summary>
internal sealed unsafe class JpegPicture(DecodeOptions options) : IDisposable
{
    /// <summary>More scans than any encoder writes. Bounds the work that a small hostile file can cause.</summary>
    private const int MaxScans = 500;

    private const byte MidGray = 128;

    private readonly JpegTables _tables = new();
    private readonly JpegColorMarkers _colorMarkers = new();
    private readonly HashSet<JpegComponent> _seen = [];
    private JpegFrame? _frame;
    private int _scans;
    private int _lastMcuRow;
    private bool _hasLost;

    /// <summary>The frame; its components' planes are filled by <see cref="ReadScans"/>.</summary>
    public JpegFrame Frame => _frame!;

    public JpegColorModel ColorModel => _colorMarkers.ModelOf(Frame);

    /// <exception cref="ImageFormatException">
    /// The file is corrupt, or too corrupt even for <see cref="DecodeOptions.Lenient"/>.
    /// </exception>
    public void ReadScans(ReadOnlySpan<byte> file)
    {
        try
        {
            var segments = new SegmentReader(file);
            while (ReadSegment(file, ref segments))
            {
            }

            if (_hasLost)
            {
                options.Remark?.Invoke("some of its pixels are lost: its compressed data is damaged or ends early");
            }

            if (_frame is null || _seen.Count < _frame.Components.Length)
            {
                throw new ImageFormatException("the JPEG has no picture data for some of its components", segments.Position);
            }
        }
        catch (ImageFormatException) when (options.Lenient && _scans > 0)
        {
            // Decoded blocks are kept, the rest of the planes is gray.
        }

        if (Frame.Progressive)
        {
            var smooth = BlockSmoothing.Applies(Frame);
            foreach (var component in Frame.Components.Where(_seen.Contains))
            {
                Reconstruct(component, smooth);
            }
        }
    }

    /// <summary>Gives the planes back.</summary>
    public void Dispose()
    {
        foreach (var component in _frame?.Components ?? [])
        {
            ScratchArrays.Return(component.Plane);
            ScratchArrays.Return(component.Coefficients);
            component.Plane = [];
            component.Coefficients = [];
        }
    }

    /// <returns>false at the end of the image.</returns>
    private bool ReadSegment(ReadOnlySpan<byte> file, ref SegmentReader segments)
    {
        byte marker;
        int offset;
        ReadOnlySpan<byte> payload;
        try
        {
            marker = segments.NextMarker();
            offset = segments.Position;
            if (marker == JpegMarker.Eoi)
            {
                RemarkOnFurther(file, segments.Position);
                return false;
            }

            if (JpegMarker.StandsAlone(marker))
            {
                return true;
            }

            payload = segments.Payload();
        }
        catch (ImageFormatException) when (IsComplete())
        {
            options.Remark?.Invoke("its end mark (EOI) is missing, and all pixels are there");
            return false;
        }

        switch (marker)
        {
            case JpegMarker.Dqt:
                _tables.DefineQuantization(payload, offset);
                break;
            case JpegMarker.Dht:
                _tables.DefineHuffman(payload, offset);
                break;
            case JpegMarker.Dri:
                _tables.RestartInterval = payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(payload);
                break;
            case JpegMarker.Sos:
                ReadScan(file, payload, ref segments);
                break;
            case var _ when JpegMarker.IsFrame(marker):
                ReadFrame(marker, payload, offset);
                break;
            default:
                _colorMarkers.Read(marker, payload);
                break;
        }

        return true;
    }

    /// <summary>
    /// Says that pictures follow, as of a stereo camera, but not the previews of many other cameras. A gain map, which is a picture, has a
    /// remark of its own.
    /// </summary>
    private void RemarkOnFurther(ReadOnlySpan<byte> file, int end)
    {
        if (options.Remark is { } remark && JpegMarker.StartsImage(file[end..].TrimStart((byte)0)) && !JpegMetadata.HasGainMap(file)
            && !JpegMetadata.HasOnlyPreviews(file))
        {
            remark("only the first of its pictures is read");
        }
    }

    /// <summary>Whether all pixels are there in full precision, so that nothing but the end mark is missed.</summary>
    private bool IsComplete() => _frame is { } frame && !_hasLost && Array.TrueForAll(
        frame.Components, c => _seen.Contains(c) && (!frame.Progressive || Array.TrueForAll(c.MissingBits, bits => bits == 0)));

    private void ReadFrame(byte marker, ReadOnlySpan<byte> payload, int offset)
    {
        ImageFormatException.ThrowIf(_frame is not null, "the JPEG has a second frame", offset);

        var header = JpegFrame.Parse(marker, payload, offset);
        if ((long)header.Width * header.Height > options.MaxPixels)
        {
            throw new ImageFormatException(
                $"the JPEG has {header.Width}x{header.Height} pixels, more than the limit of {options.MaxPixels}", offset);
        }

        _frame = header;
    }

    private void ReadScan(ReadOnlySpan<byte> file, ReadOnlySpan<byte> payload, ref SegmentReader segments)
    {
        var start = segments.Position;
        ImageFormatException.ThrowIf(_frame is null, "the JPEG has a scan before its frame header", start);

        if (_scans == MaxScans)
        {
            throw new ImageFormatException($"the JPEG has more than {MaxScans} scans", start);
        }

        var scan = JpegScan.Parse(payload, _frame, _tables, start);
        if (_scans == 0)
        {
            Allocate(file.Length - start, start);
        }

        _scans++;
        _seen.UnionWith(scan.Components);
        fixed (byte* bytes = file)
        {
            bool hasLost;
            if (_frame.Progressive)
            {
                (segments.Position, _lastMcuRow, hasLost) = ProgressiveScan.Decode(bytes, file.Length, scan, _frame, options.Lenient);
            }
            else
            {
                (segments.Position, hasLost) = SequentialScan.Decode(bytes, file.Length, scan, _frame, options.Lenient);
            }

            _hasLost |= hasLost;
        }
    }

    private void Allocate(int bytesLeft, int offset)
    {
        if (!options.Lenient && bytesLeft < Frame.MinBytes())
        {
            throw new ImageFormatException(
                $"the JPEG is cut short: {bytesLeft} bytes can't hold {Frame.Width}x{Frame.Height} pixels", offset);
        }

        if (Frame.Components.Any(c => (long)c.Stride * c.PaddedBlocksHigh * 8 > Array.MaxLength)
            || 3L * Frame.Width * Frame.Height > Array.MaxLength)
        {
            throw new ImageFormatException($"the JPEG has {Frame.Width}x{Frame.Height} pixels, more than fit an array", offset);
        }

        foreach (var component in Frame.Components)
        {
            var samples = component.Stride * component.PaddedBlocksHigh * 8;
            component.Plane = ScratchArrays.Rent<byte>(samples);
            component.Plane.AsSpan(0, samples).Fill(MidGray);
            if (Frame.Progressive)
            {
                component.Coefficients = ScratchArrays.Rent<short>(samples);
                component.Coefficients.AsSpan(0, samples).Clear();
            }
        }
    }

    /// <summary>Transforms a progressive component's coefficients into its plane by the inverse DCT.</summary>
    private void Reconstruct(JpegComponent component, bool smooth)
    {
        var smoothed = stackalloc short[64];
        fixed (byte* plane = component.Plane)
        fixed (short* coefficients = component.Coefficients)
        fixed (short* quantization = component.Quantization)
        {
            for (var y = 0; y < component.BlocksHigh; y++)
            {
                var block = coefficients + ((nint)y * component.PaddedBlocksWide * 64);
                var target = plane + ((nint)y * 8 * component.Stride);
                var missingBits = y / component.Vertical > _lastMcuRow ? component.MissingBitsBefore : component.MissingBits;
                for (var x = 0; x < component.BlocksWide; x++, block += 64, target += 8)
                {
                    if (smooth)
                    {
                        BlockSmoothing.Smooth(component, x, y, missingBits, new(smoothed, 64));
                    }

                    InverseDct.Transform(smooth ? smoothed : block, quantization, target, component.Stride);
                }
            }
        }
    }
}

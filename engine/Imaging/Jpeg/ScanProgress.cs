namespace IlgpuGan.Imaging.Jpeg;

/// <summary>
/// Counts the MCUs of a scan, skips the restart markers between them, and detects the end of the data. If a marker comes before the last
/// MCU, the missing MCUs up to the next restart stay unchanged, as in the IJG's decoder. The end of the file is an error.
/// </summary>
internal struct ScanProgress
{
    private readonly JpegScan _scan;
    private readonly bool _lenient;
    private int _left;
    private int _index;
    private int _mcus;
    private bool _exhausted;

    /// <param name="lenient">Whether to treat the end of the file like a marker.</param>
    public ScanProgress(JpegScan scan, bool lenient)
    {
        _scan = scan;
        _lenient = lenient;
        _left = scan.RestartInterval == 0 ? int.MaxValue : scan.RestartInterval;
        ResetPredictors();
    }

    /// <summary>MCUs left before the next restart marker.</summary>
    public readonly int Left => _left;

    /// <summary>The last MCU that the data reached, counted from 0.</summary>
    public int LastReached { readonly get; private set; }

    /// <summary>Whether an MCU lacks some of its data.</summary>
    public bool HasLost { readonly get; private set; }

    /// <summary>Call before every MCU.</summary>
    /// <param name="restarted">Whether a restart marker was due.</param>
    /// <returns>Whether there is data for the MCU.</returns>
    /// <exception cref="ImageFormatException">The file ends before the MCU just decoded does.</exception>
    public bool Begin(ref BitReader reader, out bool restarted)
    {
        CheckEnd(ref reader);
        restarted = _left == 0;
        if (restarted)
        {
            _exhausted &= !reader.Restart(_index);
            _index = (_index + 1) & 7;
            _left = _scan.RestartInterval;
            ResetPredictors();
        }

        if (_scan.RestartInterval != 0)
        {
            _left--;
        }

        if (!_exhausted)
        {
            LastReached = _mcus;
        }

        _mcus++;
        HasLost |= _exhausted;
        return !_exhausted;
    }

    /// <summary>Skips MCUs that need no decoding, at most <see cref="Left"/>.</summary>
    public void Pass(int count)
    {
        LastReached = _exhausted ? LastReached : _mcus + count - 1;
        _mcus += count;
        if (_scan.RestartInterval != 0)
        {
            _left -= count;
        }
    }

    /// <summary>Checks for the end of the data. Call after the last MCU.</summary>
    /// <exception cref="ImageFormatException">The file ends before the MCU just decoded does.</exception>
    public void CheckEnd(ref BitReader reader)
    {
        if (!reader.Overrun)
        {
            return;
        }

        (_exhausted, HasLost) = (true, true);
        if (!_lenient && reader.AtEnd)
        {
            throw new ImageFormatException(
                "the JPEG is cut short: its compressed data ends before the picture is complete", reader.Offset);
        }
    }

    private readonly void ResetPredictors()
    {
        foreach (var component in _scan.Components)
        {
            component.Predictor = 0;
        }
    }
}

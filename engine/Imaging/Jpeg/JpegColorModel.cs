namespace IlgpuGan.Imaging.Jpeg;

/// <summary>The colour space of a frame's components.</summary>
internal enum JpegColorModel
{
    Gray,
    YCbCr,
    Rgb,

    /// <summary>Inverted, following Adobe's convention: 255 is no ink.</summary>
    Cmyk,
    Ycck,
}

/// <summary>The markers that determine the colour model.</summary>
internal sealed class JpegColorMarkers
{
    private bool _jfif;

    /// <summary>The Adobe marker's transform byte; -1 without the marker.</summary>
    private int _adobeTransform = -1;

    public void Read(byte marker, ReadOnlySpan<byte> payload)
    {
        if (marker == JpegMarker.App0 && payload.StartsWith("JFIF\0"u8))
        {
            _jfif = true;
        }
        else if (marker == JpegMarker.App14 && payload.Length >= 12 && payload.StartsWith("Adobe"u8))
        {
            _adobeTransform = payload[11];
        }
    }

    /// <summary>
    /// libjpeg's rules: a JFIF marker means YCbCr, then the Adobe marker decides, then component ids; four components are CMYK unless YCCK.
    /// </summary>
    public JpegColorModel ModelOf(JpegFrame frame)
    {
        var components = frame.Components;
        switch (components.Length)
        {
            case 1:
                return JpegColorModel.Gray;
            case 4 when _adobeTransform == 2:
                return JpegColorModel.Ycck;
            case 4:
                return JpegColorModel.Cmyk;
        }

        var idsSayRgb = components[0].Id == 'R' && components[1].Id == 'G' && components[2].Id == 'B';
        var rgb = !_jfif && (_adobeTransform < 0 ? idsSayRgb : _adobeTransform == 0);
        return rgb ? JpegColorModel.Rgb : JpegColorModel.YCbCr;
    }
}
